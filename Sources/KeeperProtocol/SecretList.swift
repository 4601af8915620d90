internal import JSON

/// Secrets as a list shows them: what stands in the clear in the vault file.
public struct SecretList: Equatable, Sendable {
    /// The most that one reply lists.
    public static let most = 1000

    /// Which project the list is of.
    public var projectID: String
    public var projectName: String
    public var secrets: [ListedSecret]
    /// Whether there are more than are listed.
    public var isTruncated: Bool

    public init(projectID: String, projectName: String, secrets: [ListedSecret], isTruncated: Bool) {
        self.projectID = projectID
        self.projectName = projectName
        self.secrets = secrets
        self.isTruncated = isTruncated
    }
}

/// Everything that is known of a secret without its value. Not verified: only opening one proves its attributes.
public struct ListedSecret: Equatable, Sendable {
    public var key: String
    public var environment: String
    /// Empty: the root.
    public var folder: String
    /// `client`, `server` or `shared`. One of `client` is never handed to a run.
    public var scope: String
    /// `string`, `number` or `boolean`.
    public var type: String
    public var tags: [String]
    public var description: String?
    public var version: Int
    /// UTC, `2027-01-31T12:00:00.000Z`.
    public var updatedAt: String
    public var expiresAt: String?
    public var isExpired: Bool
    /// Whether a rule of the person says who may use it.
    public var hasRule: Bool

    public init(
        key: String, environment: String, folder: String, scope: String, type: String, tags: [String],
        description: String?, version: Int, updatedAt: String, expiresAt: String?, isExpired: Bool, hasRule: Bool
    ) {
        self.key = key
        self.environment = environment
        self.folder = folder
        self.scope = scope
        self.type = type
        self.tags = tags
        self.description = description
        self.version = version
        self.updatedAt = updatedAt
        self.expiresAt = expiresAt
        self.isExpired = isExpired
        self.hasRule = hasRule
    }
}

extension SecretList: MessagePart {
    init(_ fields: MessageFields) throws(KeeperMessageError) {
        self.init(
            projectID: try fields.text("projectID"), projectName: try fields.text("projectName"),
            secrets: try fields.parts("secrets"), isTruncated: try fields.flag("isTruncated"))
    }

    func write(to object: inout JSONObject) {
        object.set("projectID", projectID)
        object.set("projectName", projectName)
        object.set("secrets", secrets)
        object.set("isTruncated", isTruncated)
    }
}

extension ListedSecret: MessagePart {
    init(_ fields: MessageFields) throws(KeeperMessageError) {
        self.init(
            key: try fields.text("key"), environment: try fields.text("environment"), folder: try fields.text("folder"),
            scope: try fields.text("scope"), type: try fields.text("type"), tags: try fields.texts("tags"),
            description: try fields.textIfAny("description"), version: try fields.number("version"),
            updatedAt: try fields.text("updatedAt"), expiresAt: try fields.textIfAny("expiresAt"),
            isExpired: try fields.flag("isExpired"), hasRule: try fields.flag("hasRule"))
    }

    func write(to object: inout JSONObject) {
        object.set("key", key)
        object.set("environment", environment)
        object.set("folder", folder)
        object.set("scope", scope)
        object.set("type", type)
        object.set("tags", tags)
        object.set("description", description)
        object.set("version", version)
        object.set("updatedAt", updatedAt)
        object.set("expiresAt", expiresAt)
        object.set("isExpired", isExpired)
        object.set("hasRule", hasRule)
    }
}
