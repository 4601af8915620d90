internal import KeeperProtocol
internal import ProjectFile
internal import UseRule
internal import Vault
internal import VaultHome
internal import VaultStore

/// What the rules of some secrets say to a request.
struct Judgement {
    /// One a secret; nil: it has none.
    let rules: [UseRule?]
    /// Those the person has to be asked for, and why.
    let asks: [(place: SecretPlace, reason: String)]

    /// - Throws: when a rule says no, or not now, or cannot be read.
    init(_ secrets: [SecretRecord], _ request: OpenRequest, _ vault: LockedVault, _ keeper: VaultKeeper) throws(Refused) {
        let now = keeper.clock()
        let projects = Projects(vault, origin: request.origin)
        var rules: [UseRule?] = []
        var asks: [(SecretPlace, String)] = []
        var denied: [(String, String)] = []
        var exhausted: [(String, String)] = []
        for secret in secrets {
            let key = secret.place.key
            guard let text = secret.rule else {
                rules.append(nil)
                continue
            }
            guard let rule = try? UseRule(parsing: text) else {
                denied.append((key, "its rule is of a newer execkit, or damaged"))
                continue
            }
            rules.append(rule)
            var uses = 0
            if let limit = rule.limit {
                uses = try refusing { () throws(VaultStoreError) in
                    try vault.store.uses(of: secret.place, inLast: limit.seconds, most: limit.uses)
                }
            }
            let use = UseRule.Request(
                program: request.program, projects: rule.projects == nil ? [] : projects.names, now: now,
                lastConfirmed: keeper.confirmations.lastAgreed(secret.place, request), recentUses: uses)
            switch rule.judge(use) {
            case .allow: break
            case .ask(let reason): asks.append((secret.place, reason))
            case .deny(let reason): denied.append((key, reason))
            case .rateLimited(let reason): exhausted.append((key, reason))
            }
        }
        if !denied.isEmpty {
            throw Refused(
                .rule,
                "Nothing was opened. \(Self.sentence(denied)). That is the user's decision: ask them, do not work around it.",
                keys: denied.map(\.0))
        }
        if !exhausted.isEmpty {
            throw Refused(
                .rateLimited, "Nothing was opened. \(Self.sentence(exhausted)), and that many there were. Call again later.",
                keys: exhausted.map(\.0))
        }
        self.rules = rules
        self.asks = asks
    }

    private static func sentence(_ reasons: [(String, String)]) -> String {
        reasons.map { "\($0.0): \($0.1)" }.joined(separator: "; ")
    }
}

/// Name and id of the project in force where the server was started, looked up when a rule asks.
private final class Projects {
    private let vault: LockedVault
    private let origin: String

    init(_ vault: LockedVault, origin: String) {
        self.vault = vault
        self.origin = origin
    }

    /// Empty when there is none, or none that the vault knows. A file that cannot be read puts none in force.
    lazy var names: [String] = {
        guard let file = try? VaultKeeper.file(from: origin), let project = try? vault.project(of: file) else { return [] }
        return [project.name, project.id]
    }()
}
