import JSON

extension MCPConnection {
    /// Opens a subscription (2026-07-28, `subscriptions/listen`). The acknowledgement is the first message that carries its
    /// id and lists what is honoured; a client may ask for kinds that we never send.
    mutating func subscribe(_ request: IncomingRequest) throws(RPCError) -> [ConnectionAction] {
        guard let filter = try request.object()["notifications"]?.object else {
            throw .invalidParams("notifications must be an object")
        }
        var wantsTools = false
        switch filter["toolsListChanged"] {
        case nil: break
        case .bool(let flag)?: wantsTools = flag && server.toolsCanChange
        default: throw .invalidParams("notifications: toolsListChanged must be a boolean")
        }
        guard subscriptions.count < limits.subscriptions else { throw .internal("too many subscriptions") }
        subscriptions.append((request.id, wantsTools))
        let honoured: JSONObject = wantsTools ? ["toolsListChanged": true] : [:]
        return [
            Self.notification(
                "notifications/subscriptions/acknowledged",
                ["_meta": Self.subscriptionMeta(request.id), "notifications": .object(honoured)])
        ]
    }

    /// Replaces the tools and tells every client that is to hear of it. The description must have said that tools can
    /// change.
    public mutating func changeTools(_ tools: [ToolDescription]) -> [ConnectionAction] {
        precondition(server.toolsCanChange, "the description says that tools do not change")
        server.tools = tools
        let method = "notifications/tools/list_changed"
        var actions: [ConnectionAction] = session == nil ? [] : [Self.notification(method)]
        for subscription in subscriptions where subscription.wantsTools {
            actions.append(Self.notification(method, ["_meta": Self.subscriptionMeta(subscription.id)]))
        }
        return actions
    }

    /// Ends every subscription with its result, as a server that goes away in order does. Calls in flight are left to
    /// their owner.
    public mutating func close() -> [ConnectionAction] {
        let ended = subscriptions
        subscriptions = []
        return ended.map { subscription in
            let result: JSONObject = ["_meta": Self.subscriptionMeta(subscription.id)]
            return Self.line(.result(complete(result, for: .v2026_07_28)), id: subscription.id)
        }
    }

    private static func subscriptionMeta(_ id: RequestID) -> JSONValue {
        .object([RequestContext.subscriptionKey: id.json])
    }
}
