import CommandCalls
import JSON
import MCPServer
import Sessions
import Spawn
import ToolSchema

extension Creation {
    /// A shell in a running container.
    func inContainer() {
        guard let container = context.arguments.string("container"), !container.isEmpty else {
            return context.fail("container: name the running container. (`docker ps` in a local session shows them.)")
        }
        let options = DockerOptions(
            container: container, program: host.limits.containerEngine,
            searchPath: ThisProcess.environmentText("PATH") ?? "/usr/local/bin:/usr/bin:/bin")
        switch host.sessions.container(options) {
        case .failure(let failure): fail("docker", word: Explanation.word(failure), Explanation.text(failure))
        case .success(let place): start(in: place, facts: [:])
        }
    }

    /// A shell on another machine.
    func onServer() {
        let server: ServerWish
        do throws(CreateWish.Fault) {
            server = try ServerWish(context.arguments)
        } catch {
            return context.fail(error.text)
        }
        guard let source = host.serverSource else { return context.fail("transport: this server has no SSH.") }
        source.connect(server, context: context) { result in
            switch result {
            case .failure(let refusal): fail("ssh:" + host.texts.string(server.host), word: refusal.word, refusal.text)
            case .success(let reached):
                var facts: JSONObject = [:]
                if let fingerprint = reached.fingerprint {
                    facts["host_key"] = ["fingerprint": .string(fingerprint), "new": .bool(reached.isNewHost)]
                }
                if let warning = reached.warning { facts["warnings"] = [.string(warning)] }
                start(in: reached.place, facts: facts)
            }
        }
    }

    private func start(in place: any RemotePlace, facts: JSONObject) {
        guard !context.isOver else { return }
        var isCancelled = false
        context.onCancel = { isCancelled = true }
        host.sessions.createRemote(in: place, wish.remoteShell) { result in
            ended(
                result, transport: place.label, isWanted: !isCancelled,
                Parts(side: RemoteSideRunner(in: place, loop: host.loop), facts: facts))
        }
    }
}
