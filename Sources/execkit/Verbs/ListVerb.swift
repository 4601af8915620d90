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
        let secrets = try vault.store.secrets(filter)
        if report.json {
            return try person.show(.object(["secrets": .array(secrets.map { $0.json(project: project.name) })]))
        }
        guard !secrets.isEmpty else { return person.say("Nothing here. Set a secret with: execkit set NAME") }
        let rows = secrets.map { secret in
            let place = secret.place
            let folder = place.folder.isEmpty ? "" : place.folder + "/"
            let name = (all ? place.environment + "/" : "") + folder + place.key
            let expiry = secret.isExpired ? "expired" : secret.attributes.expiresAt.map { String($0.prefix(10)) } ?? ""
            return [
                name, secret.attributes.scope.rawValue, secret.attributes.type.rawValue, String(secret.version),
                String(secret.updatedAt.prefix(10)), expiry, secret.attributes.tags.joined(separator: ","),
            ]
        }
        try person.show(table: ["NAME", "SCOPE", "TYPE", "VERSION", "SET", "EXPIRES", "TAGS"], rows)
    }
}
