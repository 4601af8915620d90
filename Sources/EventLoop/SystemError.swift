/// A system call that failed.
///
/// Carries numbers only: an error may be logged without showing data.
public struct SystemError: Error, Equatable, Sendable {
    /// The call, as one of a closed list.
    public enum Call: String, Sendable {
        case epollCreate, epollControl, epollWait
        case pipe, socketPair, setNonblocking, duplicate, open, shutdown
        case memoryFile, seal, pread, pwrite, stat, truncate, read, write
        case getrandom, signalDescriptor
    }

    public let call: Call
    /// The error number (errno(3)).
    public let errno: Int32

    public init(call: Call, errno: Int32) {
        self.call = call
        self.errno = errno
    }

    /// Throws when `status` is a negated error number, else gives it back.
    @discardableResult
    static func check(_ status: Int32, _ call: Call) throws(SystemError) -> Int32 {
        guard status >= 0 else { throw SystemError(call: call, errno: -status) }
        return status
    }

    static func check(_ status: Int64, _ call: Call) throws(SystemError) -> Int64 {
        guard status >= 0 else { throw SystemError(call: call, errno: Int32(truncatingIfNeeded: -status)) }
        return status
    }
}
