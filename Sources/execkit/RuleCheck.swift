internal import UseRule
internal import Vault
internal import VaultStore

/// What `doctor` says about the rules of a vault: those that cannot be read, and those that can never be met.
struct RuleCheck {
    private let all: [SecretRecord]
    private let projects: [ProjectRecord]

    init(_ vault: LockedVault) throws {
        all = try vault.store.secrets().filter { $0.rule != nil }
        projects = try vault.store.projects()
    }

    /// One sentence when every rule is sound; a `Stop` names the first that is not.
    func detail() throws -> String {
        if let unreadable = all.first(where: { (try? $0.useRule()) == nil }) {
            throw Stop(
                .vault,
                "the rule of \(name(unreadable)) cannot be read, so no agent gets the secret; see: execkit rule show")
        }
        let known = projects.flatMap { [$0.name, $0.id] }
        for secret in all {
            guard let wanted = try secret.useRule()?.projects, !wanted.contains(where: known.contains) else { continue }
            throw Stop(
                .notFound,
                "the rule of \(name(secret)) names only projects that this vault has not; see: execkit rule set --from-project")
        }
        return all.isEmpty ? "none: agents may use every secret in every way" : "\(all.count), all of them can be read"
    }

    /// `shop/development/KEY`. Parts that no vault of ours would hold are not shown.
    private func name(_ secret: SecretRecord) -> String {
        let place = secret.place
        let project = projects.first { $0.id == place.project }?.name ?? ""
        let parts = [project, place.environment] + (place.folder.isEmpty ? [] : [place.folder]) + [place.key]
        return parts.allSatisfy(VaultNames.isFolder) ? parts.joined(separator: "/") : "a secret"
    }
}
