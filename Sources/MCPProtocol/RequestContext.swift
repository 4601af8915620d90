import JSON

/// By which rules a request is answered: those of the handshake, or those that it carries itself.
struct RequestContext {
    let revision: Revision
    let canElicit: Bool
    /// The level the request itself asks for (revisions without a handshake).
    let logLevel: LogLevel?

    static let versionKey = "io.modelcontextprotocol/protocolVersion"
    static let capabilitiesKey = "io.modelcontextprotocol/clientCapabilities"
    static let logLevelKey = "io.modelcontextprotocol/logLevel"
    static let serverInfoKey = "io.modelcontextprotocol/serverInfo"
    static let subscriptionKey = "io.modelcontextprotocol/subscriptionId"

    /// The rules of a handshake.
    init(session: LegacySession) {
        revision = session.revision
        canElicit = session.canElicit
        logLevel = nil
    }

    /// Whether a request carries its own rules, so that what came before does not count.
    static func isCarried(by request: IncomingRequest) -> Bool {
        let meta = request.params?["_meta"]?.object
        return meta?.contains(versionKey) == true || meta?.contains(capabilitiesKey) == true
    }

    /// The rules that a request carries (2026-07-28, basic protocol, `_meta`).
    init(meta: JSONObject) throws(RPCError) {
        guard let version = meta[Self.versionKey]?.string else {
            throw .invalidParams("_meta: \(Self.versionKey) must be a string")
        }
        guard let revision = Revision(rawValue: version), revision.isModern else { throw .unsupportedVersion(version) }
        guard let capabilities = meta[Self.capabilitiesKey]?.object else {
            throw .invalidParams("_meta: \(Self.capabilitiesKey) must be an object")
        }
        self.revision = revision
        canElicit = Self.canElicit(capabilities)
        switch meta[Self.logLevelKey] {
        case nil: logLevel = nil
        case let value?:
            guard let level = value.string.flatMap(LogLevel.init) else {
                throw .invalidParams("_meta: \(Self.logLevelKey) must be one of \(LogLevel.names)")
            }
            logLevel = level
        }
    }

    /// Whether the client shows forms. An empty declaration means forms only.
    static func canElicit(_ capabilities: JSONObject?) -> Bool {
        guard let declared = capabilities?["elicitation"]?.object else { return false }
        return declared.contains("form") || !declared.contains("url")
    }
}

/// What `initialize` agreed on.
struct LegacySession {
    let revision: Revision
    let canElicit: Bool
    /// Messages below it are not sent. A client that never sets a level gets what needs its attention.
    var logLevel = LogLevel.warning
}
