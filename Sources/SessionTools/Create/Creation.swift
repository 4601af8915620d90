import AuditLog
import CommandCalls
import JSON
import MCPProtocol
import MCPServer
import Sessions

/// One `session_create` on its way, from the wish to the session in the list.
struct Creation {
    let host: SessionHost
    let wish: CreateWish
    let context: ToolContext

    /// What a session has besides its shell.
    struct Parts {
        let side: any SideRunner
        var secrets: HandedSecrets?
        /// More for the result, in our own words.
        var facts: JSONObject = [:]
    }

    /// Ends the call: no session was opened.
    ///
    /// - Parameter transport: as records name it.
    func fail(_ transport: String, word: String, _ text: String) {
        host.record(.openFailed(transport: transport, reason: word))
        context.fail(text)
    }

    /// The completion of a session's start: the record, the list, the result.
    ///
    /// - Parameter isWanted: whether the client still waits.
    func ended(
        _ result: Result<any Session, SessionStartFailure>, transport: String, isWanted: Bool, _ parts: Parts
    ) {
        switch result {
        case .success(let session):
            opened(session, parts)
            if !isWanted { session.close(.destroyed) }
        case .failure(let failure):
            parts.secrets?.ended(didBegin: false)
            fail(transport, word: Explanation.word(failure), Explanation.text(failure))
        }
    }

    private func opened(_ session: any Session, _ parts: Parts) {
        do {
            try host.recorder.write(.open(session: session.identifier, transport: session.label, cwd: nil))
        } catch {
            session.close(.destroyed)
            parts.secrets?.ended(didBegin: true)
            return context.fail(Recorder.refusal(error))
        }
        let checkpoints = checkpoints(of: session, beside: parts.side)
        host.add(OpenSession(
            session: session, side: parts.side, fence: wish.fence, budget: wish.budget, secrets: parts.secrets,
            checkpoints: checkpoints))
        var result: JSONObject = [
            "session_id": .string(session.identifier), "transport": .string(session.label),
            "idle_limit_secs": .int(host.limits.idleSeconds),
        ]
        if let secrets = parts.secrets { result["secrets"] = .array(secrets.keys.map { .string($0) }) }
        for fact in parts.facts { result[fact.key] = fact.value }
        result["fence"] = "advisory"
        guard let checkpoints else { return context.finish(.structured(result)) }
        context.onCancel = { session.close(.destroyed) }
        start(checkpoints) { [result] facts in
            var result = result
            for fact in facts { result[fact.key] = fact.value }
            context.finish(.structured(result))
        }
    }
}
