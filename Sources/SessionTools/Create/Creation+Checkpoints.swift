import AuditLog
import Checkpoints
import EventLoop
import JSON
import Sessions

extension Creation {
    /// The checkpoints of a session, if they are asked for. Whether its place can have them is not known yet.
    func checkpoints(of session: any Session, beside side: any SideRunner) -> SessionCheckpoints? {
        guard let wish = wish.checkpoints else { return nil }
        let identifier = session.identifier
        // The store's directory has a name of our own making, so there is nothing to refuse.
        return try? SessionCheckpoints(wish, side: side, loop: host.loop) { [weak host] id in
            host?.record(
                .checkpoint(session: identifier, checkpoint: id.text, kind: Checkpoint.Kind.automatic.rawValue, label: nil))
        }
    }

    /// So long the answer waits for the first checkpoint. The first command waits for it in any case.
    private static let patience = Duration.seconds(10)

    /// Finds out whether there can be checkpoints, and calls `then` once with what the result says of them. A place without
    /// git has sessions all the same, and they say so.
    func start(_ checkpoints: SessionCheckpoints, then: @escaping (JSONObject) -> Void) {
        let turn = TurnGate.Turn()
        var then: ((JSONObject) -> Void)? = then
        let tell = { (reason: String?) in
            let told = then
            then = nil
            told?(Self.facts(checkpoints.mode, reason))
        }
        let timer = host.loop.after(Self.patience) {
            tell("The first checkpoint of this workspace is still being taken. The first command waits for it.")
        }
        checkpoints.commands.enter(turn, refused: { tell("The session has ended.") }) {
            checkpoints.start { result in
                timer.cancel()
                turn.leave()
                if case .failure(let error) = result {
                    tell((wish.checkpoints?.isAutomatic == true ? "The first checkpoint failed, and is tried again: " : "") + Explanation.text(error))
                } else {
                    tell(nil)
                }
            }
        }
    }

    private static func facts(_ mode: SessionCheckpoints.Mode, _ reason: String?) -> JSONObject {
        var facts: JSONObject = [:]
        switch mode {
        case .automatic: facts["checkpoints"] = "automatic"
        case .onRequest: facts["checkpoints"] = "on_request"
        case .off(let why):
            facts["checkpoints"] = "off"
            facts["checkpoints_reason"] = .string(why)
            return facts
        }
        if let reason { facts["checkpoints_reason"] = .string(reason) }
        return facts
    }
}
