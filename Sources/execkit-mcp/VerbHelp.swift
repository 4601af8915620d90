/// `--help`, `-h`, `help [VERB]`: how to use the program, or one verb.
enum VerbHelp {
    static func run(_ arguments: [String], console: Console) -> Int32 {
        switch arguments.count {
        case 0:
            console.say(Usage.all)
            return 0
        case 1:
            guard let usage = Usage.of(arguments[0]) else { break }
            console.say(usage)
            return 0
        default: break
        }
        console.complain("execkit-mcp: there is no help on that.\n\n" + Usage.all)
        return Commands.usageFault
    }
}
