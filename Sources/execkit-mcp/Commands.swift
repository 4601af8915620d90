/// The first word decides. Everything but `serve` is the operator's, and prints.
enum Commands {
    /// A wrong word or option, as for most programs.
    static let usageFault: Int32 = 2

    /// Runs a verb and gives its exit code, or nil when the server is to be started.
    static func dispatch(_ arguments: [String], console: Console) -> Int32? {
        guard let word = arguments.first else { return nil }
        let rest = Array(arguments.dropFirst())
        if rest.contains("--help") || rest.contains("-h"), let usage = Usage.of(word) {
            console.say(usage)
            return console.finish(0)
        }
        let code: Int32
        switch word {
        case "serve" where rest.isEmpty: return nil
        case "doctor": code = VerbDoctor.run(rest, console: console)
        case "setup": code = VerbSetup.run(rest, console: console)
        case "audit": code = VerbAudit.run(rest, console: console)
        case "policy": code = VerbPolicy.run(rest, console: console)
        case "--version", "-V", "version": code = VerbVersion.run(rest, console: console)
        case "--help", "-h", "help": code = VerbHelp.run(rest, console: console)
        default:
            let fault = word == "serve" ? "serve takes no further word" : "unknown word '\(Printable.line(word))'"
            console.complain("execkit-mcp: \(fault).\n\n" + Usage.all)
            code = usageFault
        }
        return console.finish(code)
    }
}
