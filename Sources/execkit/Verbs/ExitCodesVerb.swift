internal import ArgumentParser
internal import JSON

struct ExitCodesVerb: Verb {
    static let configuration = CommandConfiguration(
        commandName: "exit-codes",
        abstract: "List what the exit codes mean.",
        discussion: """
            EXAMPLES
              execkit exit-codes --json
            """)

    @OptionGroup var access: AccessOptions
    @OptionGroup var report: ReportOptions

    func run(_ person: Person) throws {
        if report.json {
            let list = ExitStatus.allCases.map { status in
                JSONValue.object(["code": .int(Int(status.rawValue)), "meaning": .string(status.meaning)])
            }
            return try person.show(.object(["exit_codes": .array(list)]))
        }
        try person.show(table: ["CODE", "MEANING"], ExitStatus.allCases.map { [String($0.rawValue), $0.meaning] })
    }
}
