import EventLoop
import PrivateFiles
import SSHClient
import SSHPlaces
import SecretRunTools
import ServerLogins
import SessionTools
import Settings
import Spawn
import ValueCover

/// Sessions on servers, with the operator's facts. Nothing is read or loaded before a call.
enum ServerWiring {
    /// Nil without a home or key directory, or without a user: then no server can be reached.
    ///
    /// - Parameter password: of the operator.
    static func logins(
        _ settings: Settings, loop: EventLoop, vault: SecretRunHost?, cover: ValueCover, password: SSHSecret?
    ) -> ServerLogins? {
        guard let home = settings.home, let keys = settings.keyDirectory, let known = settings.knownHosts,
            let user = ThisProcess.userName ?? ThisProcess.environmentText("USER")
        else { return nil }
        var ground = SSHGround(
            keyDirectory: keys, usualKnownHosts: known, home: home, localUser: user, userNumber: PrivateFiles.effectiveUser)
        if ThisProcess.environmentText(Setting.knownHosts.name)?.isEmpty == false { ground.knownHosts = known }
        ground.acceptsAnyHostKey = settings.acceptsAnyHostKey
        ground.agentSocket = ThisProcess.environmentText("SSH_AUTH_SOCK").flatMap { $0.isEmpty ? nil : $0 }
        return ServerLogins(loop: loop, ground: ground, vault: vault, operatorPassword: password) {
            cover.addGivenPassword($0) ? nil : ValueCover.uncoveredPassword
        }
    }
}
