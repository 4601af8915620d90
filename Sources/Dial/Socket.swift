public import EventLoop

/// A connected stream socket, nonblocking, with its watch; closed by `close()` or with the object.
public final class Socket {
    /// Called with what is ready, of what was asked for with `waits(for:)`.
    public var onReady: ((Interest) -> Void)?
    private var descriptor: Descriptor?
    private var watch: Watch?
    /// Whether bytes are acknowledged as they come: sshd holds back small packets until then.
    private let isTCP: Bool

    /// The number, for the kernel's answers about the socket; -1 when it is closed.
    var number: Int32 { descriptor?.rawValue ?? -1 }

    init(_ descriptor: consuming Descriptor, isTCP: Bool, on loop: EventLoop) throws(DialFailure) {
        self.isTCP = isTCP
        let number = descriptor.rawValue
        self.descriptor = consume descriptor
        do throws(SystemError) {
            watch = try loop.watch(number, []) { [weak self] in self?.onReady?($0) }
        } catch {
            throw .system(error.errno)
        }
    }

    deinit { watch?.cancel() }

    /// A socket connected to the Unix socket at `path`: at once, or not at all.
    public static func unix(_ path: [UInt8], on loop: EventLoop) throws(DialFailure) -> Socket {
        try Socket(try Network.connectUnix(path), isTCP: false, on: loop)
    }

    /// What `onReady` is called for from now on. Nothing for the empty set.
    public func waits(for interest: Interest) { watch?.interest = interest }

    /// Reads at most the buffer's size; `.endOfFile` when it is closed.
    public func read(into buffer: inout [UInt8]) -> ReadOutcome {
        guard descriptor != nil else { return .endOfFile }
        let outcome = descriptor!.read(into: &buffer)
        if isTCP, case .bytes = outcome { Network.acknowledge(number) }
        return outcome
    }

    /// Writes what the kernel takes; `.brokenPipe` when it is closed.
    public func write(_ bytes: ArraySlice<UInt8>) -> WriteOutcome {
        guard descriptor != nil else { return .brokenPipe }
        return descriptor!.write(bytes)
    }

    /// Waits without the loop, at most for `limit`, and tells what is ready, of what was asked for with `waits(for:)`: for
    /// shutdown.
    public func waitNow(atMost limit: Duration) {
        guard let watch, let waiter = try? EventLoop() else { return }
        var found: Interest = []
        _ = try? waiter.watch(watch.descriptor, watch.interest) { found = $0 }
        try? waiter.runOnce(timeout: limit)
        if !found.isEmpty { onReady?(found) }
    }

    /// Closes it. `onReady` is not called any more.
    public func close() {
        onReady = nil
        watch?.cancel()
        watch = nil
        descriptor = nil
    }
}
