import Foundation
import OutputShaping
import Testing

@testable import CommandCalls

@Suite("Text that leaves the server")
struct TextTests {
    @Test("A command is shown with every control character in it, and redacted")
    func commands() {
        #expect(CommandText("a\tb\nc", .shapesOnly).string == "a\tb\nc")
        #expect(CommandText("a\u{1B}]0;b\u{7}c\r\nd", .shapesOnly).string == "a\\u{001B}]0;b\\u{0007}c\nd")
        for value in Array(0..<0x20) + Array(0x7F..<0xA0) where value != 0x09 && value != 0x0A {
            let character = String(UnicodeScalar(UInt8(value)))
            let digits = String(value, radix: 16, uppercase: true)
            let escape = "\\u{" + String(repeating: "0", count: 4 - digits.count) + digits + "}"
            #expect(CommandText("é\(character)x", .shapesOnly).string == "é\(escape)x")
        }
        #expect(CommandText("x\u{B}y \(Self.token)", .shapesOnly).string == "x\\u{000B}y [REDACTED:github-token]")
        #expect(CommandText("\u{202E}", .shapesOnly).string == "\\u{202E}")
    }

    /// A made-up credential, put together here so that no repository scanner takes it for one.
    static let token = "ghp_" + "0123456789abcdefghijABCDEFGHIJ456789"

    @Test("A credential does not pass, whatever the pieces", arguments: [1, 2, 3, 7, 64, 100_000])
    func pieces(size: Int) {
        let text = Array("before \u{1B}[1m\(Self.token.prefix(10))\u{1B}[0m\(Self.token.dropFirst(10)) after\n".utf8)
        var stream = Texts.shapesOnly.stream()
        var out: [UInt8] = []
        for start in stride(from: 0, to: text.count, by: size) {
            stream.feed(Array(text[start..<min(start + size, text.count)]), into: &out)
        }
        stream.finish(into: &out)
        #expect(String(decoding: out, as: UTF8.self) == "before [REDACTED:github-token] after\n")
        #expect(stream.redactions == ["github-token": 1])
    }

    @Test("Portions of a growing stream add up, and none holds a half credential", arguments: 1..<20)
    func portions(seed: Int) {
        let text = Array("first line\nkey \(Self.token)\nlast\n".utf8)
        var live = LiveText(.shapesOnly)
        var all = ""
        var offset = 0
        var step = seed
        while offset < text.count {
            step = step * 7 % 13 + 1
            live.feed(Array(text[offset..<min(offset + step, text.count)]))
            offset += step
            let portion = String(decoding: live.take().rendered, as: UTF8.self)
            #expect(!portion.contains("ghp_"))
            all += portion
        }
        live.end()
        all += String(decoding: live.take().rendered, as: UTF8.self)
        #expect(all == "first line\nkey [REDACTED:github-token]\nlast\n")
    }

    @Test("What follows a gap loses its first line and the rest of a private key")
    func afterGap() {
        let filler = String(repeating: "ordinary line\n", count: 3000)
        var plain = AfterGap(.shapesOnly)
        let afterLine = plain.feed(Array(("second half of a secret\n" + filler).utf8))
        #expect(String(decoding: afterLine, as: UTF8.self) == filler)
        let key = String(repeating: String(repeating: "A", count: 64) + "\n", count: 20)
        var inKey = AfterGap(.shapesOnly)
        let text = "AAAA\n" + key + "-----END " + "PRIVATE KEY-----\n" + filler
        let afterKey = inKey.feed(Array(text.utf8))
        #expect(String(decoding: afterKey, as: UTF8.self) == filler)
        var piecewise = AfterGap(.shapesOnly)
        var out: [UInt8] = []
        for byte in Array(text.utf8) { out += piecewise.feed([byte]) }
        #expect(String(decoding: out, as: UTF8.self) == filler)
    }

    @Test("A line without an end is left behind a word, so that no half of a token follows a gap", arguments: [" ", "\",\""])
    func afterGapInLongLine(between: String) {
        let token = "gh" + "p_" + String(repeating: "a1B2c3D4e5F6", count: 3)
        for cut in 0..<token.utf8.count {
            var gap = AfterGap(.shapesOnly)
            let text = Array(String(repeating: token + between, count: 1500).utf8.dropFirst(cut))
            let kept = String(decoding: gap.feed(text), as: UTF8.self)
            let words = kept.drop(while: { $0 == "," || $0 == "\"" })
            #expect(words.hasPrefix(token + between))
        }
    }

    @Test("A budget's pattern is compiled before anything runs")
    func budgets() throws {
        #expect(throws: CompiledBudget.Fault.self) { _ = try CompiledBudget(["grep": ["pattern": "("]]) }
        let budget = try CompiledBudget([
            "grep": ["pattern": "9"], "keep": ["mode": "head_tail", "head": 1, "tail": 1], "max_chars": nil,
        ])
        let text = (1...100).map { "\($0)\n" }.joined()
        let kept = try finished(budget.search(Array(text.utf8)))
        #expect(
            String(decoding: kept.text.rendered, as: UTF8.self)
                == "... 8 lines elided ...\n9\n... 89 lines elided ...\n99\n... 1 lines elided ...\n")
    }
}
