internal import CSecretIO
public import SecretMemory

/// Why bytes did not come or go. `code` is an errno of errno(3).
public enum SecretIOError: Error, Equatable, Sendable {
    case system(Operation, code: Int32)
    case memory(SecretMemoryError)
    /// More bytes than the caller allows.
    case tooLong(limit: Int)
    /// The person pressed Control-C at a prompt.
    case cancelled
    /// There is no terminal to ask at.
    case noTerminal
    /// Nothing came in time.
    case timedOut

    public enum Operation: String, Sendable { case read, write, pipe, wait, terminal }
}

/// Bytes between descriptors and secret memory, without a copy elsewhere in this process.
public enum SecretIO {
    /// What is left to read on a descriptor, at most `limit` bytes.
    public static func readAll(_ descriptor: Int32, limit: Int, deadline: Deadline = .none) throws(SecretIOError) -> SecretBytes {
        try memory { () throws(SecretMemoryError) in try SecretBuffer() }.filled(from: descriptor, limit: limit, deadline)
    }

    /// Writes all of a secret. Who reads the other end is the caller's care.
    public static func write(_ secret: borrowing SecretBytes, to descriptor: Int32) throws(SecretIOError) {
        try secret.withBytes { (bytes: RawSpan) throws(SecretIOError) in try write(bytes, to: descriptor) }
    }

    public static func write(_ bytes: RawSpan, to descriptor: Int32) throws(SecretIOError) {
        // SAFETY: the pointer is valid inside the closure, and the call returns within it.
        let status = unsafe bytes.withUnsafeBytes { unsafe cio_write_all(descriptor, $0.baseAddress, $0.count) }
        guard status >= 0 else { throw .system(.write, code: -status) }
    }

    /// Writes text that is no secret.
    public static func write(_ text: String, to descriptor: Int32) throws(SecretIOError) {
        try writePlainly(Array(text.utf8), to: descriptor)
    }

    static func writePlainly(_ bytes: [UInt8], to descriptor: Int32) throws(SecretIOError) {
        // SAFETY: integers have no padding, so their bytes are all initialised.
        try unsafe write(bytes.span.bytes, to: descriptor)
    }

    /// Writes what is no secret, and a secret behind it.
    static func write(
        _ head: [UInt8], then secret: borrowing SecretBytes, to descriptor: Int32
    ) throws(SecretIOError) {
        let status = secret.withBytes { (bytes: RawSpan) in
            // SAFETY: both pointers are valid inside their closures, and the call returns within them.
            unsafe bytes.withUnsafeBytes { rest in
                unsafe head.withUnsafeBytes {
                    unsafe cio_write_both(descriptor, $0.baseAddress, $0.count, rest.baseAddress, rest.count)
                }
            }
        }
        guard status >= 0 else { throw .system(.write, code: -status) }
    }

    /// Reads what is no secret: at most `count` bytes; none at the end.
    static func readPlainly(_ descriptor: Int32, atMost count: Int) throws(SecretIOError) -> [UInt8] {
        var status = 0
        // SAFETY: the buffer is writable for `count` bytes during the call, and the call initialises as many as it returns.
        let bytes = unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            status = unsafe cio_read(descriptor, buffer.baseAddress, count)
            filled = max(0, status)
        }
        guard status >= 0 else { throw .system(.read, code: Int32(-status)) }
        return bytes
    }

    /// Whether a descriptor is a terminal.
    public static func isTerminal(_ descriptor: Int32) -> Bool { cio_is_terminal(descriptor) == 1 }

    /// Whether a descriptor is open in this process.
    public static func isOpen(_ descriptor: Int32) -> Bool { descriptor >= 0 && cio_is_open(descriptor) == 1 }

    static func memory<R: ~Copyable>(_ body: () throws(SecretMemoryError) -> R) throws(SecretIOError) -> R {
        do throws(SecretMemoryError) { return try body() } catch { throw .memory(error) }
    }

    /// Reads at most `space` bytes straight into the buffer; 0 at the end.
    static func read(_ descriptor: Int32, into buffer: inout SecretBuffer, space: Int) throws(SecretIOError) -> Int {
        do throws(SecretMemoryFailure<SecretIOError>) {
            return try unsafe buffer.appendDirectly(space: space) { (free) throws(SecretIOError) in
                // SAFETY: `free` is writable for its count during this call.
                let count = unsafe cio_read(descriptor, free.baseAddress, free.count)
                guard count >= 0 else { throw .system(.read, code: Int32(-count)) }
                return count
            }
        } catch {
            switch error {
            case .memory(let error): throw .memory(error)
            case .body(let error): throw error
            }
        }
    }

    static func waitReadable(_ descriptor: Int32, milliseconds: Int32) throws(SecretIOError) -> Bool {
        let status = cio_wait_readable(descriptor, milliseconds)
        guard status >= 0 else { throw .system(.wait, code: -status) }
        return status > 0
    }

    static func adoptSocket(_ descriptor: Int32) -> Bool { cio_adopt_socket(descriptor) >= 0 }

    static func openTerminal() -> Int32? {
        let descriptor = cio_open_terminal()
        return descriptor >= 0 ? descriptor : nil
    }

    static func hideInput(_ descriptor: Int32) throws(SecretIOError) {
        let status = cio_hide_input(descriptor)
        guard status >= 0 else { throw .system(.terminal, code: -status) }
    }

    static func showInput() { cio_show_input() }

    static func close(_ descriptor: Int32) { cio_close(descriptor) }

    static func pipe() throws(SecretIOError) -> (reading: Int32, writing: Int32) {
        var ends: (reading: Int32, writing: Int32) = (-1, -1)
        // SAFETY: both pointers are valid for the call.
        let status = unsafe cio_pipe(&ends.reading, &ends.writing)
        guard status >= 0 else { throw .system(.pipe, code: -status) }
        return ends
    }
}
