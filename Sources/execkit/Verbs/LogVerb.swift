internal import ArgumentParser
internal import JSON
internal import Vault
internal import VaultStore

struct LogVerb: Verb {
    static let configuration = CommandConfiguration(
        commandName: "log",
        abstract: "Show what was done with the vault, newest first: names and counts, never values.",
        discussion: """
            EXAMPLES
              execkit log --limit 20
              execkit log --json
            """)

    @OptionGroup var access: AccessOptions
    @OptionGroup var report: ReportOptions

    @Option(help: "How many rows.")
    var limit = 50

    @Option(help: ArgumentHelp("Only rows before this one.", valueName: "seq"))
    var before: Int?

    func run(_ person: Person) throws {
        let rows = try person.locked().store.actions(limit: limit, before: before)
        if report.json {
            let list = rows.map { row in
                JSONValue.object([
                    "seq": .int(row.seq), "at": .string(row.at), "action": .string(row.action),
                    "detail": (try? JSONParser.parse(row.detail)) ?? .null, "prev": .string(row.previous),
                    "hash": .string(row.hash),
                ])
            }
            return try person.show(.object(["actions": .array(list)]))
        }
        try person.show(
            table: ["SEQ", "AT", "ACTION", "DETAIL"], rows.map { [String($0.seq), $0.at, $0.action, $0.detail] })
    }
}
