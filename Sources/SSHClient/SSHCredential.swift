public import SecretMemory

/// A password or passphrase that a connection holds until it is let in. Wiped when the last holder lets go.
public final class SSHSecret {
    let bytes: SecretBytes

    public init(_ bytes: consuming SecretBytes) {
        self.bytes = bytes
    }
}

/// One way to be let in.
public enum SSHCredential {
    /// The method `password`; where the server does not offer that, `keyboard-interactive`, whose first prompt that is not
    /// echoed is answered with it.
    case password(SSHSecret)
    /// A private key file of the operator's directory.
    case keyFile(name: String, in: SSHKeyDirectory, passphrase: SSHSecret?)
    /// The keys of the agent at this Unix socket, in its order; with `only`, of those public keys alone.
    case agent(socket: [UInt8], only: [[UInt8]]?)
}

/// What came of one credential.
public enum SSHCredentialOutcome: Equatable, Sendable {
    /// The server does not take this kind of credential.
    case notOffered
    /// The server said no: a wrong password, a key it does not know, or a user it does not have.
    case refused
    /// There is no key of this name that may be used. Which of the reasons it is, is not told: see `explanation`.
    case keyUnusable
    /// The key is encrypted and no passphrase was given.
    case passphraseMissing
    /// The passphrase does not open the key.
    case passphraseWrong
    /// The key is encrypted so that one try would hold up everything: more rounds of its key derivation than this.
    case tooManyRounds(limit: UInt32)
    /// An RSA key, refused, and the libssh2 of this machine can sign for it with SHA-1 alone.
    case rsaWithoutSHA2
    /// The server asked for more than a password: a code, or a new password.
    case askedForMore
    /// The password has expired; the server wants a new one.
    case passwordExpired
    /// Nothing answers at the agent's socket, or not in the agent's language.
    case agentUnavailable
    /// The agent has no key, or none that may be used here.
    case agentEmpty
    /// The agent would not sign.
    case agentRefused

    /// A sentence for the operator: what it means and what to do.
    public var explanation: String {
        switch self {
        case .notOffered: "the server does not take this kind of credential"
        case .refused: "the server refused it: check the user name and the password or key"
        case .keyUnusable:
            "no usable key of that name: it must be a private key file inside the operator's key directory, reached without "
                + "symbolic links, owned by the user this runs as and readable by nobody else"
        case .passphraseMissing: "the key is encrypted: give its passphrase, or load it into ssh-agent"
        case .passphraseWrong: "the passphrase does not open the key"
        case .tooManyRounds(let limit):
            "the key is encrypted with more than \(limit) rounds, which would hold up every session: load it into ssh-agent"
        case .rsaWithoutSHA2:
            "the server refused this RSA key; \(SSHLibrary.named) signs with RSA and SHA-1 only, which OpenSSH refuses "
                + "since 8.8: use an Ed25519 or ECDSA key, or libssh2 1.11 or newer"
        case .askedForMore: "the server asked for more than a password, such as a code: use a key"
        case .passwordExpired: "the password has expired: set a new one with ssh"
        case .agentUnavailable: "no ssh-agent answers at its socket"
        case .agentEmpty: "ssh-agent holds no key that can be used here: load one with ssh-add"
        case .agentRefused: "ssh-agent would not sign"
        }
    }
}
