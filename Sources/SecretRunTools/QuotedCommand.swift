/// An argument vector as a line that a POSIX shell reads as exactly that vector: what the fence judges and the record shows.
enum QuotedCommand {
    static func line(_ arguments: [String]) -> String {
        arguments.enumerated().map { quoted($0.element, isFirst: $0.offset == 0) }.joined(separator: " ")
    }

    /// Plain words stay plain, so that a reader sees what they would type.
    private static func quoted(_ word: String, isFirst: Bool) -> String {
        if !word.isEmpty, word.utf8.allSatisfy({ isPlain($0, isFirst: isFirst) }), !(isFirst && reserved.contains(word)) {
            return word
        }
        // By scalars: a quote and a combining mark are one character, and two to a shell.
        return "'" + word.unicodeScalars.map { $0 == "'" ? #"'\''"# : String($0) }.joined() + "'"
    }

    /// Means itself to a shell wherever it stands. In a first word `=` would make an assignment of it.
    private static func isPlain(_ byte: UInt8, isFirst: Bool) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
        case UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "/"), UInt8(ascii: ":"), UInt8(ascii: ","),
            UInt8(ascii: "@"), UInt8(ascii: "%"), UInt8(ascii: "+"):
            true
        case UInt8(ascii: "="): !isFirst
        default: false
        }
    }

    /// Words that begin or go on with a compound command (XCU 2.4 and bash(1)).
    private static let reserved: Set = [
        "if", "then", "else", "elif", "fi", "do", "done", "case", "esac", "while", "until", "for", "in", "function", "select",
        "time", "coproc",
    ]
}
