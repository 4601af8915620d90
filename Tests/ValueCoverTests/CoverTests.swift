import CommandCalls
import Redaction
import SecretMemory
import Testing
import ValueCover
import ValueRedaction

@Suite("The cover over every text")
struct CoverTests {
    static let value = "zQ8#kk-Wv2_mmT/7+aZ"

    func secret(_ text: String) throws -> SecretBytes {
        var buffer = try SecretBuffer()
        for byte in text.utf8 { try buffer.append(byte) }
        return try buffer.take()
    }

    func cover(_ values: [String: String]) throws -> ValueCover {
        let cover = ValueCover()
        for (name, value) in values { try cover.add(name, secret(value), allowingWeak: false) }
        return cover
    }

    @Test("A text is covered from the moment a value is known, and told by name")
    func added() throws {
        let cover = ValueCover()
        let texts = Texts(cover: cover)
        #expect(texts.string(Self.value) == Self.value)
        #expect(texts.version == 0)
        try cover.add("TOKEN", secret(Self.value), allowingWeak: false)
        #expect(texts.version == 1)
        #expect(texts.string("a \(Self.value) b") == "a [REDACTED:TOKEN] b")
        try cover.add("TOKEN", secret(Self.value), allowingWeak: false)
        #expect(texts.version == 1, "the same again is nothing new")
        var stream = texts.stream()
        var output: [UInt8] = []
        for byte in "\(Self.value) \(Self.value)".utf8 { stream.feed([byte], into: &output) }
        stream.finish(into: &output)
        #expect(String(decoding: output, as: UTF8.self) == "[REDACTED:TOKEN] [REDACTED:TOKEN]")
        #expect(stream.redactions == ["TOKEN": 2])
    }

    @Test("A password that the agent gave itself is covered where that does no harm, so many of them, and never refused")
    func given() throws {
        let cover = ValueCover()
        let texts = Texts(cover: cover)
        func add(_ password: String) throws -> Bool { cover.addGivenPassword(try secret(password)) }
        #expect(try add(Self.value) && texts.string("a \(Self.value) b") == "a [REDACTED:ssh-password] b")
        for weak in ["", "abc", "root", "12345"] {
            #expect(try !add(weak))
            #expect(texts.string("user \(weak) here") == "user \(weak) here")
        }
        for number in 1..<32 { #expect(try add("\(Self.value)-\(number)") && add(Self.value)) }
        #expect(try !add(Self.value + "-more") && add(Self.value))
        try cover.add("TOKEN", secret("a value of the vault, 7Q"), allowingWeak: false)
        #expect(texts.string("a value of the vault, 7Q") == "[REDACTED:TOKEN]")
    }

    @Test("A value behind a telling name keeps its own marker, and a credential beside it has its kind")
    func both() throws {
        let texts = Texts(cover: try cover(["TOKEN": Self.value]))
        let token = "ghp_" + String(repeating: "aB3", count: 12)
        #expect(texts.string("password=\(Self.value)") == "password=[REDACTED:TOKEN]")
        let both = texts.string("\(Self.value) \(token)")
        #expect(!both.contains(token) && both.hasPrefix("[REDACTED:TOKEN] [REDACTED:"))
    }

    @Test("A command is shown with its values covered, and what it runs by name")
    func command() throws {
        let texts = Texts(cover: try cover(["TOKEN": Self.value]))
        #expect(texts.command("curl -H 'X: \(Self.value)' x.test").string == "curl -H 'X: [REDACTED:TOKEN]' x.test")
    }

    @Test("An end that may be cut shows no beginning of a value; another end shows what is there")
    func cut() throws {
        let texts = Texts(cover: try cover(["TOKEN": Self.value]))
        let beginning = "text " + Self.value.prefix(9)
        var stream = texts.stream()
        var output: [UInt8] = []
        stream.feed(Array(beginning.utf8), into: &output)
        stream.finish(into: &output, isCut: true)
        #expect(String(decoding: output, as: UTF8.self) == "text [REDACTED:TOKEN]")
        #expect(texts.string(beginning) == beginning)
        #expect(texts.string("text " + Self.value.prefix(15)) == "text [REDACTED:TOKEN]")
    }

    @Test("A value that is complete where a stream was cut is covered to its end", arguments: [1, 7, 64, 4096])
    func cutBehind(_ size: Int) throws {
        var generator = SystemRandomNumberGenerator()
        let letters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")
        let body = (0..<5).map { line in
            String((0..<(line == 4 ? 32 : 64)).map { _ in letters.randomElement(using: &generator)! })
        }
        for value in [body.joined(separator: "\n"), "-----BEGIN X-----\n" + body.joined(separator: "\n"), body[0]] {
            let texts = Texts(cover: try cover(["PEM": value]))
            for ending in ["", "\n"] {
                var stream = texts.stream()
                var output: [UInt8] = []
                let bytes = Array((value + ending).utf8)
                for start in stride(from: 0, to: bytes.count, by: size) {
                    stream.feed(Array(bytes[start..<min(bytes.count, start + size)]), into: &output)
                }
                stream.finish(into: &output, isCut: true)
                let shown = String(decoding: output, as: UTF8.self)
                for line in body { #expect(!shown.contains(line.suffix(8)), "\(line) in \(shown)") }
            }
        }
    }

    @Test("Whoever looks sees all that is there, but what begins like a value")
    func looked() throws {
        let texts = Texts(cover: try cover(["TOKEN": Self.value]))
        var stream = texts.stream()
        var output: [UInt8] = []
        stream.feed(Array("one\n".utf8), into: &output)
        stream.idle(into: &output)
        #expect(String(decoding: output, as: UTF8.self) == "one\n")
        stream.feed(Array(Self.value.utf8.prefix(8)), into: &output)
        stream.idle(into: &output)
        #expect(String(decoding: output, as: UTF8.self) == "one\n")
        stream.feed(Array(Self.value.utf8.dropFirst(8)) + [0x0A], into: &output)
        stream.finish(into: &output)
        #expect(String(decoding: output, as: UTF8.self) == "one\n[REDACTED:TOKEN]\n")
    }

    @Test("A value that cannot be covered is refused, and changes nothing")
    func refused() throws {
        let cover = ValueCover()
        #expect(throws: ValueRedactionError.tooShort) { try cover.add("A", secret("abc"), allowingWeak: true) }
        #expect(throws: (any Error).self) { try cover.add("A", secret("1234"), allowingWeak: false) }
        #expect(cover.version == 0 && cover.stream() == nil)
        try cover.add("A", secret("1234"), allowingWeak: true)
        #expect(Texts(cover: cover).string("1234") == "[REDACTED:A]")
    }

    @Test("Of a value with several lines each long one is found alone, numbered, quoted, or joined by blanks")
    func lines() throws {
        let value = "first line of it 98237\nab\n  second part 5512 abc\nthird:zz-top-7"
        let texts = Texts(cover: try cover(["MULTI": value]))
        let joined = value.split(separator: "\n").joined(separator: " ")
        let numbered = value.split(separator: "\n").enumerated().map { "\($0.offset)  \($0.element)" }.joined(separator: "\n")
        let quoted = value.split(separator: "\n").map { "> \($0)" }.joined(separator: "\n")
        let reversed = value.split(separator: "\n").reversed().joined(separator: "\n")
        for text in [value, joined, numbered, quoted, reversed, String(value.split(separator: "\n")[2])] {
            let shown = texts.string(text)
            for part in ["first line", "98237", "second part", "5512", "zz-top"] {
                #expect(!shown.contains(part), "\(part) in \(shown)")
            }
            #expect(shown.contains("[REDACTED:MULTI]"))
        }
    }

    @Test("A long name is cut to what a marker can carry")
    func longName() throws {
        let name = String(repeating: "N", count: 100)
        let shown = Texts(cover: try cover([name: Self.value])).string(Self.value)
        #expect(shown == "[REDACTED:\(name.prefix(64))]")
        #expect(RedactionMarker.contains(Array(shown.utf8)))
    }
}
