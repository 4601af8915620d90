/// How the status of a command is told where `set -e` may be on.
///
/// The `eval` of a command is itself a simple command. Were its status that of the command, `set -e` would end the shell
/// after `false && true` or `! true`, where a script goes on. So the text then ends in a line of ours which keeps the
/// status and succeeds, quietly also under `set -x`. Only then, and only where it cannot change what the text means.
extension ShellDialect {
    /// The line, or nothing. `isOn` when the shell has `set -e` already.
    func statusLine(behind command: [UInt8], isOn: Bool) -> [UInt8] {
        guard isOn || Self.mentionsSet(command), Self.endsByItself(command) else { return [] }
        let quiet = kind == .bash ? ">&\(Slot.null) 2>&\(Slot.null)" : ">/dev/null 2>&1"
        return Array("\n{ _execkit=${_execkit-},$?;} \(quiet)".utf8)
    }

    /// Whether the text may turn errexit on: `set` and, in the same command, a dash and an `e`.
    private static func mentionsSet(_ text: [UInt8]) -> Bool {
        let set = Array("set".utf8)
        for index in text.indices where text[index] == set[0] && text[index...].starts(with: set) {
            let options = text[(index + 3)...].prefix { !";|&\n".utf8.contains($0) }
            if options.first.map(isBlank) ?? false, options.contains(UInt8(ascii: "-")), options.contains(UInt8(ascii: "e")) {
                return true
            }
        }
        return false
    }

    /// Whether a line behind the text is one of its own: no operator, backslash or here-document is open for it. What is
    /// open otherwise is a syntax error with the line as without it.
    private static func endsByItself(_ text: [UInt8]) -> Bool {
        let end = text.lastIndex { !isBlank($0) && $0 != newline }.map { text[...$0] } ?? []
        if let last = end.last, "\\|".utf8.contains(last) || end.count > 1 && end.suffix(2).allSatisfy({ $0 == 0x26 }) {
            return false
        }
        return hereDocumentsEnd(text)
    }

    /// Whether for each `<<word` there is a line that is `word`. A number is the amount of a shift.
    private static func hereDocumentsEnd(_ text: [UInt8]) -> Bool {
        let less = UInt8(ascii: "<")
        guard text.indices.dropLast().contains(where: { text[$0] == less && text[$0 + 1] == less }) else { return true }
        let lines = Set(text.split(separator: newline, omittingEmptySubsequences: false).map { line in
            Array(line.drop { $0 == UInt8(ascii: "\t") })
        })
        var index = 0
        while index < text.count {
            let run = text[index...].prefix { $0 == less }.count
            index += max(run, 1)
            guard run == 2 else { continue }
            if index < text.count, text[index] == UInt8(ascii: "-") { index += 1 }
            let word = text[index...].drop(while: isBlank).prefix { !isBlank($0) && !";|&()<>\n".utf8.contains($0) }
            if let first = word.first, (0x30...0x39).contains(first) { continue }
            if !lines.contains(word.filter { !"'\"\\".utf8.contains($0) }) { return false }
        }
        return true
    }

    private static let newline = UInt8(ascii: "\n")

    private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }
}
