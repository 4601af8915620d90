import Testing

@testable import Sessions

@Suite("Marks in a stream")
struct MarkReaderTests {
    static let command = "00112233445566778899aabbccddeeff"
    static let begin = "ffeeddccbbaa99887766554433221100"

    /// What a stream comes to: its output, and its marks with the place they stood at.
    struct Seen: Equatable {
        var output: [UInt8] = []
        var marks: [String] = []
    }

    static func read(_ bytes: [UInt8], chunk: () -> Int) -> Seen {
        var reader = MarkReader()
        reader.expect(.command, command)
        reader.expect(.begin, begin)
        var seen = Seen()
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = min(rest.count, max(1, chunk()))
            reader.feed(rest.prefix(count)) { piece in
                switch piece {
                case .output(let bytes): seen.output += bytes
                case .mark(let token, let fields):
                    let text = fields.map { String(decoding: $0, as: UTF8.self) }.joined(separator: "|")
                    seen.marks.append("\(seen.output.count) \(token) \(text)")
                }
            }
            rest = rest.dropFirst(count)
        }
        seen.output += reader.finish()
        return seen
    }

    /// The same by looking at the whole at once.
    static func twin(_ bytes: [UInt8]) -> Seen {
        var seen = Seen()
        var index = 0
        while index < bytes.count {
            let head = String(decoding: bytes[index...].prefix(34), as: UTF8.self)
            let token: String? = head == "\u{1e}\(command)\u{1f}" ? "command" : head == "\u{1e}\(begin)\u{1f}" ? "begin" : nil
            if let token, let end = bytes[(index + 34)...].firstIndex(of: 0x1E) {
                let text = String(decoding: bytes[(index + 34)..<end], as: UTF8.self)
                seen.marks.append("\(seen.output.count) \(token) \(text.replacing("\u{1f}", with: "|"))")
                index = end + 1
            } else {
                seen.output.append(bytes[index])
                index += 1
            }
        }
        return seen
    }

    @Test("In any chunking a stream comes to what its whole comes to", arguments: 0..<200)
    func chunking(seed: Int) {
        var random = SeededRandom(seed: UInt64(seed))
        let pieces = [
            "\u{1e}\(Self.command)\u{1f}0\u{1e}", "\u{1e}\(Self.begin)\u{1f}B\u{1e}", "\u{1e}", "\u{1f}", "text\n", "\0",
            "\u{1e}\(Self.command.dropLast())\u{1f}x\u{1e}", "\u{1e}\(Self.command)x\u{1e}",
            "\u{1e}\u{1e}\(Self.command)\u{1f}bash: 0\u{1f}/a b\u{1e}", Self.command, "\u{1e}\(Self.begin)\u{1f}",
        ]
        let text = (0..<Int.random(in: 1...12, using: &random)).map { _ in pieces.randomElement(using: &random)! }.joined()
        let bytes = Array(text.utf8)
        let expected = Self.twin(bytes)
        #expect(Self.read(bytes) { bytes.count } == expected)
        #expect(Self.read(bytes) { 1 } == expected)
        #expect(Self.read(bytes) { Int.random(in: 1...40, using: &random) } == expected)
    }

    @Test("A mark that does not end is output, and does not hold the stream up")
    func endless() {
        let bytes = Array("\u{1e}\(Self.command)\u{1f}".utf8) + [UInt8](repeating: 0x61, count: 100_000)
        #expect(Self.read(bytes) { 1000 } == Seen(output: bytes))
    }

    @Test("The text that makes a driver is one line, and shells take it for a program", arguments: TestShell.allCases)
    func driver(shell: TestShell) throws {
        guard TestShell.present.contains(shell) else { return }
        for text in [RemoteDriver.session, RemoteDriver.job, RemoteDriver.cleaner] {
            #expect(text.last == 10)
            #expect(text.count { $0 == 10 } == 1)
            let line = String(decoding: text.dropLast(), as: UTF8.self)
            let name = shell == .ash ? ["sh"] : []
            let result = try TestMachine.run([shell.rawValue] + name + ["-n", "-c", line])
            #expect(result.code == 0 && result.err.isEmpty, "\(result.err)")
        }
    }

    @Test("Lines for the feeder: every line of shell text behind a colon, and bytes as octal text")
    func lines() {
        #expect(ShellDialect.feed(Array("a\n:b\n\nc".utf8)) == Array(":a\n::b\n:\n:c\n".utf8))
        #expect(ShellDialect.octal([0, 10, 0x41, 0x7A, 0x20, 0x25, 0x5C, 0xFF, 0x31]) == Array("\\000\\012Az\\040\\045\\134\\377\\061".utf8))
        #expect(ShellDialect.word("it's") == "'it'\\''s'")
    }

    @Test("A command's line holds neither its nonce nor another line in bash, and redirects all it must")
    func remoteLine() throws {
        let dialect = ShellDialect(executable: "bash")
        let frame = ShellDialect.Frame(
            begin: 7, nonce: Self.command, previousStatus: 3, stopsAtErrors: false, hasInput: false)
        let text = dialect.remoteLines(command: Array("echo 'a\nb'".utf8), frame: frame, input: nil)
        #expect(text.count { $0 == 10 } == 1)
        let line = String(decoding: text, as: UTF8.self)
        // The question for the report stands behind the command, on its line.
        let eval = try #require(line.firstRange(of: "\\eval"))
        let nonce = try #require(line.firstRange(of: Self.command))
        #expect(eval.upperBound < nonce.lowerBound)
        #expect(line.contains("40>&- 41>&-"))
    }
}
