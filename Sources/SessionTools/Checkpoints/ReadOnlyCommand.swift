import CommandPolicy

/// Whether a command surely changes no file, so that no checkpoint is needed before it.
///
/// Surely as far as its text tells: all its programs are on a short list, none is named by a path, and nothing is redirected,
/// substituted or assigned. Every doubt means a checkpoint, which costs little when nothing has changed. What the text cannot
/// tell is what the shell makes of a name: a function or an alias `ls` of the session may do anything. Such a command goes
/// without a checkpoint of its own; the one before it stands, and the next one that is not on the list takes one.
enum ReadOnlyCommand {
    /// Programs and builtins that write no file whatever their arguments. Not `sort` (`-o`), `uniq` (a second operand),
    /// `find` (`-delete`), `file` (`-C`), `sed` (`-i`, `w`), `tree` (`-o`), `git` (its index), `printf` and `test` (`-v` evaluates).
    static let programs: Set<String> = [
        "ls", "cat", "pwd", "echo", "head", "tail", "grep", "egrep", "fgrep", "wc", "cut", "stat", "du", "df", "which", "whoami",
        "id", "uname", "date", "ps", "free", "uptime", "basename", "dirname", "realpath", "readlink", "true", "false", "cd",
    ]

    /// A longer one is a script, and worth a checkpoint.
    private static let longest = 1_000

    static func isProven(_ command: String) -> Bool {
        let bytes = Array(command.utf8)
        guard bytes.count <= longest, !bytes.contains(where: isTelling), !bytes.contains(0) else { return false }
        // [[ evaluates what variables hold; it is no program, so the analysis names none.
        guard !command.contains("[["), !hasAssignment(bytes) else { return false }
        let analysis = CommandAnalysis(bytes)
        guard !analysis.matchesRule, analysis.unknownReasons.isEmpty, !analysis.programNames.isEmpty else { return false }
        let unquoted = command.filter { $0 != "'" && $0 != "\"" }
        return analysis.programNames.allSatisfy { programs.contains($0) && !unquoted.contains("/" + $0) }
    }

    /// Redirections, substitutions and expansions, functions, groups, escapes: each could make a command another one.
    private static func isTelling(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: ">"), UInt8(ascii: "$"), UInt8(ascii: "`"), UInt8(ascii: "("), UInt8(ascii: "{"), UInt8(ascii: "\\"): true
        default: false
        }
    }

    /// A word with `=` that is no option: it may set a variable of the shell (`PATH=. ls`).
    private static func hasAssignment(_ command: [UInt8]) -> Bool {
        command.split(whereSeparator: { " \t\n;&|".utf8.contains($0) }).contains { word in
            word.contains(UInt8(ascii: "=")) && word.first != UInt8(ascii: "-")
        }
    }
}
