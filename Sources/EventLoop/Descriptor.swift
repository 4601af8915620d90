/// What a read of a descriptor gave.
public enum ReadOutcome: Equatable, Sendable {
    /// This many bytes were put into the buffer; at least one.
    case bytes(Int)
    /// The other side is closed; nothing will come any more.
    case endOfFile
    /// Nothing now; wait for readability.
    case wouldBlock
    /// The error number of read(2).
    case failed(Int32)
}

/// What a write to a descriptor took.
public enum WriteOutcome: Equatable, Sendable {
    /// This many bytes were taken; they may be fewer than offered.
    case bytes(Int)
    /// Nothing now; wait for writability.
    case wouldBlock
    /// No reader is left (EPIPE), or the peer reset the connection (ECONNRESET).
    case brokenPipe
    /// The error number of write(2).
    case failed(Int32)
}

/// The owner of one file descriptor: closed exactly once, in `deinit`, unless taken away by `take()`.
///
/// A watch on it must be cancelled before it is closed.
public struct Descriptor: ~Copyable {
    /// The number, borrowed: valid while this owner lives. Never close it.
    public let rawValue: Int32

    /// Takes over an open descriptor, which nobody else may close from now on.
    public init(adopting rawValue: Int32) {
        self.rawValue = rawValue
    }

    deinit { System.close(rawValue) }

    /// Gives the number away without closing it; the caller closes it.
    public consuming func take() -> Int32 {
        let number = rawValue
        discard self
        return number
    }

    /// Reads at most `buffer.count - offset` bytes into `buffer` from `offset` on (read(2), EINTR repeated).
    ///
    /// - Precondition: `offset` is within the buffer and leaves room for at least one byte.
    public func read(into buffer: inout [UInt8], at offset: Int = 0) -> ReadOutcome {
        precondition(offset >= 0 && offset < buffer.count, "a read needs room")
        let count = System.read(rawValue, into: &buffer, at: offset)
        switch count {
        case 0: return .endOfFile
        case 1...: return .bytes(Int(count))
        case Int64(-Errno.again): return .wouldBlock
        default: return .failed(Int32(truncatingIfNeeded: -count))
        }
    }

    /// Writes what the kernel takes of `bytes` (write(2), EINTR repeated). Needs SIGPIPE ignored, as every
    /// `EventLoop` does.
    public func write(_ bytes: ArraySlice<UInt8>) -> WriteOutcome {
        guard !bytes.isEmpty else { return .bytes(0) }
        let count = System.write(rawValue, bytes)
        switch count {
        case 0...: return .bytes(Int(count))
        case Int64(-Errno.again): return .wouldBlock
        case Int64(-Errno.brokenPipe), Int64(-Errno.connectionReset): return .brokenPipe
        default: return .failed(Int32(truncatingIfNeeded: -count))
        }
    }

    /// Writes what the kernel takes of `bytes`, without copying them.
    public func write(_ bytes: [UInt8]) -> WriteOutcome { write(bytes[...]) }

    /// Turns O_NONBLOCK on or off. It belongs to the open file: whoever shares that sees it too.
    public func setNonblocking(_ on: Bool = true) throws(SystemError) {
        try SystemError.check(System.setNonblocking(rawValue, on), .setNonblocking)
    }

    /// A close-on-exec duplicate whose number is `lowest` or more.
    public func duplicate(above lowest: Int32 = 3) throws(SystemError) -> Descriptor {
        try Descriptor.duplicate(rawValue, above: lowest)
    }

    /// A close-on-exec duplicate of a descriptor that is not owned here.
    public static func duplicate(_ rawValue: Int32, above lowest: Int32 = 3) throws(SystemError) -> Descriptor {
        Descriptor(adopting: try SystemError.check(System.duplicate(rawValue, above: lowest), .duplicate))
    }

    /// Ends the writing side of a socket: the peer reads the end of file (shutdown(2)).
    public func shutdownWrite() throws(SystemError) {
        try SystemError.check(System.shutdownWrite(rawValue), .shutdown)
    }

    /// Whether a terminal is behind it (isatty(3)).
    public var isTerminal: Bool { System.isTerminal(rawValue) }

    /// /dev/null, for reading and writing.
    public static func null() throws(SystemError) -> Descriptor {
        Descriptor(adopting: try SystemError.check(System.openNull(), .open))
    }
}

/// Two connected descriptors, each with its own owner; move them out one by one.
@frozen public struct DescriptorPair: ~Copyable {
    /// The reading end of a pipe, or one side of a socket pair.
    public let first: Descriptor
    /// The writing end of a pipe, or the other side of a socket pair.
    public let second: Descriptor

    /// A pipe: `first` reads what `second` writes. Both close-on-exec, both blocking (pipe(2)).
    public static func pipe() throws(SystemError) -> DescriptorPair {
        try make(System.pipe(), .pipe)
    }

    /// Two ends of a Unix stream socket. Unlike a pipe it cannot be opened again through `/proc` (unix(7)).
    public static func sockets() throws(SystemError) -> DescriptorPair {
        try make(System.socketPair(), .socketPair)
    }

    private static func make(
        _ made: (status: Int32, first: Int32, second: Int32), _ call: SystemError.Call
    ) throws(SystemError) -> DescriptorPair {
        try SystemError.check(made.status, call)
        return DescriptorPair(first: Descriptor(adopting: made.first), second: Descriptor(adopting: made.second))
    }
}

/// The error numbers this room tells apart (Linux, all architectures Swift runs on).
enum Errno {
    static let notPermitted: Int32 = 1
    static let again: Int32 = 11
    static let brokenPipe: Int32 = 32
    static let connectionReset: Int32 = 104
}
