internal import CSSH2

/// One channel of a session; goes with it.
///
/// SAFETY of `@safe`: the handle is private, used only as long as the session's handle is there, and dropped when the library has
/// freed it; views live for the call.
@safe final class WireChannel {
    private let wire: Wire
    private var raw: OpaquePointer?

    init(_ wire: Wire, _ raw: OpaquePointer) {
        self.wire = wire
        unsafe self.raw = raw
    }

    /// The handle, as long as the session lives.
    private var handle: OpaquePointer? { unsafe wire.raw == nil ? nil : unsafe raw }

    private func step(_ body: (OpaquePointer) -> Int32) -> WireStep {
        guard let handle = unsafe handle else { return .failed(Int32(CSSH_DISCONNECTED.rawValue)) }
        return unsafe WireStep(body(handle))
    }

    func exec(_ command: [UInt8]) -> WireStep {
        unsafe step { unsafe cssh_exec($0, command, command.count) }
    }

    /// Bytes of standard output (0) or standard error (1) into the buffer.
    func read(_ stream: Int32, into buffer: inout [UInt8]) -> (step: WireStep, count: Int) {
        guard let handle = unsafe handle else { return (.failed(Int32(CSSH_DISCONNECTED.rawValue)), 0) }
        let room = buffer.count
        let count = unsafe buffer.withUnsafeMutableBytes { unsafe cssh_read(handle, stream, $0.baseAddress, room) }
        return count >= 0 ? (.done, Int(count)) : (WireStep(Int32(truncatingIfNeeded: count)), 0)
    }

    /// How many bytes were taken.
    func write(_ bytes: RawSpan) -> (step: WireStep, count: Int) {
        guard let handle = unsafe handle else { return (.failed(Int32(CSSH_DISCONNECTED.rawValue)), 0) }
        let count = unsafe bytes.withUnsafeBytes { unsafe cssh_write(handle, $0.baseAddress, $0.count) }
        return count >= 0 ? (.done, Int(count)) : (WireStep(Int32(truncatingIfNeeded: count)), 0)
    }

    func sendEnd() -> WireStep { unsafe step { unsafe cssh_send_end($0) } }
    func isOver() -> WireStep { unsafe step { unsafe cssh_is_over($0) } }
    var exitStatus: Int32 { unsafe handle == nil ? 0 : unsafe cssh_exit_status(handle) }

    /// The name of the signal that ended the command, at most 32 bytes, without `SIG`.
    var exitSignal: String? {
        guard let handle = unsafe handle else { return nil }
        var name = [CChar](repeating: 0, count: 32)
        let count = unsafe cssh_exit_signal(handle, &name, name.count)
        return count == 0 ? nil : String(decoding: name[..<count].map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    /// Not to be used after anything but `.again`.
    func close() -> WireStep {
        let step = unsafe step { unsafe cssh_close($0) }
        if step != .again { unsafe raw = nil }
        return step
    }
}

extension ArraySlice<UInt8> {
    /// The bytes as a view for the call.
    func withRawView<R>(_ body: (RawSpan) -> R) -> R {
        let span = span
        // SAFETY: every byte of a span of bytes is initialised.
        return unsafe body(span.bytes)
    }
}
