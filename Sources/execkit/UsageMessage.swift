internal import ArgumentParser

/// What is said about a wrong command line. It repeats no word of it that might be a secret: people type a value where a
/// name belongs, and messages end in terminals, logs and bug reports.
struct UsageMessage {
    /// The whole text, for standard error.
    let text: String

    /// - Parameters:
    ///   - full: the parser's message with usage, as it would be shown.
    ///   - reason: the sentence in it that may quote arguments.
    ///   - help: the help of the command: its words are no secrets.
    ///   - arguments: what was typed behind the program's name.
    init(full: String, reason: String, help: String, arguments: [String]) {
        let lead = "Error: " + reason
        let rest = full.hasPrefix(lead) ? String(full.dropFirst(lead.count)) : "\nSee: execkit --help"
        let words = Set(help.split(whereSeparator: { " \n,;.()[]|'".contains($0) }).map(String.init))
        var clean = Self.cleaned(reason, words)
        // Quotes inside of arguments would shift what is taken for quoted, so the outcome is looked at, too.
        let suspects = arguments.flatMap { [$0] + $0.split(separator: "=").map(String.init) }
            .filter { $0.count > 2 && !words.contains($0) }
        if suspects.contains(where: { clean.contains($0) }) {
            clean = "This cannot be understood (it is not repeated here: it might hold a secret)."
        }
        text = "execkit: \(clean)\(Self.advice(arguments))\(rest)"
    }

    /// The sentence with every quoted piece left out that is no word of the help.
    private static func cleaned(_ reason: String, _ words: Set<String>) -> String {
        var clean = ""
        for (index, piece) in reason.split(separator: "'", omittingEmptySubsequences: false).enumerated() {
            let isQuoted = index % 2 == 1
            if isQuoted { clean += isKnown(piece, words) ? "'\(piece)'" : "…" } else { clean += piece }
        }
        return clean
    }

    /// One word of the help, or an option with the name of its value.
    private static func isKnown(_ piece: Substring, _ words: Set<String>) -> Bool {
        let parts = piece.split(separator: " ", omittingEmptySubsequences: false).map(String.init)
        guard parts.allSatisfy(words.contains) else { return false }
        return parts.count == 1 || (parts.count == 2 && parts[0].hasPrefix("-") && parts[1].hasPrefix("<"))
    }

    private static func advice(_ arguments: [String]) -> String {
        guard arguments.first == "set" else { return "" }
        return "\nA value is never an argument: leave it out and type it at the prompt, or give --stdin or --file."
    }
}

extension Execkit {
    /// The message for an error of the parser, or nil when it is no error but help that was asked for.
    static func usage(for error: any Error, _ arguments: [String]) -> String? {
        guard exitCode(for: error) != .success else { return nil }
        return UsageMessage(
            full: fullMessage(for: error), reason: message(for: error), help: helpMessage(for: command(arguments)),
            arguments: Array(arguments.dropFirst())).text
    }

    /// The command that these arguments name.
    private static func command(_ arguments: [String]) -> any ParsableCommand.Type {
        var found: any ParsableCommand.Type = Execkit.self
        for word in arguments.dropFirst() {
            let configuration = found.configuration
            let commands = configuration.subcommands + configuration.groupedSubcommands.flatMap(\.subcommands)
            guard let next = commands.first(where: {
                $0.configuration.commandName == word || $0.configuration.aliases.contains(word)
                    || $0._commandName == word
            }) else { break }
            found = next
        }
        return found
    }
}

extension Stop {
    /// A name from the command line, for a message: as it is when it is spelt as names of variables usually are, since
    /// a value in its place seldom is.
    static func shown(_ name: String) -> String {
        let isUsual = name.utf8.count <= 64 && name.utf8.allSatisfy {
            ($0 >= 0x41 && $0 <= 0x5A) || ($0 >= 0x30 && $0 <= 0x39) || $0 == 0x5F
        }
        return isUsual ? name : "a name given (not repeated here)"
    }
}
