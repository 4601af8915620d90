import JSON

extension MCPConnection {
    /// Asks the user something in the course of a call, in the way of the call's revision.
    ///
    /// With a handshake a request goes out and the call waits. Without one the call ends, and the client repeats it with the
    /// answer and with `state`, which only this process can have written and only for the same tool and arguments.
    public mutating func elicit(
        _ handle: CallHandle, _ question: Elicitation, state: String = ""
    ) -> ElicitationOutcome {
        guard let call = calls[handle], call.context.canElicit else { return .unavailable }
        if call.context.revision.isModern {
            let actions = remove(handle)
            let asked: JSONValue = ["method": "elicitation/create", "params": question.params]
            let result: JSONObject = [
                "inputRequests": .object(JSONObject(CollectionOfOne((question.key, asked)))),
                "requestState": .string(sealer.seal(state, tool: call.name, arguments: call.arguments)),
            ]
            let body = complete(result, for: call.context.revision, type: "input_required")
            return .deferred(actions + answer(.result(body), id: call.id, batch: nil))
        }
        guard let id = RequestID(.string("elicitation-\(nextNumber())")) else { return .unavailable }
        questions[id] = (handle, question.key)
        calls[handle]?.questions.append(id)
        return .asked([
            Self.line(["jsonrpc": "2.0", "id": id.json, "method": "elicitation/create", "params": question.params])
        ])
    }

    /// A response of the client. One that is not for a question of ours is ignored.
    mutating func answered(_ id: RequestID?, _ result: JSONValue?) -> [ConnectionAction] {
        guard let id, let question = questions.removeValue(forKey: id) else { return [] }
        calls[question.handle]?.questions.removeAll { $0 == id }
        return [.answer(question.handle, key: question.key, ElicitationAnswer(result))]
    }

    /// What the client brings along from an earlier round of the same call. Answers count only with a state of ours.
    func earlierRound(
        _ params: JSONObject, _ name: String, _ arguments: JSONObject, _ context: RequestContext
    ) throws(RPCError) -> (answers: [String: ElicitationAnswer], state: String?) {
        guard context.revision.isModern, let sealed = params["requestState"] else { return ([:], nil) }
        guard let text = sealed.string else { throw .invalidParams("requestState must be a string") }
        guard let state = sealer.open(text, tool: name, arguments: arguments) else {
            throw .invalidParams("requestState is not valid for this call or has expired; call again without it")
        }
        var answers: [String: ElicitationAnswer] = [:]
        switch params["inputResponses"] {
        case nil: break
        case .object(let responses)?:
            for response in responses { answers[response.key] = ElicitationAnswer(response.value) }
        default: throw .invalidParams("inputResponses must be an object")
        }
        return (answers, state)
    }
}
