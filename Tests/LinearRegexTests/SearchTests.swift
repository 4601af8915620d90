import LinearRegex
import Testing

@Suite("Searching")
struct SearchTests {
    @Test("A match is found anywhere in the text") func anywhere() throws {
        let regex = try LinearRegex("b+")
        #expect(try regex.matches("aabbcc"))
        #expect(try !regex.matches("aacc"))
        #expect(try regex.firstMatch(in: Array("aabbcc".utf8)) == 2..<4)
        #expect(try regex.firstMatch(in: Array("aacc".utf8)) == nil)
    }

    @Test("An empty text is searched like any other") func emptyText() throws {
        #expect(try LinearRegex("^$").matches([]))
        #expect(try LinearRegex("").firstMatch(in: [UInt8]()) == 0..<0)
        #expect(try !LinearRegex("a").matches([]))
    }

    @Test("Options change how a pattern is read") func options() throws {
        #expect(try LinearRegex("ABC", options: .init(ignoresCase: true)).matches("xabcx"))
        #expect(try !LinearRegex("ABC").matches("xabcx"))
        #expect(try LinearRegex("a.c", options: .init(isLiteral: true)).matches("xa.cx"))
        #expect(try !LinearRegex("a.c", options: .init(isLiteral: true)).matches("abc"))
        #expect(try LinearRegex("a.c", options: .init(dotMatchesNewline: true)).matches("a\nc"))
        #expect(try !LinearRegex("a.c").matches("a\nc"))
    }

    @Test("In UTF-8 a dot is a character, in bytes it is a byte") func encodings() throws {
        let euro: [UInt8] = [0xE2, 0x82, 0xAC]
        #expect(try LinearRegex("^.$").matches(euro))
        #expect(try LinearRegex("^...$", options: .init(encoding: .bytes)).matches(euro))
        #expect(try !LinearRegex("^.$").matches([0xFF]))
        #expect(try LinearRegex("^.$", options: .init(encoding: .bytes)).matches([0xFF]))
    }

    @Test("NUL and any other byte can stand in text and pattern") func anyBytes() throws {
        #expect(try LinearRegex(bytes: [0x61, 0, 0x62]).firstMatch(in: [1, 0x61, 0, 0x62]) == 1..<4)
    }

    @Test("A search from the middle still sees what stands before it") func middle() throws {
        var effort = SearchEffort.standard
        let text = Array("foo foo".utf8)
        #expect(try LinearRegex("^foo").firstMatch(in: text.span, from: 4, effort: &effort) == nil)
        #expect(try LinearRegex("\\bfoo").firstMatch(in: text.span, from: 1, effort: &effort) == 4..<7)
        #expect(try LinearRegex("").firstMatch(in: text.span, from: 7, effort: &effort) == 7..<7)
    }

    @Test("Every match is visited once, empty ones between characters") func iteration() throws {
        func all(_ pattern: String, _ text: String) throws -> [Range<Int>] {
            var effort = SearchEffort.standard
            var found: [Range<Int>] = []
            try LinearRegex(pattern).forEachMatch(in: Array(text.utf8).span, effort: &effort) { found.append($0); return true }
            return found
        }
        #expect(try all("[0-9]+", "1 22 333") == [0..<1, 2..<4, 5..<8])
        #expect(try all("x*", "é") == [0..<0, 2..<2])
        #expect(try all("b|", "ab") == [0..<0, 1..<2, 2..<2])
    }

    @Test("Visiting stops when asked to") func iterationStops() throws {
        var effort = SearchEffort.standard
        var seen = 0
        try LinearRegex("a").forEachMatch(in: Array("aaaa".utf8).span, effort: &effort) { _ in seen += 1; return seen < 2 }
        #expect(seen == 2)
    }
}
