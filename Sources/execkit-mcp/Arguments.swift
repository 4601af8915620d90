/// The words after a verb, told apart into plain words and options.
struct Arguments {
    private(set) var words: [String] = []
    private var values: [String: [String]] = [:]
    private var flags: Set<String> = []

    /// Nil when a word does not fit; the fault has been told then.
    ///
    /// - Parameters:
    ///   - verb: for the usage text.
    ///   - flags: options without a value, such as `--json`.
    ///   - options: options with one, as `--limit 5` or `--limit=5`.
    ///   - most: how many plain words there may be.
    init?(
        _ arguments: [String], verb: String, flags: Set<String> = [], options: Set<String> = [], most: Int,
        console: Console
    ) {
        var rest = arguments[...]
        var isPlain = false
        while let argument = rest.popFirst() {
            guard !isPlain, argument.hasPrefix("-"), argument != "-" else {
                words.append(argument)
                continue
            }
            if argument == "--" {
                isPlain = true
                continue
            }
            let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            if flags.contains(argument) {
                self.flags.insert(argument)
            } else if options.contains(parts[0]) {
                guard let value = parts.count > 1 ? parts[1] : rest.popFirst() else {
                    Self.complain("\(parts[0]) needs a value", verb, console)
                    return nil
                }
                values[parts[0], default: []].append(value)
            } else {
                Self.complain("unknown option '\(Printable.line(parts[0]))'", verb, console)
                return nil
            }
        }
        guard words.count <= most else {
            Self.complain("too many words", verb, console)
            return nil
        }
    }

    /// Whether a flag was given.
    func has(_ flag: String) -> Bool { flags.contains(flag) }

    /// The value of an option; the last one counts.
    func value(_ option: String) -> String? { values[option]?.last }

    /// All values of an option that takes lists: repeated, or separated by commas.
    func list(_ option: String) -> [String] {
        (values[option] ?? []).flatMap { $0.split(separator: ",").map(String.init) }
    }

    /// Tells of a wrong word, with the verb's usage.
    static func complain(_ fault: String, _ verb: String, _ console: Console) {
        console.complain("execkit-mcp: \(fault).\n\n\(Usage.of(verb) ?? Usage.all)")
    }
}
