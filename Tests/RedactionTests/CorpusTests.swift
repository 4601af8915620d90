import Foundation
import Testing
@testable import Redaction

/// Hostile texts that are kept: each line of the file is a JSON string whose characters U+0000 to U+00FF are its bytes.
/// They were made by a seeded loop that joins and breaks names, values, anchors and quotes.
@Suite("Corpus")
struct CorpusTests {
    static let texts: [[UInt8]] = {
        let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Corpus/hostile.jsonl")
        guard let data = try? Data(contentsOf: file) else { return [] }
        return data.split(separator: 0x0A).compactMap { line in
            (try? JSONDecoder().decode(String.self, from: Data(line)))?.unicodeScalars.map { UInt8(truncatingIfNeeded: $0.value) }
        }
    }()

    @Test("The corpus is there")
    func present() { #expect(Self.texts.count >= 150) }

    @Test("Each text gives what the naive twin gives, split at every byte", arguments: 0..<10)
    func replay(part: Int) {
        for (index, text) in Self.texts.enumerated() where index % 10 == part {
            let expected = naiveRedact(text)
            #expect(Redactor.redact(text).text == expected, "\(index)")
            for cut in 0...text.count {
                var redactor = Redactor()
                var output: [UInt8] = []
                redactor.feed(text[..<cut], into: &output)
                redactor.feed(text[cut...], into: &output)
                redactor.finish(into: &output)
                #expect(output == expected, "\(index), cut at \(cut)")
            }
        }
    }

    @Test("Each text as a command gives the same in single bytes")
    func commands() {
        for (index, text) in Self.texts.enumerated() {
            let expected = Redactor.redact(text, reading: .shellCommand).text
            var redactor = Redactor(reading: .shellCommand)
            var output: [UInt8] = []
            for byte in text { redactor.feed([byte], into: &output) }
            redactor.finish(into: &output)
            #expect(output == expected, "\(index)")
        }
    }
}

@Suite("Sets")
struct SetTests {
    @Test("The sets written as bits hold what their names say")
    func bits() {
        let digits = ByteSet(0x30...0x39), upper = ByteSet(0x41...0x5A), lower = ByteSet(0x61...0x7A)
        let alphanumeric = digits.union(upper).union(lower)
        #expect(ByteSet.digits == digits && ByteSet.upper == upper && ByteSet.lower == lower)
        #expect(ByteSet.letters == upper.union(lower) && ByteSet.alphanumeric == alphanumeric)
        #expect(ByteSet.upperDigits == upper.union(digits) && ByteSet.hexadecimal == digits.union(ByteSet("abcdefABCDEF")))
        #expect(ByteSet.token == alphanumeric.union(ByteSet("_-")) && ByteSet.tokenAndDot == alphanumeric.union(ByteSet("_-.")))
        #expect(ByteSet.identifier == alphanumeric.union(ByteSet("_")) && ByteSet.base64 == alphanumeric.union(ByteSet("+/=")))
        #expect(ByteSet.bearer == alphanumeric.union(ByteSet("_-.~+/=")) && ByteSet.space == ByteSet(" \t"))
        #expect(ByteSet.whitespace == ByteSet(" \t\r\n\u{0B}\u{0C}").union(ByteSet(0...0)) && ByteSet.dash == ByteSet("-"))
        #expect(ByteSet.escapeLetters == ByteSet("nrtbf") && ByteSet.stringPrefixes == ByteSet("bfru@"))
        #expect(ByteSet.comparison == ByteSet("=~") && ByteSet.quotes == ByteSet("\"'`"))
    }

    @Test("A set of words holds its words, folded or not, and no other")
    func words() {
        let set = WordSet("a", "token", "sixteen_letters_", "seventeen_letters")
        func contains(_ word: String, folded: Bool) -> Bool { set.contains(Array(word.utf8).span, folded: folded) }
        #expect(contains("a", folded: false) && contains("token", folded: false) && contains("sixteen_letters_", folded: false))
        #expect(contains("ToKeN", folded: true) && !contains("ToKeN", folded: false))
        for word in ["", "b", "toke", "tokens", "\0a", "a\0", "seventeen_letters"] { #expect(!contains(word, folded: true)) }
    }
}
