import MCPServer
import Sessions
import Spawn

extension Creation {
    /// A shell on this machine.
    func here() {
        guard let shell = LocalShellOptions.findShell(path: ThisProcess.environmentText("PATH") ?? "") else {
            return context.fail(Explanation.text(SessionStartFailure.noShell))
        }
        var options = LocalShellOptions(shell: shell, workingDirectory: wish.workingDirectory)
        options.inheritedNames = host.limits.inheritedNames
        options.environment = wish.environment
        guard !wish.secrets.isEmpty else { return start(options, nil) }
        guard let source = host.secretSource else {
            return context.fail("secrets: the operator has switched the vault off for this server. Leave it out.")
        }
        let place = SecretPlace(context.arguments)
        let secrets = SessionSecretWish(
            keys: wish.secrets, project: place.project, environment: place.environment, folder: place.folder, shell: shell,
            workingDirectory: options.workingDirectory)
        source.open(secrets, context: context) { [options] result in
            switch result {
            case .failure(let refusal): context.fail("secrets: " + refusal.text)
            case .success(let secrets): start(options, secrets)
            }
        }
    }

    private func start(_ options: LocalShellOptions, _ secrets: HandedSecrets?) {
        guard !context.isOver else {
            secrets?.ended(didBegin: false)
            return
        }
        var isCancelled = false
        context.onCancel = { isCancelled = true }
        host.sessions.createLocal(options, secrets: secrets?.takeEnvironment() ?? EnvironmentBlock()) { result in
            ended(
                result, transport: "local", isWanted: !isCancelled, Parts(side: host.localSide, secrets: secrets))
        }
    }
}
