internal import JSON

/// Which secrets to list.
public struct SecretsQuery: Equatable, Sendable {
    /// A name or an id. Nil: the project of the `execkit.toml` in force at `origin`, else the only one there is.
    public var project: String?
    /// Nil: all of the project's.
    public var environment: String?
    /// Empty: the root. Nil: all of the environment's.
    public var folder: String?
    /// The directory where the server was started, absolute.
    public var origin: String

    public init(project: String? = nil, environment: String? = nil, folder: String? = nil, origin: String) {
        self.project = project
        self.environment = environment
        self.folder = folder
        self.origin = origin
    }
}

extension SecretsQuery: MessagePart {
    init(_ fields: MessageFields) throws(KeeperMessageError) {
        self.init(
            project: try fields.textIfAny("project"), environment: try fields.textIfAny("environment"),
            folder: try fields.textIfAny("folder"), origin: try fields.text("origin"))
    }

    func write(to object: inout JSONObject) {
        object.set("project", project)
        object.set("environment", environment)
        object.set("folder", folder)
        object.set("origin", origin)
    }
}
