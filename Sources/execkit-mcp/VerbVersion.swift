/// `--version`, `-V`, `version`: the name and the version.
enum VerbVersion {
    static func run(_ arguments: [String], console: Console) -> Int32 {
        guard arguments.isEmpty else {
            console.complain("execkit-mcp: version takes no further word.\n")
            return Commands.usageFault
        }
        console.say("execkit-mcp \(Version.text)\n")
        return 0
    }
}
