import Foundation
import Testing
import ValueRedaction

/// What programs write that show bytes as hexadecimal numbers without addresses.
@Suite("Dumps of any width")
struct DumpTests {
    /// How a program writes bytes: in words, with what stands before and behind each word of a line, at its start and at its end.
    struct Style: CustomTestStringConvertible, Sendable {
        let testDescription: String
        var word = 1
        var before = ""
        /// Between two words of a line.
        var between = ""
        var lineStart = ""
        var lineEnd = "\n"
    }

    static let styles = [
        Style(testDescription: "od -An -v -tx1 -wN", before: " "),
        Style(testDescription: "od -An -v --endian=big -tx2 -wN", word: 2, before: " "),
        Style(testDescription: "od -An -v --endian=big -tx4 -wN", word: 4, before: " "),
        Style(testDescription: "xxd -p -c N"),
        Style(testDescription: "hexdump -v -e 'N/1 \"%02x \" \"\\n\"'", between: " "),
        Style(testDescription: "hexdump -v -e '1/1 \"%02x \"' in lines", between: " ", lineEnd: " \n"),
        Style(testDescription: "hexdump -v -e 'N/1 \"0x%02x \" \"\\n\"'", before: "0x", between: " "),
        Style(testDescription: "xxd -i -c N", before: "0x", between: ", ", lineStart: "  ", lineEnd: ",\n"),
        Style(testDescription: "numbers with commas, in lines", between: ", ", lineStart: "\t", lineEnd: ",\r\n"),
        Style(testDescription: "openssl x509 -text", between: ":", lineStart: "    ", lineEnd: ":\n"),
    ]

    @Test("A value in lines of 1 to 20 bytes is covered from its first digit to its last", arguments: styles)
    func lines(_ style: Style) throws {
        let value = "Zx81-spectrum/QL+Jq7#wR2!mZ9$kX4&\u{F6}"
        let known = try known([("KEY", value), ("OTHER", "correct-horse-battery")])
        for width in 1...20 {
            for upper in [false, true] {
                // What stands before it in the dump puts its beginning at any place of a line.
                for skipped in Set([0, 1, width / 2, width - 1]) {
                    let (text, place) = Self.dump("k=secret: and what else is there".utf8.prefix(skipped) + Array(value.utf8) + Array("\nmore".utf8),
                        skipped..<skipped + value.utf8.count, width, style, upper)
                    let expected = Array(text[..<place.lowerBound] + Array("[REDACTED:KEY]".utf8) + text[place.upperBound...])
                    for pieces in [[1 << 20], [1], [5, 3]] {
                        let shown = try redact(text, known, pieces: pieces)
                        #expect(
                            shown == expected,
                            "\(width) a line, behind \(skipped), pieces of \(pieces): \(String(decoding: text, as: UTF8.self)) as \(String(decoding: shown, as: UTF8.self))")
                    }
                }
            }
        }
    }

    @Test("A value whose lines are broken anew, at any width", arguments: 1...20)
    func folded(width: Int) throws {
        let value = "Zx81-spectrum/QL+Jq7#wR2!mZ9$kX4&"
        let known = try known([("KEY", value)])
        for bytes in [1, 2, 3, 5, 16] {
            let (text, _) = Self.dump(Array(value.utf8), 0..<1, bytes, Self.styles[0], false)
            var folded: [UInt8] = []
            for line in text.split(separator: 0x0A) {
                for start in stride(from: line.startIndex, to: line.endIndex, by: width) {
                    folded += line[start..<min(start + width, line.endIndex)] + [0x0A]
                }
            }
            let shown = String(decoding: try redact(folded, known), as: UTF8.self)
            #expect(shown.trimmingCharacters(in: .whitespacesAndNewlines) == "[REDACTED:KEY]", "lines of \(bytes) folded: \(shown)")
        }
    }

    /// The text, and where the digits of `range` stand in it.
    private static func dump(
        _ bytes: some Collection<UInt8>, _ range: Range<Int>, _ width: Int, _ style: Style, _ upper: Bool
    ) -> (text: [UInt8], place: Range<Int>) {
        var text = ""
        var places: [Int] = []
        for (index, byte) in bytes.enumerated() {
            let column = index % width
            if column == 0 {
                text += index > 0 ? style.lineEnd + style.lineStart : style.lineStart
            } else if column % style.word == 0 {
                text += style.between
            }
            if column % style.word == 0 { text += style.before }
            places.append(text.utf8.count)
            text += String(format: upper ? "%02X" : "%02x", Int(byte))
        }
        return (Array((text + "\n").utf8), places[range.lowerBound]..<places[range.upperBound - 1] + 2)
    }
}
