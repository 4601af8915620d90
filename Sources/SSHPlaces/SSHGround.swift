public import PrivateFiles
public import SSHClient

/// What the operator and the machine say: nothing of it is a caller's to choose.
public struct SSHGround {
    /// Keys, public keys and the `config` are read below it and nowhere else.
    public var keyDirectory: AbsolutePath
    /// The operator's `known_hosts`, where that is set. It is then the only one: no `UserKnownHostsFile` leads elsewhere.
    public var knownHosts: AbsolutePath?
    /// Where host keys stand when neither the operator nor the `config` says.
    public var usualKnownHosts: AbsolutePath
    /// What to do with a host that does not stand there.
    public var unknownHosts: HostKeyTrust.UnknownHost = .trustFirstUse
    /// The operator accepts any server (dangerous). A fingerprint that a caller pins is checked all the same.
    public var acceptsAnyHostKey = false
    /// What `~` stands for.
    public var home: AbsolutePath
    public var localUser: String
    public var userNumber: UInt32
    /// The agent's socket (`SSH_AUTH_SOCK`).
    public var agentSocket: String?
    /// Name servers instead of those of resolv.conf: `address:port`, with commas between.
    public var nameServers: String?

    public init(
        keyDirectory: AbsolutePath, usualKnownHosts: AbsolutePath, home: AbsolutePath, localUser: String, userNumber: UInt32
    ) {
        self.keyDirectory = keyDirectory
        self.usualKnownHosts = usualKnownHosts
        self.home = home
        self.localUser = localUser
        self.userNumber = userNumber
    }

    var keys: SSHKeyDirectory { SSHKeyDirectory(keyDirectory, home: home) }
}
