import Foundation
import Testing
import ValueRedaction

@Suite("Encodings of values")
struct EncodingTests {
    static let value = "Tr0ub4dor&3/\"quoted\"+it's=ok\\n~z"

    @Test("Every encoding in the table is caught, whole and byte by byte", arguments: Encoding.allCases)
    func caught(_ encoding: Encoding) throws {
        let values = [Self.value.replacingOccurrences(of: " ", with: "_"), "plainAlphanumeric0123456789", "sch\u{F6}ne-Gr\u{FC}\u{DF}e-\u{20AC}uro"]
        var numbers = Numbers(7)
        for value in values {
            let known = try known([("KEY", value)])
            let text = encoding.write(value, &numbers)
            for pieces in [[1 << 20], [1], [3, 1, 7]] {
                let out = String(decoding: try redact(Array("{ ".utf8) + text + Array(" } end".utf8), known, pieces: pieces), as: UTF8.self)
                #expect(out.contains("[REDACTED:KEY]"), "\(encoding) of \(value): \(out)")
                #expect(out.hasPrefix("{ ") && out.hasSuffix(" } end"))
                #expect(out.utf8.count < 50 + (encoding == .base64Between ? 24 : 0), "\(encoding) leaves nothing else: \(out)")
            }
        }
    }

    @Test("Random values in every encoding: nothing of them is left", arguments: 0..<12)
    func random(seed: UInt64) throws {
        var numbers = Numbers(seed)
        let value = randomValue(&numbers)
        let known = try known([("OTHER", randomValue(&numbers)), ("KEY", value)])
        for encoding in Encoding.allCases where encoding.isFit(value) {
            let text = encoding.write(value, &numbers)
            let pieces = (0..<4).map { _ in Int.random(in: 1...20, using: &numbers) }
            let out = try redact(Array("<<".utf8) + text + Array(">>".utf8), known, pieces: pieces)
            let shown = String(decoding: out, as: UTF8.self)
            #expect(shown.contains("[REDACTED:KEY]"), "\(encoding) of \(value) as \(String(decoding: text, as: UTF8.self)): \(shown)")
        }
    }

    /// What the redactor cannot see. A row that starts to be caught is good news, and moves to the other table.
    @Test("What is not caught is known")
    func notCaught() throws {
        let value = "Zx81-spectrum-QL"
        let known = try known([("KEY", value)])
        let bytes = Array(value.utf8)
        let misses: [String: String] = [
            "hashed (a sum of its bytes)": String(bytes.reduce(UInt64(5381)) { $0 &* 33 &+ UInt64($1) }, radix: 16),
            "encrypted (each byte XOR 0x2A)": Data(bytes.map { $0 ^ 0x2A }).base64EncodedString(),
            "compressed (deflate changes bits)": Data(bytes.map { $0 << 3 | $0 >> 5 }).base64EncodedString(),
            "rotated letters": String(value.map { $0.isLetter ? Character(UnicodeScalar(($0.asciiValue! & 0xDF - 65 + 13) % 26 + 65)) : $0 }),
            "upper case": value.uppercased(),
            "split": "Zx81-spec and then trum-QL",
            "shuffled": String(stride(from: 0, to: 16, by: 2).map { Array(value)[$0] } + stride(from: 1, to: 16, by: 2).map { Array(value)[$0] }),
            "other characters between": value.map { "\($0)" }.joined(separator: "*"),
            "a dump with addresses": "0000 5a 78 38 31 2d 73 70 65  Zx81-spe\n0008 63 74 72 75 6d 2d 51 4c  ctrum-QL",
            "words of two bytes, exchanged": "785a 3138 732d 6570 7463 7572 2d6d 4c51",
            "decimal numbers": bytes.map { "\($0)" }.joined(separator: " "),
            "base64 twice": Data(Data(bytes).base64EncodedString().utf8).base64EncodedString(),
            "quoted-printable": bytes.map { String(format: "=%02X", Int($0)) }.joined(),
            "a beginning, cut off": "Zx81-spectrum-Q",
        ]
        for (name, text) in misses { #expect(try redact(text, known) == text, "\(name)") }
    }
}
