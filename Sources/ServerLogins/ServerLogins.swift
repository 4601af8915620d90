package import EventLoop
import KnownHosts
package import MCPServer
package import SSHClient
package import SecretRunTools
package import SessionTools
package import SSHPlaces
package import SecretMemory

/// Sessions on servers: what a wish means, the secrets it names, the connection.
package final class ServerLogins: ServerSource {
    private let loop: EventLoop
    private let ground: SSHGround
    /// Nil: the operator has switched the vault off.
    private let vault: SecretRunHost?
    private let operatorPassword: SSHSecret?
    private let cover: Cover

    /// Makes a password that the agent gave known to all that keeps values out of what leaves; a warning for the agent when that
    /// could not be.
    package typealias Cover = (borrowing SecretBytes) -> String?

    /// - Parameters:
    ///   - ground: the operator's facts.
    ///   - vault: where secrets for logins come from.
    ///   - operatorPassword: handed to this server for logins, known to the cover already.
    package init(
        loop: EventLoop, ground: SSHGround, vault: SecretRunHost?, operatorPassword: SSHSecret?, cover: @escaping Cover
    ) {
        self.operatorPassword = operatorPassword
        self.loop = loop
        self.ground = ground
        self.vault = vault
        self.cover = cover
    }

    package func connect(
        _ wish: ServerWish, context: ToolContext, record: @escaping (ServerLogin) throws(ServerRefusal) -> Void,
        then: @escaping (Result<ReachedServer, ServerRefusal>) -> Void
    ) {
        var ground = ground
        if wish.wantsOperatorPassword, operatorPassword == nil { return refuse("no_operator_password", Self.noPassword, then) }
        if wish.passwordSecret != nil || wish.wantsOperatorPassword {
            guard wish.fingerprint == nil else {
                return refuse("fingerprint_with_secret", Self.pinned, then)
            }
            (ground.unknownHosts, ground.acceptsAnyHostKey) = (.refuseFirstUse, false)
        }
        let destination: SSHDestination
        do throws(SSHRefusal) {
            destination = try SSHDestination(Self.wish(wish), ground: ground)
        } catch {
            return refuse(error.word, error.explanation, then)
        }
        guard wish.passwordSecret != nil || wish.passphraseSecret != nil else {
            return open(destination, given(wish), nil, context, record, then)
        }
        guard let vault else { return refuse("vault_off", Self.noVault, then) }
        let secrets = LoginSecretWish(
            host: destination.host, port: destination.port, user: destination.user, password: wish.passwordSecret,
            passphrase: wish.passphraseSecret, project: wish.secrets.project, environment: wish.secrets.environment,
            folder: wish.secrets.folder)
        vault.openLogin(secrets, context: context) { [self] result in
            switch result {
            case .failure(let refusal): then(.failure(ServerRefusal(word: "secrets_refused", text: refusal.text)))
            case .success(let opened):
                var login = given(wish)
                if let key = wish.passwordSecret { login.ssh.password = Self.take(key, opened) }
                if let key = wish.passphraseSecret { login.ssh.passphrase = Self.take(key, opened) }
                open(destination, login, opened, context, record, then)
            }
        }
    }

    private static func take(_ key: String, _ opened: LoginSecrets) -> SSHSecret? {
        guard let bytes = opened.take(key) else { return nil }
        return SSHSecret(bytes)
    }

    private static let pinned =
        "fingerprint: leave it out with password_secret and operator_password. Such a password is only shown to a host that stands in known_hosts "
        + "because the user put it there."
    private static let noPassword =
        "operator_password: the operator has given this server none (EXECKIT_MCP_SSH_PASSWORD). Use a key, or a secret of the vault."
    private static let noVault =
        "password_secret, passphrase_secret: the operator has switched the vault off for this server. Use a key."

    private func refuse(
        _ word: String, _ text: String, _ then: @escaping (Result<ReachedServer, ServerRefusal>) -> Void
    ) {
        loop.soon { then(.failure(ServerRefusal(word: word, text: text))) }
    }

    private static func wish(_ wish: ServerWish) -> SSHWish {
        var wanted = SSHWish(host: wish.host)
        wanted.port = wish.port
        wanted.user = wish.user
        wanted.key = wish.keyPath
        wanted.fingerprint = wish.fingerprint
        wanted.usesPassword = wish.password != nil || wish.passwordSecret != nil || wish.wantsOperatorPassword
        return wanted
    }

    /// What to log in with, and what the agent is to know of it.
    private struct Login {
        var ssh = SSHLogin()
        /// As `ServerLogin` names it.
        var credential: String
        var warning: String?
    }

    /// A password that came as an argument is no secret any more; it is not shown again all the same.
    private func given(_ wish: ServerWish) -> Login {
        let credential = wish.wantsOperatorPassword
            ? "operator_password" : wish.passwordSecret != nil ? "password_secret" : wish.password != nil ? "password" : "keys"
        var login = Login(credential: credential)
        if wish.wantsOperatorPassword { login.ssh.password = operatorPassword }
        guard let text = wish.password.map({ Array($0.utf8) }) else { return login }
        let made = try? SecretBytes(count: text.count) { bytes in
            for (index, byte) in text.enumerated() { bytes.storeBytes(of: byte, toByteOffset: index, as: UInt8.self) }
        }
        guard let bytes = made else { return login }
        login.warning = cover(bytes)
        login.ssh.password = SSHSecret(bytes)
        return login
    }

    /// First uses on the way.
    private static func jumps(_ place: SSHPlace) -> [String] {
        place.jumpHostKeys.enumerated().filter(\.element.wasNew).map { index, key in
            "Jump host \(index + 1) was not known until now; tell the user its fingerprint: \(key.fingerprint.text)."
        }
    }

    private func open(
        _ destination: SSHDestination, _ login: Login, _ secrets: LoginSecrets?, _ context: ToolContext,
        _ record: (ServerLogin) throws(ServerRefusal) -> Void,
        _ then: @escaping (Result<ReachedServer, ServerRefusal>) -> Void
    ) {
        guard !context.isOver else {
            secrets?.ended(didBegin: false)
            return
        }
        do throws(ServerRefusal) {
            try record(ServerLogin(
                host: destination.host, port: destination.port, user: destination.user, credential: login.credential))
        } catch {
            secrets?.ended(didBegin: false)
            return loop.soon { then(.failure(error)) }
        }
        let opening = SSHOpening.connect(destination, login: login.ssh, on: loop) { result in
            secrets?.ended(didBegin: true)
            switch result {
            case .success(let place):
                then(.success(ReachedServer(
                    place: place, fingerprint: place.hostKey?.text, isNewHost: place.hostKeyWasNew,
                    warnings: (login.warning.map { [$0] } ?? []) + Self.jumps(place) + place.notes)))
            case .failure(let failure):
                then(.failure(ServerRefusal(failure)))
            }
        }
        context.onCancel = {
            opening.cancel()
            secrets?.ended(didBegin: true)
        }
    }
}
