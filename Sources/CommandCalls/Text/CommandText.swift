import CommandPolicy
import OutputShaping
import Redaction

/// A command as it may be shown and recorded: its credentials covered, and nothing that it runs.
///
/// An agent chooses what looks like a credential. So a redaction ends where a word of the command ends, and where programs
/// would still be covered, because they stand between quotes for another shell, the quotes are read as commands too. What is
/// covered even then is told by name.
package struct CommandText {
    package let bytes: [UInt8]
    /// The programs of the command whose names the text does not show, at most 32.
    package let hiddenPrograms: [String]

    package var string: String { String(decoding: bytes, as: UTF8.self) }

    package init(_ command: String, _ texts: Texts) {
        let visible = Self.visible(Array(command.utf8))
        let plain = texts.bytes(visible, reading: .shellCommand)
        guard RedactionMarker.contains(plain) else {
            (bytes, hiddenPrograms) = (plain, [])
            return
        }
        let programs = CommandAnalysis(command).programNames
        let hidden = Self.missing(programs, in: plain)
        guard !hidden.isEmpty else {
            (bytes, hiddenPrograms) = (plain, [])
            return
        }
        let script = texts.bytes(visible, reading: .shellScript)
        let left = Self.missing(programs, in: script)
        bytes = left.count < hidden.count ? script : plain
        hiddenPrograms = Array((left.count < hidden.count ? left : hidden).prefix(32))
    }

    /// The programs that a shown command no longer has, or has less often.
    private static func missing(_ programs: [String], in text: [UInt8]) -> [String] {
        var shown: [String: Int] = [:]
        for name in CommandAnalysis(text).programNames { shown[name, default: 0] += 1 }
        var missing: [String] = []
        for name in programs {
            let left = shown[name, default: 0]
            shown[name] = left - 1
            if left <= 0, !missing.contains(name) { missing.append(name) }
            if missing.count == 32 { break }
        }
        return missing
    }

    /// Cleaning takes terminal codes out of an output. A shell does not: in a command they are shown.
    private static func visible(_ command: [UInt8]) -> [UInt8] {
        guard command.contains(where: { isControl($0) || $0 == 0xC2 || $0 == 0x0D }) else { return command }
        var text: [UInt8] = []
        text.reserveCapacity(command.count + 64)
        for (index, byte) in command.enumerated() {
            let isLate = byte & 0xE0 == 0x80 && index > 0 && command[index - 1] == 0xC2
            if isLate { text.removeLast() }
            // A carriage return alone would write over what stands before it.
            let overwrites = byte == 0x0D && (index + 1 == command.count || command[index + 1] != 0x0A)
            if isLate || overwrites || isControl(byte) {
                text += InvisibleCharacters.escaped(UInt32(byte))
            } else {
                text.append(byte)
            }
        }
        return text
    }

    /// A C0 control but for tab and the ends of lines, or DEL.
    private static func isControl(_ byte: UInt8) -> Bool {
        byte == 0x7F || (byte < 0x20 && byte != 0x09 && byte != 0x0A && byte != 0x0D)
    }
}
