internal import ArgumentParser
internal import JSON
internal import Vault
internal import VaultStore

struct ListVerb: Verb {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List names, scopes and versions; never values. The vault may be locked.",
        discussion: """
            EXAMPLES
              execkit list
              execkit list --all --json
              execkit list --env production --tag payment
            """,
        aliases: ["ls"])

    @OptionGroup var access: AccessOptions
    @OptionGroup var where_: PlaceOptions
    @OptionGroup var report: ReportOptions

    @Flag(name: .shortAndLong, help: "All environments and folders of the project.")
    var all = false

    @Option(help: "Only this scope; may be given more than once.")
    var scope: [SecretScope] = []

    @Option(help: "Only secrets with this tag.")
    var tag: String?

    @Flag(help: "Removed secrets instead, which `restore` brings back.")
    var deleted = false

    func run(_ person: Person) throws {
        let vault = try person.locked()
        var filter = SecretFilter(scopes: scope.isEmpty ? nil : Set(scope), tag: tag, deleted: deleted)
        let project: ProjectRecord
        if all {
            project = try person.project(vault, where_.project).0
        } else {
            let place = try person.place(vault, where_)
            project = place.project
            (filter.environment, filter.folder) = (place.environment, where_.folder)
        }
        filter.project = project.id
        if report.json {
            let secrets = try vault.store.secrets(filter)
            return try person.show(.object(["secrets": .array(secrets.map { $0.json(project: project.name) })]))
        }
        var table = TextTable(["NAME", "SCOPE", "TYPE", "VERSION", "SET", "EXPIRES", "RULE", "TAGS"])
        try vault.store.summaries(filter) { secret in
            let folder = secret.folder.isEmpty ? "" : secret.folder + "/"
            table.append((all ? secret.environment + "/" : "") + folder + secret.key)
            table.append(secret.scope.rawValue)
            table.append(secret.type.rawValue)
            table.append(String(secret.version))
            table.append(secret.updatedOn)
            table.append(secret.isExpired ? "expired" : secret.expiresOn ?? "")
            table.append(secret.hasRule ? "yes" : "")
            table.append(secret.tags.joined(separator: ","))
        }
        guard !table.isEmpty else { return person.say("Nothing here. Set a secret with: execkit set NAME") }
        try person.show(table)
    }
}
