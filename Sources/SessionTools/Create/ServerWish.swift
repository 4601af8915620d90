package import MCPServer
package import Sessions
import ToolSchema

/// Which server a session is to be on, and how to be let in, as the agent asked.
package struct ServerWish {
    /// A name, an address, or an alias of the user's ssh config.
    package let host: String
    package let port: UInt16?
    package let user: String?
    /// As text, which the schema advises against.
    package let password: String?
    /// Names of secrets of the vault.
    package let passwordSecret: String?
    /// The one that the operator has handed to the server.
    package let wantsOperatorPassword: Bool
    package let passphraseSecret: String?
    /// Where those stand.
    package let secrets: SecretPlace
    package let keyPath: String?
    package let fingerprint: String?

    static let fields: [Schema.Property] = [
        .optional("host", Schema.string("ssh: a name, an address, or an alias of the user's ssh config").orNull),
        .optional("port", Schema.integer("ssh: 22 unless the config says another", minimum: 0, maximum: 65535).orNull),
        .optional("user", Schema.string("ssh: who to log in as, unless the config says it").orNull),
        .optional("password_secret", Schema.string("ssh: name of the secret of the user's vault that is the password; you never see it").orNull),
        .optional("operator_password", Schema.boolean("ssh: log in with the password that the operator has given the server; you never see it").orNull),
        .optional("password", Schema.string("ssh: avoid: it passes through your context and the client's logs. Use password_secret or a key").orNull),
        .optional("key_path", Schema.string("ssh: name of a private key in the operator's key directory; without it ssh-agent and the usual keys are tried").orNull),
        .optional("passphrase_secret", Schema.string("ssh: name of the secret that opens that key").orNull),
        .optional("fingerprint", Schema.string("ssh: only this host key is accepted: SHA256:…").orNull),
    ]

    static let names = ["host", "port", "user", "password", "password_secret", "operator_password", "key_path", "passphrase_secret", "fingerprint"]

    static let hostKeySchema: Schema = .object([
        .required("fingerprint", .string()),
        .required("new", .boolean("true: the host was not known until now; tell the user its fingerprint")),
    ], "ssh: by which key the server proved itself")

    init(_ arguments: ArgumentReader) throws(CreateWish.Fault) {
        guard let host = arguments.string("host"), !host.isEmpty else {
            throw CreateWish.Fault("host: name the server: a name, an address, or an alias of the user's ssh config.")
        }
        self.host = host
        port = arguments.int("port").flatMap { $0 > 0 ? UInt16(exactly: $0) : nil }
        user = arguments.string("user")
        password = arguments.string("password")
        passwordSecret = arguments.string("password_secret")
        wantsOperatorPassword = arguments.bool("operator_password") ?? false
        passphraseSecret = arguments.string("passphrase_secret")
        keyPath = arguments.string("key_path")
        fingerprint = arguments.string("fingerprint")
        secrets = SecretPlace(arguments)
        let passwords = [password != nil, passwordSecret != nil, wantsOperatorPassword].count(where: \.self)
        guard passwords <= 1 else {
            throw CreateWish.Fault("password: give one of password_secret and operator_password alone: they keep the password out of your context.")
        }
        guard passphraseSecret == nil || keyPath != nil else {
            throw CreateWish.Fault("passphrase_secret: name the key it opens as key_path.")
        }
    }
}

/// Where sessions on other machines come from. Without one there are none.
package protocol ServerSource: AnyObject {
    /// Connects and logs in. `then` is called once, later, unless the call ends with a question or is cancelled before.
    ///
    /// - Parameter record: called once, before anything is connected; throws when that must not be done.
    func connect(
        _ wish: ServerWish, context: ToolContext, record: @escaping (ServerLogin) throws(ServerRefusal) -> Void,
        then: @escaping (Result<ReachedServer, ServerRefusal>) -> Void)
}

/// A login that is about to be tried, as it stands on record.
package struct ServerLogin {
    /// What is connected to, not the alias.
    package let host: String
    package let port: UInt16
    package let user: String
    /// `keys`, `password` (an argument), `password_secret` or `operator_password`.
    package let credential: String

    package init(host: String, port: UInt16, user: String, credential: String) {
        self.host = host
        self.port = port
        self.user = user
        self.credential = credential
    }
}

/// A server that let us in.
package struct ReachedServer {
    package let place: any RemotePlace
    /// Of the key by which it proved itself.
    package let fingerprint: String?
    /// Whether the host was not known before, and is from now on.
    package let isNewHost: Bool
    /// What the agent is to know besides, in our own words.
    package let warnings: [String]

    package init(place: any RemotePlace, fingerprint: String?, isNewHost: Bool, warnings: [String]) {
        self.place = place
        self.fingerprint = fingerprint
        self.isNewHost = isNewHost
        self.warnings = warnings
    }
}

/// Why there is no connection: a word for the record, and sentences fit to be passed on by an agent.
package struct ServerRefusal: Error {
    package let word: String
    package let text: String

    package init(word: String, text: String) {
        self.word = word
        self.text = text
    }

    /// The same in the words for places.
    package init(_ failure: PlaceFailure) {
        self.init(word: Explanation.word(failure), text: Explanation.text(failure))
    }
}
