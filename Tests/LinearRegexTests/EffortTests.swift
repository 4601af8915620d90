import LinearRegex
import Testing

/// `count` letters a and b in an order without a short period.
private func letters(_ count: Int) -> [UInt8] {
    var state: UInt64 = 1
    return (0..<count).map { _ in
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return state >> 63 == 0 ? 0x61 : 0x62
    }
}

@Suite("Effort")
struct EffortTests {
    /// Needs a state for every set of the last 500 letters, so no state machine of bounded size holds it.
    private let explosive = "[ab]*a[ab]{500}c"

    @Test("A pattern made to explode on a long text is given up, and the regex still works") func explosion() throws {
        let regex = try LinearRegex(explosive)
        let text = letters(1 << 20)
        for wantsRange in [false, true] {
            var effort = SearchEffort.standard
            #expect(throws: SearchError.tooCostly) {
                if wantsRange {
                    _ = try regex.firstMatch(in: text.span, effort: &effort)
                } else {
                    _ = try regex.matches(text.span, effort: &effort)
                }
            }
            #expect(effort.remaining == 0)
        }
        let matching = letters(501).map { _ in UInt8(0x61) } + [0x63]
        #expect(try regex.firstMatch(in: matching) == 0..<502)
        #expect(try !regex.matches("abc"))
    }

    @Test("The same pattern on a short text is answered, and what it cost is taken off") func affordable() throws {
        let regex = try LinearRegex(explosive)
        let text = letters(20_000)
        var effort = SearchEffort.standard
        #expect(try !regex.matches(text.span, effort: &effort))
        let cost = SearchEffort.standard.remaining - effort.remaining
        #expect(cost >= UInt64(text.count * regex.programSize))
        var tooLittle = SearchEffort(steps: cost / 4)
        #expect(throws: SearchError.tooCostly) { try regex.matches(text.span, effort: &tooLittle) }
    }

    @Test("Many affordable searches add up until the effort is spent") func adding() throws {
        let regex = try LinearRegex(explosive)
        let text = letters(5_000)
        var effort = SearchEffort(steps: 30_000_000)
        var answered = 0
        #expect(throws: SearchError.tooCostly) {
            for _ in 0..<100 {
                _ = try regex.matches(text.span, effort: &effort)
                answered += 1
            }
        }
        #expect(answered > 0 && answered < 100)
    }

    @Test("Ordinary patterns cost nothing beyond reading the text") func ordinary() throws {
        let text = Array("line of a build log, nothing special in it at all\n".utf8)
        let long = Array(repeatElement(text, count: 8_000).joined())
        for pattern in ["(?i)error|warning|failed", "\\pL+x\\d", "^\\s*at .*\\(.*:\\d+\\)$", "(x+x+)+y"] {
            var effort = SearchEffort(steps: 0)
            #expect(try !LinearRegex(pattern).matches(long.span, effort: &effort))
        }
    }

    @Test("A pattern that reads to the end at every match is stopped") func quadratic() throws {
        let text = [UInt8](repeating: 0x61, count: 200_000)
        var effort = SearchEffort(steps: 1 << 20)
        var seen = 0
        #expect(throws: SearchError.tooCostly) {
            try LinearRegex("a.*b|a").forEachMatch(in: text.span, effort: &effort) { _ in seen += 1; return true }
        }
        #expect(seen > 0 && seen < 100)
    }
}
