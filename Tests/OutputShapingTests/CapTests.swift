import Foundation
import OutputShaping
import Testing

private let pieces = ["a", "line\n", "\"", "\\", "\t", "\u{1}", "é", "€", "🎉", "[", "]", "[REDACTED]", "[REDACTED:github]", "[RED", "\n"]

private func randomText(_ generator: inout Generator, _ count: Int) -> String {
    (0..<generator.below(count)).map { _ in pieces.randomElement(using: &generator)! }.joined()
}

/// `text` with its markers replaced by one private character each: no cut can then fall inside a marker.
private func atoms(_ text: String) -> String {
    text.replacing("[REDACTED:github]", with: "\u{E001}").replacing("[REDACTED]", with: "\u{E000}")
}

/// Whether what was kept is a beginning and an end of the text, in whole characters and whole markers.
private func isHeadAndTail(_ kept: ElidedText, of input: String) -> Bool {
    guard let head = String(validating: kept.head, as: UTF8.self), let tail = String(validating: kept.tail, as: UTF8.self) else {
        return false
    }
    let whole = Array(atoms(input).unicodeScalars)
    let first = Array(atoms(head).unicodeScalars)
    let last = Array(atoms(tail).unicodeScalars)
    let missing = input.unicodeScalars.count - head.unicodeScalars.count - tail.unicodeScalars.count
    return whole.starts(with: first) && whole.reversed().starts(with: last.reversed()) && missing == kept.elidedCharacters
        && first.count + last.count <= whole.count
}

/// The UTF-8 bytes of `text` as the content of a JSON string, `nesting` times over.
private func jsonLength(_ text: String, nesting: Int = 1) -> Int {
    var text = text
    for _ in 0..<nesting {
        text = text.unicodeScalars.map { scalar in
            switch scalar {
            case "\"": "\\\""
            case "\\": "\\\\"
            case "\n": "\\n"
            case "\t": "\\t"
            case "\r": "\\r"
            case "\u{8}": "\\b"
            case "\u{C}": "\\f"
            case "\u{0}"..<" ": "\\u00" + (scalar.value < 16 ? "0" : "") + String(scalar.value, radix: 16)
            default: String(scalar)
            }
        }.joined()
    }
    return text.utf8.count
}

@Suite("Caps")
struct CapTests {
    @Test("A text that fits is left alone") func fits() {
        let whole = ElidedText(whole: bytes("12345"))
        #expect(HeadTailCap(limit: 5, measure: .characters, countsNote: true).apply(to: whole) == whole)
        #expect(text(whole.rendered) == "12345")
    }

    @Test("A longer one keeps its beginning and its end") func cut() {
        let result = HeadTailCap(limit: 4, measure: .characters, countsNote: false).apply(to: ElidedText(whole: bytes("1234567890")))
        #expect(text(result.rendered) == "12\n... 6 chars elided ...\n90")
        let none = HeadTailCap(limit: 0, measure: .characters, countsNote: false).apply(to: ElidedText(whole: bytes("123")))
        #expect(text(none.rendered) == "... 3 chars elided ...")
    }

    @Test("A redaction marker is kept whole or not at all") func markers() {
        let input = "ab[REDACTED:github]" + String(repeating: "x", count: 40) + "[REDACTED]yz"
        for limit in 0..<input.count {
            let result = HeadTailCap(limit: limit, measure: .characters, countsNote: false).apply(to: ElidedText(whole: bytes(input)))
            #expect(isHeadAndTail(result, of: input))
            #expect(result.isTruncated)
        }
    }

    @Test("JSON lengths are those of the encoded text") func measures() {
        var generator = Generator(seed: 41)
        for _ in 0..<500 {
            let input = randomText(&generator, 30) + "\u{8}\u{C}\r\u{1F}\u{7F}"
            #expect(TextMeasure.json.length(bytes(input)) == jsonLength(input))
            #expect(TextMeasure.jsonWithinJSON.length(bytes(input)) == jsonLength(input, nesting: 2))
            #expect(TextMeasure.characters.length(bytes(input)) == input.unicodeScalars.count)
        }
    }

    @Test("With its note, a capped text stays within the limit") func limits() {
        var generator = Generator(seed: 42)
        for _ in 0..<800 {
            let input = randomText(&generator, 400)
            let limit = 100 + generator.below(500)
            let measure: TextMeasure = [.characters, .json, .jsonWithinJSON].randomElement(using: &generator)!
            let whole = ElidedText(whole: bytes(input))
            let result = HeadTailCap(limit: limit, measure: measure, countsNote: true).apply(to: whole)
            #expect(measure.length(result.rendered) <= limit)
            #expect(isHeadAndTail(result, of: input))
            #expect(result.isTruncated == (measure.length(whole.head) > limit))
            #expect(result.totalCharacters == input.unicodeScalars.count)
            // Most of the room is used: each cut may give up one character or marker.
            if result.isTruncated { #expect(measure.length(result.head) + measure.length(result.tail) >= limit - 130) }
        }
    }

    @Test("A default result stays below 10,000 characters of JSON whatever it holds") func defaultResult() {
        for character in ["a", "\n", "\"", "\\", "\u{1}", "é", "🎉"] {
            let input = bytes(String(repeating: character, count: 20_000))
            let result = HeadTailCap(limit: 9_000, measure: .jsonWithinJSON, countsNote: true).apply(to: ElidedText(whole: input))
            #expect(jsonLength(text(result.rendered), nesting: 2) <= 9_000)
            #expect(result.isTruncated && !result.head.isEmpty && !result.tail.isEmpty)
        }
    }

    @Test("Trimming takes newlines from both ends only") func trimming() {
        #expect(text(Trimming.surroundingNewlines(bytes("\n\n a\n\nb \n"))) == " a\n\nb ")
        #expect(Trimming.surroundingNewlines(bytes("\n\n")).isEmpty)
        #expect(Trimming.surroundingNewlines([]).isEmpty)
    }
}

@Suite("Bounded collection")
struct BoundedCollectorTests {
    @Test("Any stream in any chunks keeps its beginning and end within the limit") func property() {
        var generator = Generator(seed: 51)
        for _ in 0..<800 {
            let input = randomText(&generator, 300)
            let limit = [0, 1, 2, 17, 100, 500, Int(UInt32.max)].randomElement(using: &generator)!
            var collector = BoundedCollector(limit: limit)
            var rest = bytes(input)[...]
            let largest = [3, 40, 1_000].randomElement(using: &generator)!
            while !rest.isEmpty {
                let chunk = Array(rest.prefix(1 + generator.below(largest)))
                collector.append(chunk.span)
                rest = rest.dropFirst(chunk.count)
            }
            let kept = collector.collected()
            #expect(collector.totalBytes == input.utf8.count)
            #expect(collector.totalCharacters == input.unicodeScalars.count)
            #expect(isHeadAndTail(kept, of: input))
            #expect(kept.head.count + kept.tail.count <= limit)
            #expect(kept.isTruncated == (input.utf8.count > limit))
            if kept.isTruncated { #expect(kept.head.count + kept.tail.count >= limit - 50) }

            // A cap on top of it counts what both left out.
            let capped = HeadTailCap(limit: 120, measure: .json, countsNote: true).apply(to: kept)
            #expect(isHeadAndTail(capped, of: input))
            #expect(jsonLength(text(capped.rendered)) <= 120)
        }
    }

    @Test("The largest limit keeps everything") func largest() {
        var collector = BoundedCollector(limit: Int.max)
        collector.append(bytes("all of it").span)
        #expect(collector.collected() == ElidedText(whole: bytes("all of it")))
    }

    @Test("An empty stream is an empty text") func empty() {
        #expect(BoundedCollector(limit: 10).collected() == ElidedText(whole: []))
    }
}
