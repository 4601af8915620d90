public import JSON

/// What is kept of a call until its answer.
struct CallInFlight {
    let id: RequestID
    let context: RequestContext
    let name: String
    let arguments: JSONObject
    let progressToken: JSONValue?
    let size: Int
    let batch: Int?
    var lastProgress = -Double.infinity
    /// Ids of our questions that are not answered yet.
    var questions: [RequestID] = []
}

extension MCPConnection {
    /// Starts a call after everything the protocol itself can judge.
    mutating func call(_ request: IncomingRequest, _ context: RequestContext) throws(RPCError) -> [ConnectionAction] {
        let params = try request.object()
        let meta = try request.meta()
        guard let name = params["name"]?.string else { throw .invalidParams("name must be a string") }
        guard server.tools.contains(where: { $0.name == name }) else {
            throw .invalidParams("unknown tool \(RPCError.quoted(name))")
        }
        let arguments: JSONObject
        switch params["arguments"] {
        case nil, .null?: arguments = JSONObject()
        case .object(let object)?: arguments = object
        case let other?: throw .invalidParams("arguments: expected an object, got \(other.typeName)")
        }
        let token = try Self.progressToken(meta)
        let round = try earlierRound(params, name, arguments, context)
        guard calls.count < limits.calls, bytesInFlight + request.size <= limits.bytesInFlight,
            request.batch == nil || batches.count <= limits.openBatches
        else { throw .internal("too many requests in flight; wait for answers") }

        let handle = CallHandle(number: nextNumber())
        calls[handle] = CallInFlight(
            id: request.id, context: context, name: name, arguments: arguments, progressToken: token,
            size: request.size, batch: request.batch)
        handles[request.id] = handle
        bytesInFlight += request.size
        return [
            .call(
                ToolCall(
                    handle: handle, name: name, arguments: arguments, meta: meta, revision: context.revision,
                    wantsProgress: token != nil, canElicit: context.canElicit, answers: round.answers, state: round.state))
        ]
    }

    private static func progressToken(_ meta: JSONObject) throws(RPCError) -> JSONValue? {
        guard let token = meta["progressToken"], !token.isNull else { return nil }
        guard RequestID(token) != nil else { throw .invalidParams("progressToken must be a string or an integer") }
        return token
    }

    /// Ends a call with its answer. Does nothing when the call was cancelled or has ended already.
    public mutating func finish(_ handle: CallHandle, _ outcome: CallOutcome) -> [ConnectionAction] {
        guard let call = calls[handle] else { return [] }
        let actions = remove(handle)
        switch outcome {
        case .error(let error): return actions + answer(.error(error), id: call.id, batch: call.batch)
        case .result(let result):
            let tooLarge = body(.failure("the result was too large to be sent; ask for less"), call)
            return actions + answer(body(result, call), id: call.id, batch: call.batch, instead: tooLarge)
        }
    }

    private func body(_ result: ToolResult, _ call: CallInFlight) -> Answer {
        .result(complete(result.json(for: call.context.revision), for: call.context.revision))
    }

    /// Tells the client how far a call is. Sent only when the client gave a token and the value is larger than every
    /// one before; the message is left out where the revision has none.
    public mutating func progress(
        _ handle: CallHandle, _ value: Double, total: Double? = nil, message: String? = nil
    ) -> [ConnectionAction] {
        guard let call = calls[handle], let token = call.progressToken, value > call.lastProgress,
            let number = Self.number(value)
        else { return [] }
        calls[handle]?.lastProgress = value
        var params: JSONObject = ["progressToken": token, "progress": .number(number)]
        if let total = total.flatMap(Self.number) { params["total"] = .number(total) }
        if let message, call.context.revision.hasProgressMessage { params["message"] = .string(message) }
        return [Self.notification("notifications/progress", params)]
    }

    /// A number without a needless fraction; nil when it is not finite.
    private static func number(_ value: Double) -> JSONNumber? {
        // `Int(exactly:)` would need functions of libm, which nothing here links.
        guard value.magnitude < 1e15, Double(Int(value)) == value else { return JSONNumber(value) }
        return JSONNumber(Int(value))
    }

    /// Sends a log message if the client asked for that level.
    ///
    /// With a call, the level is that of its request in the revisions without a handshake, and the message is dropped once
    /// the call has ended. Without one, only a client with a handshake can get it.
    public mutating func log(
        _ level: LogLevel, logger: String? = nil, _ data: JSONValue, for handle: CallHandle? = nil
    ) -> [ConnectionAction] {
        guard server.sendsLogs else { return [] }
        var threshold = session?.logLevel
        if let handle {
            guard let call = calls[handle] else { return [] }
            if call.context.revision.isModern { threshold = call.context.logLevel }
        }
        guard let threshold, level >= threshold else { return [] }
        var params: JSONObject = ["level": .string(level.rawValue)]
        if let logger { params["logger"] = .string(logger) }
        params["data"] = data
        return [Self.notification("notifications/message", params)]
    }

    /// Whether the client has asked for log messages of that level that belong to no call.
    public func sends(_ level: LogLevel) -> Bool {
        guard server.sendsLogs, let threshold = session?.logLevel else { return false }
        return level >= threshold
    }

    /// The client's `notifications/cancelled`: nothing is answered any more. Unknown ids are ignored.
    mutating func cancel(_ id: RequestID) -> [ConnectionAction] {
        subscriptions.removeAll { $0.id == id }
        guard let handle = handles[id], let call = calls[handle] else { return [] }
        return [.cancel(handle)] + remove(handle) + settle(call.batch)
    }

    /// Forgets a call, and takes back the questions it has open.
    mutating func remove(_ handle: CallHandle) -> [ConnectionAction] {
        guard let call = calls.removeValue(forKey: handle) else { return [] }
        handles[call.id] = nil
        bytesInFlight -= call.size
        return call.questions.map { question in
            questions[question] = nil
            return Self.notification("notifications/cancelled", ["requestId": question.json])
        }
    }
}
