import JSON

extension MCPConnection {
    /// Answers a request, starts its call or opens its subscription.
    mutating func dispatch(_ request: IncomingRequest) -> [ConnectionAction] {
        do throws(RPCError) {
            if handles[request.id] != nil || subscriptions.contains(where: { $0.id == request.id }) {
                throw RPCError.invalidRequest("a request with this id is in flight")
            }
            if RequestContext.isCarried(by: request) { return try dispatchModern(request) }
            return try dispatchLegacy(request)
        } catch {
            return answer(.error(error), id: request.id, batch: request.batch)
        }
    }

    private mutating func dispatchModern(_ request: IncomingRequest) throws(RPCError) -> [ConnectionAction] {
        if request.batch != nil { throw .invalidRequest("there are no batches in this protocol version") }
        let context = try RequestContext(meta: request.meta())
        switch request.method {
        case "server/discover": return respond(to: request, discovery(context.revision), context)
        case "tools/list": return respond(to: request, try toolList(request, context), context)
        case "tools/call": return try call(request, context)
        case "subscriptions/listen": return try subscribe(request)
        default: throw .methodNotFound(request.method)
        }
    }

    private mutating func dispatchLegacy(_ request: IncomingRequest) throws(RPCError) -> [ConnectionAction] {
        switch request.method {
        case "initialize": return try initialize(request)
        case "ping": return answer(.result(JSONObject()), id: request.id, batch: request.batch)
        default: break
        }
        guard let session else {
            throw .invalidParams(
                "not initialized: send initialize first, or name protocol version \(Revision.v2026_07_28.rawValue) in "
                    + "_meta (\(RequestContext.versionKey) and \(RequestContext.capabilitiesKey)) of every request")
        }
        let context = RequestContext(session: session)
        switch request.method {
        case "tools/list": return respond(to: request, try toolList(request, context), context)
        case "tools/call": return try call(request, context)
        case "logging/setLevel" where server.sendsLogs: return try setLevel(request)
        default: throw .methodNotFound(request.method)
        }
    }

    private mutating func respond(
        to request: IncomingRequest, _ result: JSONObject, _ context: RequestContext
    ) -> [ConnectionAction] {
        answer(.result(complete(result, for: context.revision)), id: request.id, batch: request.batch)
    }

    private mutating func initialize(_ request: IncomingRequest) throws(RPCError) -> [ConnectionAction] {
        if request.batch != nil { throw .invalidRequest("initialize cannot be part of a batch") }
        if session != nil { throw .invalidRequest("already initialized") }
        let params = try request.object()
        guard let requested = params["protocolVersion"]?.string else {
            throw .invalidParams("protocolVersion must be a string")
        }
        let known = Revision(rawValue: requested)
        let revision = known.flatMap { $0.isModern ? nil : $0 } ?? .newestLegacy
        let canElicit = revision.hasElicitation && RequestContext.canElicit(params["capabilities"]?.object)
        session = LegacySession(revision: revision, canElicit: canElicit)
        var result: JSONObject = [
            "protocolVersion": .string(revision.rawValue), "capabilities": server.capabilities,
            "serverInfo": server.implementation(for: revision),
        ]
        if let instructions = server.instructions { result["instructions"] = .string(instructions) }
        return answer(.result(result), id: request.id, batch: nil)
    }

    private func discovery(_ revision: Revision) -> JSONObject {
        var result: JSONObject = [
            "supportedVersions": .array(Revision.modern.map { .string($0.rawValue) }),
            "capabilities": server.capabilities,
        ]
        if let instructions = server.instructions { result["instructions"] = .string(instructions) }
        addCaching(to: &result)
        return result
    }

    /// The whole list is one page, so no cursor is ever ours.
    private func toolList(_ request: IncomingRequest, _ context: RequestContext) throws(RPCError) -> JSONObject {
        if try request.object().contains("cursor") { throw .invalidParams("cursor: unknown, the list is one page") }
        var result: JSONObject = ["tools": .array(server.tools.map { $0.json(for: context.revision) })]
        if context.revision.isModern { addCaching(to: &result) }
        return result
    }

    private func addCaching(to result: inout JSONObject) {
        result["ttlMs"] = .int(max(0, server.caching.milliseconds))
        result["cacheScope"] = server.caching.isPublic ? "public" : "private"
    }

    private mutating func setLevel(_ request: IncomingRequest) throws(RPCError) -> [ConnectionAction] {
        guard let level = try request.object()["level"]?.string.flatMap(LogLevel.init) else {
            throw .invalidParams("level must be one of \(LogLevel.names)")
        }
        session?.logLevel = level
        return answer(.result(JSONObject()), id: request.id, batch: request.batch)
    }
}
