internal import ArgumentParser
internal import JSON
internal import Keyring
internal import PrivateFiles
internal import ProjectFile
internal import SecretMemory
internal import Vault
internal import VaultStore

struct StatusVerb: Verb {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Say where the vault is, whether it is unlocked, and what this directory belongs to.",
        discussion: """
            EXAMPLES
              execkit status
              execkit status --json
            """)

    @OptionGroup var access: AccessOptions
    @OptionGroup var report: ReportOptions

    func run(_ person: Person) throws {
        let hasVault = try VaultStore.exists(in: person.home)
        let vault = hasVault ? try person.locked() : nil
        var isUnlocked = false
        if let vault { isUnlocked = try UnlockedKey(vault: vault.store.vault().id).isKept }
        let configuration = try person.configuration()
        let file = try ProjectFile.find(from: person.directory)
        var secrets: Int?
        var rules: Int?
        if let vault, let (project, _) = try? person.project(vault, nil) {
            let all = try vault.store.secrets(SecretFilter(project: project.id))
            (secrets, rules) = (all.count, all.count { $0.rule != nil })
        }
        if report.json {
            let count = { (number: Int?) -> JSONValue in number.map { .int($0) } ?? .null }
            return try person.show(
                .object([
                    "vault": .string("\(person.home.text)/\(VaultStore.fileName)"), "exists": .bool(hasVault),
                    "unlocked": .bool(isUnlocked), "idle_seconds": .int(Int(configuration.idle)),
                    "password_store": configuration.store.map { .string($0.name) } ?? .null,
                    "memory": SecretMemory.protection.map { .string($0.rawValue) } ?? .null,
                    "project": file.map { .string($0.projectName) } ?? .null,
                    "environment": file?.environment.map { .string($0) } ?? .null,
                    "project_file": file.map { .string($0.directory.text + "/" + ProjectFile.name) } ?? .null,
                    "secrets": count(secrets), "rules": count(rules),
                ]))
        }
        try person.show("Vault:     \(person.home.text)/\(VaultStore.fileName)\(hasVault ? "" : " (none yet: execkit init)")")
        try person.show("State:     \(isUnlocked ? "unlocked, until idle for \(configuration.idleText)" : "locked")")
        try person.show("Password:  \(configuration.store.map { "asked of \($0.name)" } ?? "typed when needed")")
        try person.show("Memory:    \(SecretMemory.protection?.rawValue ?? "cannot be locked: raise ulimit -l")")
        guard let file else { return try person.show("Directory: belongs to no project (execkit init)") }
        let ruled = rules.flatMap { $0 > 0 ? ", \($0) with a rule" : nil } ?? ""
        let count = secrets.map { "\($0) secret(s)\(ruled)" } ?? "not in this vault (execkit init)"
        try person.show("Directory: project \(file.projectName), environment \(file.environment ?? "?"), \(count)")
    }
}
