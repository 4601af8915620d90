import AuditLog
import CommandCalls
import JSON
package import MCPServer
import SecretRun
package import SessionTools

/// Which secrets of the vault a login to another machine is to be made with.
package struct LoginSecretWish {
    /// As it is connected to: what an alias of a config means, not the alias.
    package let host: String
    package let port: UInt16
    package let user: String
    /// The secret that the server is shown as a password.
    package let password: String?
    /// The secret that opens a private key here.
    package let passphrase: String?
    // Where they stand, as the agent asked; nil: as execkit.toml says.
    package let project: String?
    package let environment: String?
    package let folder: String?

    package init(
        host: String, port: UInt16, user: String, password: String?, passphrase: String?, project: String?, environment: String?,
        folder: String?
    ) {
        self.host = host
        self.port = port
        self.user = user
        self.password = password
        self.passphrase = passphrase
        self.project = project
        self.environment = environment
        self.folder = folder
    }
}

extension SecretRunHost {
    /// Records, asks the user where a rule wants that, opens, and makes the values known to the cover of every text.
    ///
    /// Sets `context.onCancel`; whoever goes on with the call sets it anew. A wish names at least one secret.
    ///
    /// - Parameter then: called once, later, with the secrets or why there are none, fit to be passed on by an agent; never
    ///   when the call ends with a question or is cancelled before.
    package func openLogin(
        _ wish: LoginSecretWish, context: ToolContext, then: @escaping (Result<LoginSecrets, SessionSecretRefusal>) -> Void
    ) {
        SecretUseCall(LoginSecretUse(wish: wish), host: self, context: context) { [self] result in
            then(result.map { granted in
                let secrets = LoginSecrets(granted.opened) { granted.end($0, $1) }
                hold(secrets)
                return secrets
            })
        }.begin()
    }
}

/// Secrets that this process logs in with.
struct LoginSecretUse: SecretUse {
    let wish: LoginSecretWish

    var keys: [String] { SecretLoginRequest.keys(wish.password, wish.passphrase) }
    var project: String? { wish.project }
    var environment: String? { wish.environment }
    var folder: String? { wish.folder }

    static let event: AuditType = "login_secrets"
    static let subject = "login"
    static let refusal =
        "The user was asked and did not agree to this login, so it was not made. Do not try it in another form; ask the user how "
        + "to go on."
    static let nothing = "No login was made."

    func fields(_ texts: Texts) -> JSONObject {
        ["host": .string(texts.string(wish.host)), "port": .int(Int(wish.port)), "user": .string(texts.string(wish.user))]
    }

    /// `user@host:port`, an IPv6 address in brackets.
    private var target: String {
        "\(wish.user)@" + (wish.host.utf8.contains(UInt8(ascii: ":")) ? "[\(wish.host)]" : wish.host) + ":\(wish.port)"
    }

    func opening(_ question: CommandQuestion) -> String {
        "An agent wants to log in to \(question.line(target)) with ssh, with secrets of your vault, and a rule of yours wants you "
            + "to be asked."
    }

    func secrets(_ question: CommandQuestion) -> [String] {
        var lines: [String] = []
        if let key = wish.password { lines.append("Password, which the server gets: " + question.line(key)) }
        if let key = wish.passphrase { lines.append("Passphrase of a private key, which stays here: " + question.line(key)) }
        return lines
    }

    func details(_ question: CommandQuestion, origin: String) -> [String] {
        ["Where a rule asks once in a while, your yes holds that long, for this login alone."]
    }

    private var arguments: [String] { ["ssh", "-p", "\(wish.port)", "\(wish.user)@\(wish.host)"] }

    var command: String { QuotedCommand.line(arguments) }

    var digested: [JSONValue] {
        [
            .string(wish.host), .int(Int(wish.port)), .string(wish.user), wish.password.map { .string($0) } ?? .null,
            wish.passphrase.map { .string($0) } ?? .null,
        ]
    }

    func open(
        _ runs: SecretRuns, _ secrets: SecretSelection, _ texts: Texts, steps: SecretRunSteps,
        completion: @escaping (Result<HeldSecrets, SecretRunFailure>) -> Void
    ) -> SecretOpening {
        let question = CommandQuestion(texts)
        return runs.open(
            SecretLoginRequest(
                host: wish.host, port: wish.port, user: wish.user, password: wish.password, passphrase: wish.passphrase,
                recorded: arguments.map { question.line($0) }, secrets: secrets),
            steps: steps, completion: completion)
    }
}
