internal import JSON

/// What was opened. The values follow the message, one after the other in this order, each `byteCount` bytes long.
public struct OpenedSecrets: Equatable, Sendable {
    /// The row of the vault's action log that was on the disk before anything was opened.
    public var receipt: Int
    public var projectID: String
    public var projectName: String
    public var entries: [OpenedEntry]

    public init(receipt: Int, projectID: String, projectName: String, entries: [OpenedEntry]) {
        self.receipt = receipt
        self.projectID = projectID
        self.projectName = projectName
        self.entries = entries
    }

    /// The length of all values together.
    public var byteCount: Int { entries.reduce(0) { $0 + $1.byteCount } }
}

/// One opened secret, without its value.
public struct OpenedEntry: Equatable, Sendable {
    /// How the person wants it handed over.
    public enum Delivery: String, CaseIterable, Sendable {
        case environment, descriptor, file
    }

    public var key: String
    public var environment: String
    /// Empty: the root.
    public var folder: String
    public var version: Int
    /// The length of its value.
    public var byteCount: Int
    /// Whether the person has marked it as one that may be handed over though it is too short to be redacted safely.
    public var isWeakAllowed: Bool
    /// Nil: the person has said nothing.
    public var delivery: Delivery?

    public init(
        key: String, environment: String, folder: String, version: Int, byteCount: Int, isWeakAllowed: Bool,
        delivery: Delivery? = nil
    ) {
        self.key = key
        self.environment = environment
        self.folder = folder
        self.version = version
        self.byteCount = byteCount
        self.isWeakAllowed = isWeakAllowed
        self.delivery = delivery
    }
}

extension OpenedSecrets: MessagePart {
    init(_ fields: MessageFields) throws(KeeperMessageError) {
        self.init(
            receipt: try fields.number("receipt"), projectID: try fields.text("projectID"),
            projectName: try fields.text("projectName"), entries: try fields.parts("entries"))
    }

    func write(to object: inout JSONObject) {
        object.set("receipt", receipt)
        object.set("projectID", projectID)
        object.set("projectName", projectName)
        object.set("entries", entries)
    }
}

extension OpenedEntry: MessagePart {
    init(_ fields: MessageFields) throws(KeeperMessageError) {
        let delivery = try fields.textIfAny("delivery").map { Delivery(rawValue: $0) }
        if case .some(.none) = delivery { throw .malformed }
        self.init(
            key: try fields.text("key"), environment: try fields.text("environment"), folder: try fields.text("folder"),
            version: try fields.number("version"), byteCount: try fields.count("byteCount"),
            isWeakAllowed: try fields.flag("isWeakAllowed"), delivery: delivery ?? nil)
        // So that a sum of many is no overflow.
        guard byteCount <= KeeperFrame.mostSecretBytes else { throw .malformed }
    }

    func write(to object: inout JSONObject) {
        object.set("key", key)
        object.set("environment", environment)
        object.set("folder", folder)
        object.set("version", version)
        object.set("byteCount", byteCount)
        object.set("isWeakAllowed", isWeakAllowed)
        object.set("delivery", delivery?.rawValue)
    }
}
