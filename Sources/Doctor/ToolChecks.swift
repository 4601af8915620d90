import PrivateFiles
import Settings
import Spawn

// Programs of others that some sessions need: the containers' program with its daemon, and git.
extension Doctor {
    /// How long a daemon may take to answer.
    static let daemonPatience = Duration.seconds(5)

    private func resolve(_ program: String) -> String? {
        ExecutableSearch.resolve(program, path: surroundings.value("PATH") ?? "")
    }

    /// The setting: which program it is.
    func containerProgram(_ settings: Settings) -> Finding {
        let name = Setting.docker.name
        guard surroundings.value(name) != nil else { return Finding(.settings, name, .ok, "\(settings.docker) (standard)") }
        guard resolve(settings.docker) != nil else {
            let place = settings.docker.hasPrefix("/") ? "there is no such program, or it cannot be executed" : "not in PATH"
            return Finding(.settings, name, .broken, settings.docker, advice: place)
        }
        return Finding(.settings, name, .ok, settings.docker)
    }

    /// The program and its daemon. A daemon that does not answer is no fault of local sessions, so a warning.
    func container(_ settings: Settings) -> [Finding] {
        let name = "docker"
        guard let program = resolve(settings.docker) else {
            return [Finding(.program, name, .off, "\(settings.docker) is not there", advice: "only sessions in containers need it")]
        }
        if let reason = daemonFault(program) { return [Finding(.program, name, .warn, program, advice: reason)] }
        return [Finding(.program, name, .ok, "\(program); its daemon answers")]
    }

    /// Why `docker version`, which asks the daemon for its own and changes nothing, does not succeed; nil when it does.
    private func daemonFault(_ program: String) -> String? {
        do throws(SpawnError) {
            var environment = EnvironmentBlock()
            for variable in EnvironmentBlock.standardNames + surroundings.containerVariables {
                if let value = surroundings.value(variable) { try environment.set(variable, to: value) }
            }
            let child = try Spawner(adoptsOrphans: true).spawn(
                SpawnPlan(executable: program, arguments: [program, "version"], environment: environment, workingDirectory: "/"))
            let end = child.wait(atMost: Self.daemonPatience)
            if end == nil {
                _ = child.signalTree(.kill)
                _ = child.wait(atMost: .seconds(60))
            }
            child.reap()
            switch end {
            case .code(0): return nil
            case nil: return "its daemon did not answer within 5 s; try: '\(program)' version"
            default: return "its daemon does not answer: not started, or not open to you; try: '\(program)' version"
            }
        } catch {
            return "it could not be started"
        }
    }

    /// Checkpoints are made with git.
    func git() -> [Finding] {
        guard let program = resolve("git") else { return [Finding(.program, "git", .off, "not in PATH", advice: "checkpoints need it")] }
        return [Finding(.program, "git", .ok, program)]
    }
}
