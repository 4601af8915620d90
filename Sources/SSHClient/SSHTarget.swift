public import KnownHosts
public import PrivateFiles

/// How a server proves that it is the one meant.
public enum HostKeyTrust: Sendable {
    /// Only the key with this fingerprint. It need not stand in the file, but nothing there may speak against it: no other key of
    /// the host, no revocation.
    case pin(FingerprintPin)
    /// A key that stands in the file. A changed key, and one of another kind than those that stand there, are refused.
    case knownHosts(UnknownHost)
    /// Any key: no protection against someone who stands between. For an operator who said so, never for an agent.
    case any

    /// What to do with a host that does not stand in the file.
    public enum UnknownHost: Sendable {
        case refuse
        /// Refuse it, and as well one that stands there since a first use here alone: nobody has compared its key.
        case refuseFirstUse
        /// Trust it and append it to the file. When that cannot be written, the host is refused.
        case trustFirstUse
    }
}

/// A server, and how to be let in.
public struct SSHTarget {
    /// A name or address, as `HostName` of ssh_config(5).
    public var host: String
    public var port: UInt16
    public var user: String
    public var trust: HostKeyTrust
    /// The `known_hosts` file; nil: none, so every host is unknown and none is recorded.
    public var knownHosts: AbsolutePath?
    /// The name under which the host's key is looked up instead of `host` (`HostKeyAlias`), without a port.
    public var hostKeyAlias: String?
    /// What to try, in this order.
    public var credentials: [SSHCredential]
    /// For everything from the name to the end of authentication.
    public var connectTimeout: Duration
    /// After so long without a byte from the server it is asked for a sign of life; nil: never.
    public var keepAlive: Duration?
    /// After so many of these intervals without a byte the connection counts as lost.
    public var keepAliveMisses: Int
    /// Name servers instead of those of resolv.conf: `address:port`, with commas between.
    public var nameServers: String?

    public init(
        host: String, port: UInt16 = 22, user: String, trust: HostKeyTrust, knownHosts: AbsolutePath?,
        credentials: [SSHCredential], connectTimeout: Duration = .seconds(20), keepAlive: Duration? = .seconds(15)
    ) {
        self.host = host
        self.port = port
        self.user = user
        self.trust = trust
        self.knownHosts = knownHosts
        self.credentials = credentials
        self.connectTimeout = connectTimeout
        self.keepAlive = keepAlive
        hostKeyAlias = nil
        keepAliveMisses = 3
        nameServers = nil
    }
}
