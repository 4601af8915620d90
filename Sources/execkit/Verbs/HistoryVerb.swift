internal import ArgumentParser
internal import JSON
internal import Vault
internal import VaultStore

struct HistoryVerb: Verb {
    static let configuration = CommandConfiguration(
        commandName: "history",
        abstract: "List the versions of a secret, newest first; never values.",
        discussion: """
            EXAMPLES
              execkit history STRIPE_KEY
            """)

    @OptionGroup var access: AccessOptions
    @OptionGroup var where_: PlaceOptions
    @OptionGroup var report: ReportOptions

    @Argument(help: "The name.")
    var key: String

    func run(_ person: Person) throws {
        let vault = try person.locked()
        let place = try person.place(vault, where_).secret(key)
        let versions = try vault.store.versions(place)
        let live = try vault.store.secret(place)
        let isRemoved = live == nil
        if report.json {
            let list = versions.map { version in
                JSONValue.object([
                    "version": .int(version.version), "created_at": .string(version.createdAt),
                    "current": .bool(version.isCurrent),
                ])
            }
            return try person.show(
                .object([
                    "key": .string(key), "removed": .bool(isRemoved), "has_rule": .bool(live?.rule != nil),
                    "versions": .array(list),
                ]))
        }
        let rows = versions.map { version in
            [String(version.version), version.createdAt, version.isCurrent ? (isRemoved ? "removed" : "current") : ""]
        }
        try person.show(table: ["VERSION", "SET", "STATE"], rows)
    }
}
