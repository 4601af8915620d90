import Foundation
import SecretMemory
import Testing
import ValueRedaction

@Suite("Streams with known values")
struct StreamTests {
    @Test("The result does not depend on how the stream is cut", arguments: 0..<12)
    func chunking(seed: UInt64) throws {
        var numbers = Numbers(seed)
        let values = (0..<4).map { _ in randomValue(&numbers, count: 8...24) }
        let known = try known(values.enumerated().map { ("K\($0)", $1) } + [("IN", String(values[0].prefix(9)) + "xyzw")], allowingWeak: true)
        var text: [UInt8] = []
        while text.count < 1500 {
            let value = values.randomElement(using: &numbers)!
            switch Int.random(in: 0..<8, using: &numbers) {
            case 0, 1: text += Encoding.allCases.randomElement(using: &numbers)!.write(value, &numbers)
            // Beginnings that come to nothing.
            case 2: text += Encoding.allCases.randomElement(using: &numbers)!.write(value, &numbers).dropLast(Int.random(in: 1...4, using: &numbers))
            case 3: text += Array(["\n", "\u{1B}[3", "\u{1B}]0;t", "\\", "%4", "&#x", "\\u00", "\u{1B}[1mok\u{1B}[0m", "'\"'", "0x"].randomElement(using: &numbers)!.utf8)
            case 4: text += Array(value.utf8.prefix(Int.random(in: 1...20, using: &numbers)))
            default: text += (0..<Int.random(in: 1...30, using: &numbers)).map { _ in UInt8.random(in: 9...126, using: &numbers) }
            }
        }
        let whole = try redact(text, known)
        for pieces in [[1], [2, 3], [17, 1, 64], [Int.random(in: 1...400, using: &numbers), 5]] {
            #expect(try redact(text, known, pieces: pieces) == whole, "pieces of \(pieces)")
        }
    }

    @Test("Plain, base64 and hexadecimal values agree with a search at every place", arguments: 0..<6)
    func twin(seed: UInt64) throws {
        var numbers = Numbers(seed &+ 1000)
        // Few letters, so that values overlap and begin in each other.
        let letters = Array("abcde-f")
        var values: [String] = []
        while values.count < 3 {
            let value = String((0..<Int.random(in: 8...11, using: &numbers)).map { _ in letters.randomElement(using: &numbers)! })
            if Set(value).count >= 5 { values.append(value) }
        }
        values.append(String(values[0].dropFirst(2)) + "abcdef")
        let known = try known(values.enumerated().map { ("K\($0)", $1) })
        var text = ""
        while text.utf8.count < 260 {
            let value = values.randomElement(using: &numbers)!
            switch Int.random(in: 0..<5, using: &numbers) {
            case 0: text += value
            case 1: text += value.prefix(Int.random(in: 1...10, using: &numbers))
            case 2: text += Data(value.utf8).base64EncodedString()
            case 3: text += value.utf8.map { String(format: "%02X", Int($0)) }.joined()
            default: text.append(letters.randomElement(using: &numbers)!)
            }
        }
        #expect(try redact(text, known, pieces: [Int.random(in: 1...50, using: &numbers)]) == Self.naive(text, values))
    }

    /// Every form written out, tried at every place, and what overlaps merged.
    private static func naive(_ text: String, _ values: [String]) -> String {
        let text = Array(text.utf8)
        var matches: [(start: Int, end: Int, value: Int)] = []
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
        for (index, value) in values.enumerated() {
            let bytes = Array(value.utf8)
            var forms: [(String) -> Bool] = []
            var lengths: [Int] = []
            for spelled in [bytes, bytes.reversed()] {
                let hex = spelled.map { String(format: "%02x", Int($0)) }.joined()
                forms += [{ $0 == String(decoding: spelled, as: UTF8.self) }, { $0.lowercased() == hex }]
                lengths += [spelled.count, 2 * spelled.count]
                for lead in [0, 2, 4] {
                    let bits = spelled.flatMap { byte in (0..<8).map { byte >> (7 - $0) & 1 } }
                    let length = (lead + bits.count + 5) / 6
                    lengths.append(length)
                    forms.append { candidate in
                        let sextets = candidate.utf8.map { alphabet.firstIndex(of: $0) }
                        guard !sextets.contains(nil) else { return false }
                        let all = sextets.flatMap { sextet in (0..<6).map { UInt8(sextet! >> (5 - $0) & 1) } }
                        return Array(all[lead..<lead + bits.count]) == bits
                    }
                }
            }
            for start in text.indices {
                for (form, length) in zip(forms, lengths) where start + length <= text.count {
                    if form(String(decoding: text[start..<start + length], as: UTF8.self)) { matches.append((start, start + length, index)) }
                }
            }
        }
        var out: [UInt8] = []
        var place = 0
        while place < text.count {
            guard matches.contains(where: { $0.start == place }) else {
                out.append(text[place])
                place += 1
                continue
            }
            var end = place + 1
            while let further = matches.filter({ $0.start >= place && $0.start < end }).map(\.end).max(), further > end { end = further }
            let group = matches.filter { $0.start >= place && $0.start < end }
            let best = group.min { ($1.end - $1.start, $0.start, $0.value) < ($0.end - $0.start, $1.start, $1.value) }!
            out += Array("[REDACTED:K\(best.value)]".utf8)
            place = end
        }
        return String(decoding: out, as: UTF8.self)
    }

    @Test("Ordinary text comes out as it went in", arguments: [[1], [1000], [7, 4096]])
    func ordinary(pieces: [Int]) throws {
        var numbers = Numbers(3)
        let known = try known((0..<10).map { ("K\($0)", randomValue(&numbers, count: 12...40)) })
        var text = Data()
        for line in 0..<120 {
            text += Data("2026-01-0\(line % 9) \u{1B}[32mINFO\u{1B}[0m request=\(line) path=/a%20b?x=\(line)&amp;y \"q\\n\\u00e9\" 0xdeadbeef \u{E9}\u{1F600}\r\n\t- it's \\ fine\n".utf8)
        }
        text += (0..<5000).map { _ in UInt8.random(in: 0...255, using: &numbers) }
        #expect(try redact(Array(text), known, pieces: pieces) == Array(text))
    }

    @Test("The longest of values within values wins, and what overlaps is covered whole")
    func overlaps() throws {
        let known = try known([("SHORT", "kernel-panic"), ("LONG", "a-kernel-panic-42"), ("NEXT", "panic-42-again")])
        #expect(try redact("x kernel-panic y", known) == "x [REDACTED:SHORT] y")
        #expect(try redact("x a-kernel-panic-42 y", known) == "x [REDACTED:LONG] y")
        #expect(try redact("x a-kernel-panic-42-again y", known, pieces: [1]) == "x [REDACTED:LONG] y")
        #expect(try redact("x kernel-panickernel-panic y", known) == "x [REDACTED:SHORT][REDACTED:SHORT] y")
    }

    @Test("Values that hold a marker, and markers that hold none")
    func markers() throws {
        let known = try known([("A", "x[REDACTED:B]y"), ("B", "REDACTED:C")])
        #expect(try redact("1 x[REDACTED:B]y 2", known, pieces: [1]) == "1 [REDACTED:A] 2")
        #expect(try redact("1 [REDACTED:B] [REDACTED:C] 2", known) == "1 [REDACTED:B] [[REDACTED:B]] 2")
    }

    @Test("A pause lets everything go but four characters of a value")
    func idle() throws {
        let known = try known([("KEY", "correct-horse-battery")])
        var redactor = try ValueRedactor(known)
        var out: [UInt8] = []
        redactor.feed(Array("login: ".utf8), into: &out)
        redactor.idle(into: &out)
        #expect(String(decoding: out, as: UTF8.self) == "login: ")
        redactor.feed(Array("corr".utf8), into: &out)
        redactor.idle(into: &out)
        #expect(String(decoding: out, as: UTF8.self) == "login: ")
        redactor.feed(Array("upt".utf8), into: &out)
        redactor.idle(into: &out)
        #expect(String(decoding: out, as: UTF8.self) == "login: corrupt")
        #expect(redactor.heldBytes == 0)
    }

    @Test("One byte at a time with a pause behind each shows three characters at most", arguments: Encoding.allCases)
    func pauses(_ encoding: Encoding) throws {
        let value = "Jq7#wR2!mZ9$kX4&"
        var numbers = Numbers(5)
        var redactor = try ValueRedactor(known([("KEY", value)]))
        var out: [UInt8] = []
        for byte in encoding.write(value, &numbers) {
            redactor.feed([byte], into: &out)
            redactor.idle(into: &out)
        }
        redactor.finish(into: &out)
        let shown = String(decoding: out, as: UTF8.self)
        #expect(shown.contains("[REDACTED:KEY]"), "\(encoding): \(shown)")
        #expect(redactor.heldBytes == 0)
    }

    @Test("What is held is bounded, and a value spread over more is covered all the same")
    func bounded() throws {
        let value = "Jq7#wR2!mZ9$kX4&"
        var redactor = try ValueRedactor(known([("KEY", value)]))
        var out: [UInt8] = []
        var most = 0
        for byte in value.utf8 {
            redactor.feed([byte], into: &out)
            for _ in 0..<10 {
                redactor.feed([UInt8](repeating: 0x0A, count: 8000), into: &out)
                most = max(most, redactor.heldBytes)
            }
        }
        redactor.finish(into: &out)
        #expect(most <= 256 << 10)
        let shown = String(decoding: out.filter { $0 != 0x0A }, as: UTF8.self)
        #expect(shown.contains("[REDACTED:KEY]"))
        #expect(!shown.contains("kX4&"), "\(shown)")
    }

    @Test("A value that is added is found in streams that run")
    func addedLater() throws {
        let known = try known([("A", "first-value-42")])
        var redactor = try ValueRedactor(known)
        var out: [UInt8] = []
        redactor.feed(Array("first-value-42 second-va".utf8), into: &out)
        try known.add("B", secret(Array("second-value-43".utf8)))
        redactor.feed(Array("x second-value-43 first-value-42".utf8), into: &out)
        redactor.finish(into: &out)
        #expect(String(decoding: out, as: UTF8.self) == "[REDACTED:A] second-vax [REDACTED:B] [REDACTED:A]")
        #expect(redactor.redactions == 3)
    }

    @Test("A cut leaves three characters of a value at most", arguments: [Encoding.plain, .json, .jsonUnicode, .base64, .percentAll, .htmlDecimal, .colours, .lineBreaks])
    func cut(_ encoding: Encoding) throws {
        let value = "Jq7#wR2!mZ9$kX4&"
        var numbers = Numbers(5)
        let known = try known([("OTHER", "something-else-42"), ("KEY", value)])
        let text = encoding.write(value, &numbers)
        for count in 0..<text.count {
            var redactor = try ValueRedactor(known)
            var out: [UInt8] = []
            redactor.feed(Array("said: ".utf8) + text.prefix(count), into: &out)
            redactor.finish(into: &out, isCut: true)
            let shown = String(decoding: out, as: UTF8.self)
            #expect(redactor.heldBytes == 0)
            if shown.contains("[REDACTED:KEY]") {
                // The padding, the start of an escape or a colour code in front may be left.
                #expect(out.count < 6 + 14 + 10, "\(count): \(shown)")
            } else {
                // Three characters and the start of a fourth.
                #expect(out == Array("said: ".utf8) + text.prefix(count) && count < (text.count + 15) / 16 * 4 + 8, "\(count): \(shown)")
            }
            // A new stream has nothing of the former.
            out = []
            redactor.feed(Array(value.utf8), into: &out)
            redactor.finish(into: &out)
            #expect(String(decoding: out, as: UTF8.self) == "[REDACTED:KEY]")
        }
    }

    @Test("Values among thousands of escapes, over many blocks", arguments: 0..<4)
    func dense(seed: UInt64) throws {
        var numbers = Numbers(seed &+ 500)
        let values = (0..<6).map { _ in randomValue(&numbers, count: 12...40) }
        let known = try known(values.enumerated().map { ("K\($0)", $1) })
        let noise = [
            "\\n    let x = 1", "\\n\\n", "\\\"key\\\": ", "\\\\(name) ", "%20", "%2F", "&amp;", "&#39;", "\\u00e9", "\\u041f", "\\\\n", "\\\\\\\"",
            "\\t", "\\/", " and ", "word", "0x41, ", "deadbeef", "'", "it's ", "\n    ", "\\x1b[0m", "12:34:56", "%", "&", "\\",
        ]
        var text: [UInt8] = []
        var expected = 0
        while text.count < 40_000 {
            for _ in 0..<Int.random(in: 20...400, using: &numbers) { text += Array(noise.randomElement(using: &numbers)!.utf8) }
            let value = values.randomElement(using: &numbers)!
            let encoding = Encoding.allCases.randomElement(using: &numbers)!
            guard encoding.isFit(value) else { continue }
            // Blanks keep a backslash of the noise, or a digit, apart from the value.
            text += Array(" | ".utf8) + encoding.write(value, &numbers) + Array(" | ".utf8)
            expected += 1
        }
        let whole = try redact(text, known)
        let markers = String(decoding: whole, as: UTF8.self).components(separatedBy: "[REDACTED:K").count - 1
        #expect(markers == expected)
        for pieces in [[1], [3, 50, 7], [1000, 4096, 13], [8191]] {
            #expect(try redact(text, known, pieces: pieces) == whole, "pieces of \(pieces)")
        }
    }
}
