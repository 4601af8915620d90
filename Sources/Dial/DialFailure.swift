/// Why a connection was not made. Holds numbers only.
public enum DialFailure: Error, Equatable, Sendable {
    /// The name stands neither in /etc/hosts nor in the DNS; or it cannot be a name.
    case noSuchName
    /// No name server could be asked, or none answered in a way that can be used.
    case noNameServer
    /// Nothing answered in time: a host that is down, or a filter that drops packets.
    case timedOut
    /// The host answered that nothing listens at the port (ECONNREFUSED).
    case refused
    /// No way leads there (EHOSTUNREACH, ENETUNREACH, ENETDOWN, EHOSTDOWN).
    case unreachable
    /// The path of a Unix socket is empty, holds a NUL, or is longer than 107 bytes (unix(7)).
    case badPath
    /// Another error number of socket(2), connect(2) or the event loop.
    case system(Int32)

    /// By the error number of connect(2), the same on every Linux architecture Swift runs on.
    init(errno: Int32) {
        switch errno {
        case 111: self = .refused
        case 110: self = .timedOut
        case 100, 101, 112, 113: self = .unreachable
        case 36: self = .badPath
        default: self = .system(errno)
        }
    }
}
