import Foundation
import SecretMemory
import ValueRedaction

/// Numbers from a fixed seed.
struct Numbers: RandomNumberGenerator {
    var state: UInt64
    init(_ seed: UInt64) { state = (seed &+ 1) &* 0xD134_2543_DE82_EF95 }
    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        return mixed ^ mixed >> 31
    }
}

func secret(_ bytes: [UInt8]) throws -> SecretBytes {
    var buffer = try SecretBuffer(capacity: max(bytes.count, 16))
    for byte in bytes { try buffer.append(byte) }
    return try buffer.take()
}

func known(_ values: [(String, String)], allowingWeak: Bool = false) throws -> KnownValues {
    let known = try KnownValues()
    for (name, value) in values { try known.add(name, secret(Array(value.utf8)), allowingWeak: allowingWeak) }
    return known
}

/// What comes out when `text` comes in pieces of the given sizes, again and again.
func redact(_ text: [UInt8], _ known: KnownValues, pieces: [Int] = [1 << 20]) throws -> [UInt8] {
    var redactor = try ValueRedactor(known)
    var output: [UInt8] = []
    var start = 0
    var index = 0
    while start < text.count {
        let end = min(start + pieces[index % pieces.count], text.count)
        redactor.feed(text[start..<end], into: &output)
        start = end
        index += 1
    }
    redactor.finish(into: &output)
    return output
}

func redact(_ text: String, _ known: KnownValues, pieces: [Int] = [1 << 20]) throws -> String {
    String(decoding: try redact(Array(text.utf8), known, pieces: pieces), as: UTF8.self)
}

/// A value of random printable characters, blanks and quotes among them.
func randomValue(_ numbers: inout Numbers, count: ClosedRange<Int> = 8...40) -> String {
    while true {
        let letters = Array("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_=+/.~!@#$%^&*()\"'\\ ;:<>|")
        let count = Int.random(in: count, using: &numbers)
        let value = String((0..<count).map { _ in letters.randomElement(using: &numbers)! })
        if Set(value).count >= 6, value.first != " ", value.last != " " { return value }
    }
}
