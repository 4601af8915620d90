import LinearRegex
import Testing

@Suite("Patterns that are refused")
struct PatternErrorTests {
    static let cases: [(String, PatternError.Reason, String)] = [
        ("a\\8", .badEscape, "\\8"),
        ("[[:nope:]]", .badCharacterRange, "[:nope:]"),
        ("x[z-a]", .badCharacterRange, "z-a"),
        ("x[abc", .missingBracket, "[abc"),
        ("(abc", .missingParenthesis, "(abc"),
        ("abc)", .unexpectedParenthesis, "abc)"),
        ("abc\\", .trailingBackslash, ""),
        ("x|*", .repeatWithoutOperand, "*"),
        ("a{1001}", .repeatTooLarge, "{1001}"),
        ("a**", .repeatOfRepeat, "**"),
        ("(?=a)", .badGroupSyntax, "(?="),
        ("(a)(?P<n", .badGroupName, "(?P<n"),
        ("((\\pL{20}){40})c", .programTooLarge, ""),
        ("(((a{100}){100}){100})", .repeatTooLarge, "{100}"),
        ("(a)\\1", .badEscape, "\\1"),
    ]

    @Test("Each reason is told, with the part it lies in", arguments: cases)
    func reason(pattern: String, reason: PatternError.Reason, fragment: String) {
        do {
            _ = try LinearRegex(pattern)
            Issue.record("accepted")
        } catch {
            #expect(error.reason == reason)
            let bytes = Array(pattern.utf8)
            #expect(error.fragment.map { String(decoding: bytes[$0], as: UTF8.self) } ?? "" == fragment)
        }
    }

    @Test("A pattern that is not UTF-8 is refused, unless it is read as bytes") func notUTF8() throws {
        #expect(throws: PatternError(reason: .notUTF8, fragment: nil)) { try LinearRegex(bytes: [0x61, 0xFF]) }
        #expect(try LinearRegex(bytes: [0x61, 0xFF], options: .init(encoding: .bytes)).matches([0x61, 0xFF]))
    }

    @Test("The longest pattern is 4096 bytes") func length() throws {
        let longest = String(repeating: "a", count: RegexLimits.patternBytes)
        #expect(try LinearRegex(longest).matches(longest))
        #expect(throws: PatternError(reason: .patternTooLong, fragment: nil)) { try LinearRegex(longest + "a") }
    }

    @Test("Any bytes are either accepted or refused with a reason, and searched without harm") func anyBytes() throws {
        var state: UInt64 = 7
        func next(_ bound: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % bound
        }
        let alphabet = Array("ab()[]{}*+?|\\^$.,-:1290Pp<>=!dswbBAzQEC\n".utf8) + [0, 0xC3, 0xA9, 0xFF]
        var accepted = 0
        for _ in 0..<3_000 {
            let pattern = (0..<next(12)).map { _ in alphabet[next(alphabet.count)] }
            let text = (0..<next(40)).map { _ in alphabet[next(alphabet.count)] }
            guard let regex = try? LinearRegex(bytes: pattern, options: .init(encoding: next(2) == 0 ? .utf8 : .bytes)) else {
                continue
            }
            accepted += 1
            let match = try regex.firstMatch(in: text)
            #expect(try regex.matches(text) == (match != nil))
            if let match { #expect(match.lowerBound >= 0 && match.upperBound <= text.count) }
        }
        #expect(accepted > 100)
    }
}
