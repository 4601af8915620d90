internal import Digest
internal import JSON

/// What a row of the action log says: names and counts, never a value.
public struct Action: Equatable, Sendable {
    public enum Kind: String, CaseIterable, Sendable {
        case vaultCreate = "vault.create"
        case passwordChange = "vault.password"
        case recoveryCreate = "vault.recovery.create"
        case recoveryRemove = "vault.recovery.remove"
        case vaultBackup = "vault.backup"
        case vaultRestore = "vault.restore"
        case projectCreate = "project.create"
        case projectRename = "project.rename"
        case projectRekey = "project.rekey"
        case environmentCreate = "environment.create"
        case environmentRemove = "environment.remove"
        case folderCreate = "folder.create"
        case folderRemove = "folder.remove"
        case set = "secret.set"
        case remove = "secret.remove"
        case restore = "secret.restore"
        case rename = "secret.rename"
        case describe = "secret.describe"
        case rule = "secret.rule"
        case importing = "secret.import"
        // Written before the effect.
        case reveal = "secret.reveal"
        case export = "secret.export"
        case run = "run.executed"
        case scan = "scan.executed"
        case mcpRun = "mcp.run_with_secrets"
        case mcpSession = "mcp.session_secrets"
        case mcpLogin = "mcp.login_secrets"
        // Written after it.
        case mcpRunEnded = "mcp.run_ended"
    }

    public var kind: Kind
    /// The project's id.
    public var project: String?
    public var environment: String?
    public var folder: String?
    public var keys: [String]
    public var version: Int?
    /// A second name: what something is renamed to.
    public var name: String?
    public var count: Int?
    /// The program that an agent's run was to execute: an absolute path.
    public var program: String?
    /// How a run of an agent ended.
    public var end: RunEnd?
    /// The argument vector of a run.
    public var command: [String]
    /// The rule a secret has now, as it is stored; nil: none.
    public var rule: String?

    public init(
        _ kind: Kind, project: String? = nil, environment: String? = nil, folder: String? = nil, keys: [String] = [],
        version: Int? = nil, name: String? = nil, count: Int? = nil, command: [String] = [],
        rule: String? = nil
    ) {
        self.kind = kind
        self.project = project
        self.environment = environment
        self.folder = folder
        self.keys = keys
        self.version = version
        self.name = name
        self.count = count
        self.command = command
        self.rule = rule
    }

    /// An action about one secret.
    public init(
        _ kind: Kind, _ place: SecretPlace, version: Int? = nil, name: String? = nil, rule: String? = nil
    ) {
        self.init(
            kind, project: place.project, environment: place.environment, folder: place.folder, keys: [place.key],
            version: version, name: name, rule: rule)
    }

    /// The detail column: one JSON object, members without a value left out.
    var detail: String {
        var object = JSONObject()
        object["project"] = project.map { .string($0) }
        object["environment"] = environment.map { .string($0) }
        object["folder"] = folder.map { .string($0) }
        if !keys.isEmpty { object["keys"] = .array(keys.map { .string($0) }) }
        object["version"] = version.map { .int($0) }
        object["name"] = name.map { .string($0) }
        object["count"] = count.map { .int($0) }
        object["program"] = program.map { .string($0) }
        object["receipt"] = (end?.receipt).map { .int($0) }
        object["outcome"] = (end?.outcome).map { .string($0) }
        object["exitCode"] = (end?.exitCode).map { .int($0) }
        if !command.isEmpty { object["command"] = .array(command.map { .string($0) }) }
        object["rule"] = rule.map { .string($0) }
        return String(decoding: JSONValue.object(object).serialized(), as: UTF8.self)
    }
}

/// A row of the action log.
public struct ActionRecord: Equatable, Sendable {
    /// 1, 2, 3 … without gaps.
    public let seq: Int
    /// UTC by this machine's clock, which may have been set back: the order is that of `seq`.
    public let at: String
    /// A raw value of `Action.Kind`; another one when a newer program wrote it.
    public let action: String
    /// One JSON object.
    public let detail: String
    /// The hash of the row before; 64 zeros in the first.
    public let previous: String
    /// `ActionRecord.hash` of this row.
    public let hash: String

    static let firstPrevious = String(repeating: "0", count: 64)

    /// SHA-256, in hexadecimal, over seq, at, action, detail and previous, each as a 4-byte big-endian length and UTF-8.
    static func hash(seq: Int, at: String, action: String, detail: String, previous: String) -> String {
        var bytes: [UInt8] = []
        for part in [String(seq), at, action, detail, previous] {
            let count = UInt32(part.utf8.count)
            bytes += [UInt8(count >> 24), UInt8(count >> 16 & 255), UInt8(count >> 8 & 255), UInt8(count & 255)]
            bytes += Array(part.utf8)
        }
        return SHA256.hash(bytes).hex
    }

    var isSound: Bool {
        hash == Self.hash(seq: seq, at: at, action: action, detail: detail, previous: previous)
    }
}
