internal import JSON

/// Whether there is a vault, and whether it is unlocked.
public struct KeeperStatus: Equatable, Sendable {
    public enum VaultState: String, CaseIterable, Sendable {
        case present, missing
        /// Pages or rows are damaged, or it is no vault of ours.
        case damaged
        /// Others than its owner can get at it, so it is not read.
        case untrusted
        /// A newer execkit wrote it.
        case newer
        /// The system does not let it be read now.
        case unreadable
    }

    public var vault: VaultState
    /// What is wrong and what to do about it, fit to be passed on. Nil when the vault is present.
    public var problem: String?
    /// Whether values can be opened now without the person and without another program.
    public var isUnlocked: Bool
    /// What the vault was unlocked by: `kernel`, or a store's name. Nil when it is locked.
    public var source: String?
    public var projects: Int
    public var environments: Int
    public var secrets: Int
    /// After so many idle seconds an unlocked vault locks itself.
    public var idleSeconds: Int
    /// The store that the person has configured to unlock the vault. Nil: none, so only `execkit unlock` does.
    public var store: String?

    public init(
        vault: VaultState, problem: String? = nil, isUnlocked: Bool = false, source: String? = nil, projects: Int = 0,
        environments: Int = 0, secrets: Int = 0, idleSeconds: Int, store: String? = nil
    ) {
        self.vault = vault
        self.problem = problem
        self.isUnlocked = isUnlocked
        self.source = source
        self.projects = projects
        self.environments = environments
        self.secrets = secrets
        self.idleSeconds = idleSeconds
        self.store = store
    }
}

extension KeeperStatus: MessagePart {
    init(_ fields: MessageFields) throws(KeeperMessageError) {
        self.init(
            vault: try fields.word("vault"), problem: try fields.textIfAny("problem"),
            isUnlocked: try fields.flag("isUnlocked"), source: try fields.textIfAny("source"),
            projects: try fields.count("projects"), environments: try fields.count("environments"),
            secrets: try fields.count("secrets"), idleSeconds: try fields.count("idleSeconds"),
            store: try fields.textIfAny("store"))
    }

    func write(to object: inout JSONObject) {
        object.set("vault", vault.rawValue)
        object.set("problem", problem)
        object.set("isUnlocked", isUnlocked)
        object.set("source", source)
        object.set("projects", projects)
        object.set("environments", environments)
        object.set("secrets", secrets)
        object.set("idleSeconds", idleSeconds)
        object.set("store", store)
    }
}
