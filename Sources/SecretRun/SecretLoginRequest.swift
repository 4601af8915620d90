/// A login to another machine, with secrets that this process itself shows to its server or opens a key with.
public struct SecretLoginRequest: Equatable, Sendable {
    /// What a rule by program judges: a login counts as one by the ssh of the system, so that a rule for `ssh` or for this
    /// path allows it, and a rule for other programs alone does not.
    public static let program = "/usr/bin/ssh"

    /// As it is connected to.
    public var host: String
    public var port: UInt16
    public var user: String
    /// The secret that the server is shown as a password, by its key.
    public let password: String?
    /// The secret that opens a private key here.
    public let passphrase: String?
    /// The same as a command, as it is to stand in the vault's log: what looks like a secret is redacted already.
    public var recorded: [String]
    /// From where. Its keys are those of `password` and `passphrase`.
    public let secrets: SecretSelection

    /// - Parameter secrets: from where; its keys and delivery do not count.
    public init(
        host: String, port: UInt16, user: String, password: String?, passphrase: String?, recorded: [String],
        secrets: SecretSelection
    ) {
        self.host = host
        self.port = port
        self.user = user
        self.password = password
        self.passphrase = passphrase
        self.recorded = recorded
        var secrets = secrets
        secrets.keys = Self.keys(password, passphrase)
        secrets.delivery = nil
        self.secrets = secrets
    }

    /// What a login is to be given, each once: a password can be a passphrase too.
    public static func keys(_ password: String?, _ passphrase: String?) -> [String] {
        [password, passphrase == password ? nil : passphrase].compactMap { $0 }
    }

    /// Keys as often as they are wanted.
    var named: [String] { [password, passphrase].compactMap { $0 } }

    /// Names who logs in where with what: what the person confirms holds for nothing else.
    func digest() -> String {
        var parts = RunDigest("login")
        parts.add(host)
        parts.add("\(port)")
        parts.add(user)
        parts.add(password)
        parts.add(passphrase)
        parts.add(secrets)
        return parts.text
    }
}
