import AuditLog
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
        source.connect(server, context: context, record: record) { result in
            switch result {
            case .failure(let refusal): fail("ssh:" + host.texts.string(server.host), word: refusal.word, refusal.text)
            case .success(let reached):
                var facts: JSONObject = [:]
                if let fingerprint = reached.fingerprint {
                    facts["host_key"] = ["fingerprint": .string(fingerprint), "new": .bool(reached.isNewHost)]
                }
                if !reached.warnings.isEmpty { facts["warnings"] = .array(reached.warnings.map { .string(host.texts.string($0)) }) }
                start(in: reached.place, facts: facts)
            }
        }
    }

    /// The record of a login before it is tried.
    private func record(_ login: ServerLogin) throws(ServerRefusal) {
        do throws(AuditError) {
            try host.recorder.write(AuditEvent("connect", fields: [
                "host": .string(host.texts.string(login.host)), "port": .int(Int(login.port)),
                "user": .string(host.texts.string(login.user)), "credential": .string(login.credential),
            ]))
        } catch {
            throw ServerRefusal(word: "not_recorded", text: Recorder.refusal(error))
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
