@testable import Redaction

/// A small generator with a fixed seed (SplitMix64).
struct Generator: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// Random characters of an alphabet, the first a digit where the alphabet has one.
    mutating func text(_ alphabet: ByteSet, _ length: Int) -> String {
        let members = alphabet.members
        var bytes = (0..<length).map { _ in members[Int(next() % UInt64(members.count))] }
        if let digit = bytes.indices.first, alphabet.contains(UInt8(ascii: "7")) { bytes[digit] = UInt8(ascii: "7") }
        return String(decoding: bytes, as: UTF8.self)
    }
}

func redact(_ text: String) -> String {
    String(decoding: Redactor.redact(Array(text.utf8)).text, as: UTF8.self)
}

func redact(_ text: [UInt8], chunks: (Int) -> Int) -> (text: [UInt8], counts: [String: Int]) {
    var redactor = Redactor()
    var output: [UInt8] = []
    var start = 0
    while start < text.count {
        let end = min(text.count, start + max(1, chunks(start)))
        redactor.feed(text[start..<end], into: &output)
        start = end
    }
    redactor.finish(into: &output)
    return (output, redactor.counts)
}

/// The naive twin: the whole text at once, every rule at every place, no filter, no hold-back, no forgetting.
func naiveRedact(_ text: [UInt8]) -> [UInt8] {
    let rules = RedactionRules.standard
    var window = Window()
    window.bytes = text
    window.isFinal = true
    var output: [UInt8] = []
    var settled = 0
    var place = 0
    next: while place < text.count {
        for rule in rules.rules {
            guard fits(rule, text, place) else { continue }
            guard let match = rule.match(at: place, in: &window, rules: rules) else { continue }
            let from = max(match.start, settled)
            output += text[settled..<from]
            var end = match.tailStart
            var tail = match.tail
            while end < text.count {
                let (index, ended) = tail.consume(&window, from: end)
                end = index
                if ended { break }
            }
            output += match.isMarker ? Array(text[from..<end]) : RedactionMarker.bytes(for: match.label)
            settled = end
            place = end
            continue next
        }
        place += 1
    }
    return output + text[settled...]
}

private func fits(_ rule: Rule, _ text: [UInt8], _ start: Int) -> Bool {
    guard start >= 0, start + rule.anchor.count <= text.count else { return false }
    for (offset, byte) in rule.anchor.enumerated() {
        let found = text[start + offset]
        guard found == byte || (rule.isFolded && found | 0x20 == byte && found >= 0x41 && found <= 0x5A) else { return false }
    }
    return true
}

extension [UInt8] {
    /// Whether `part` occurs in it.
    func holds(_ part: [UInt8]) -> Bool { span.holds(part) }
}
