import CommandPolicy
import JSON
package import MCPProtocol
import OutputShaping
import Redaction

/// The question whether a command may run: only what we computed, with everything invisible made visible.
package struct CommandQuestion {
    private let texts: Texts

    package init(_ texts: Texts) { self.texts = texts }

    /// The most characters of a command that a question shows; approval covers the rest of it too, and the question says so.
    private static let shownCharacters = 4_000

    /// - Parameters:
    ///   - opening: our own sentences.
    ///   - details: lines that follow them, each our own word and what `line` made of anything else.
    package func elicitation(_ opening: String, details: [String], command: String) -> Elicitation {
        let shown = HeadTailCap(limit: Self.shownCharacters, measure: .characters, countsNote: true)
            .apply(to: ElidedText(whole: texts.command(command).bytes))
        // What we say comes first, and every line of the command is marked: no line of it can pass for ours, and no number of
        // empty lines pushes our words out of sight.
        var message = opening
        if shown.isTruncated { message += " Only a part of the command is shown; your answer is for all of it." }
        if RedactionMarker.contains(shown.rendered) { message += hiddenNote(command) }
        if !details.isEmpty { message += "\n\n" + details.joined(separator: "\n") }
        message += "\n\n" + Self.marked(shown.rendered)
        return Elicitation(
            key: "run", message: message,
            schema: [
                "type": "object",
                "properties": ["run": ["type": "boolean", "title": "Run this command once", "default": false]],
                "required": ["run"],
            ])
    }

    /// Only a plain yes is one.
    static func isYes(_ answer: ElicitationAnswer) -> Bool {
        if case .accept(let content) = answer { content["run"]?.bool == true } else { false }
    }

    package static let refusal =
        "The user was asked and did not agree to this command, so it was not run. Do not try it in another form; "
        + "ask the user how to go on."
    package static let staleAnswer = "The approval was used before, or is too old. Call again to ask the user anew."

    /// Any text as a part of one line: redacted, nothing invisible, no end of a line, at most `most` characters of it.
    package func line(_ text: String, most: Int = 1_000) -> String {
        var line = String.UnicodeScalarView()
        for scalar in texts.string(text).unicodeScalars.prefix(most) {
            if scalar.value < 0x20 || scalar.value == 0x7F || InvisibleCharacters.contains(scalar.value) {
                line.append(contentsOf: String(decoding: InvisibleCharacters.escaped(scalar.value), as: UTF8.self).unicodeScalars)
            } else {
                line.append(scalar)
            }
        }
        return String(line) + (text.unicodeScalars.count > most ? " ... (cut)" : "")
    }

    /// The text with a mark before each line, and runs of empty lines told by their number.
    private static func marked(_ text: [UInt8]) -> String {
        var lines: [String] = []
        var empty = 0
        for line in text.split(separator: 0x0A, omittingEmptySubsequences: false) + [[0]] {
            if line.allSatisfy({ $0 == 0x20 || $0 == 0x09 }) {
                empty += 1
                continue
            }
            if empty > 0 { lines.append(empty == 1 ? "|" : "| (\(empty) empty lines)") }
            empty = 0
            lines.append("| " + String(decoding: line, as: UTF8.self))
        }
        return lines.dropLast().joined(separator: "\n")
    }

    /// An agent chooses what looks like a credential, and a piece of a command can: what runs is said without it.
    private func hiddenNote(_ command: String) -> String {
        var names: [String] = []
        for name in CommandAnalysis(command).programNames where !names.contains(name) && names.count < 32 { names.append(name) }
        return " What [REDACTED] stands for is a part of the command too. The programs in it: "
            + texts.string(String(names.joined(separator: ", ").prefix(1_000))) + "."
    }
}
