import CommandPolicy
import Testing

@Suite("Hostile and large commands")
struct EffortTests {
    @Test("A pipeline of 10,000 parts is judged to its end")
    func pipeline() throws {
        let policy = try policy(#"{"deny": ["forbidden"]}"#)
        for (separator, count) in [(" | ", 9_999), (" && ", 999), ("; ", 999), ("\n", 999), (" & ", 999), (" || ",
            999)] {
            let command = Array(repeating: "part",
                count: count).joined(separator: separator) + separator + "forbidden x"
            let verdict = policy.judge(command)
            #expect(verdict.outcome == .deny)
            #expect(verdict.deciding?.offset == command.utf8.count - 11)
        }
    }

    /// Texts that make careless readers recurse or look twice; `effort` must grow with the length alone.
    static let hostile = [
        "$(", "(", "{ ", "`", "\"", "'", "${x:-", "((", "$((", "if ", "case x in a) ", "while ", "f() { ", "[[ ", "<(",
        "a=(", "$[", "<<A ",
        "<<A\n", ")", "}", "fi;", "done;", "esac;", "\\", "eval ", "env ", "find -exec ", "bash -c ", "xargs ", "((a) ",
        "$((a) ", "\"$(", "\"${x-", "{a,b}",
        "$'\\x", "a;", "!", "~", "time ", "coproc ", "function ", "for x in ", "sudo -u ", "&", "|", ">", "<", ";", "#",
        "\n", "{a", "a{", "<<<a ", "bash <<A\n",
        "\"`", "\\`", "$(cat <<A\n", "(((", "{ (", "[[ $(", "eval '", "$'", "\0", "\u{fe}",
    ]

    /// Steps for each further byte of shapes that are read more than once: nested 64 deep, or taken for arithmetic
    /// first.
    static let costly: [String: Double] = [
        "(": 35, "((": 35, "(((": 35, "eval ": 35, "eval '": 35, "find -exec ": 67, "bash <<A\n": 37, "$(cat <<A\n": 37,
    ]

    @Test("Effort grows with the length alone, and by few steps for each byte", arguments: hostile.indices)
    func linear(_ index: Int) {
        let piece = Self.hostile[index]
        func effort(_ count: Int) -> Int { CommandAnalysis(String(repeating: piece, count: count)).effort }
        for (short, long) in [(300, 500), (800, 1000)] {
            let bytes = (long - short) * piece.utf8.count
            let slope = Double(effort(long) - effort(short)) / Double(bytes)
            #expect(slope <= Self.costly[piece] ?? 3, "\(piece): \(slope)")
        }
    }

    @Test("Effort counts every reading and every copy of a nested text")
    func counted() {
        let text = String(repeating: "a", count: 5_000)
        let cases: [(String, Int)] = [
            (text, 1), ("bash -c '\(text)'", 3), ("eval \(text)", 3), ("eval eval \(text)", 5),
                ("bash -c \"bash -c '\(text)'\"", 5),
            ("echo `\(text)`", 2), ("bash <<< \(text)", 3), ("bash <<E\n\(text)\nE", 4), ("echo \(text) | sh", 3),
                ("/\(text)", 2),
        ]
        for (command, readings) in cases {
            #expect(CommandAnalysis(command).effort >= readings * text.utf8.count, "\(command.prefix(12))")
        }
    }

    @Test("A text that would be read over and over is denied, without reading it to the end")
    func bounded() {
        for piece in ["eval ", "env -S ", "bash <<A\n", "$(cat <<A\n"] {
            let command = String(repeating: piece, count: 1_000)
            let verdict = CommandPolicy().judge(command + "ls")
            #expect(verdict.findings.contains { $0.rule == .builtIn(.limits) }, "\(piece)")
            #expect(CommandAnalysis(command).effort <= 40 * (command.utf8.count + 2048), "\(piece)")
        }
    }

    @Test("More programs than a shell could run are denied, and reading stops there", arguments: ["a;", "`a`;", "$x;", "rm -rf /;"])
    func countless(piece: String) {
        let few = String(repeating: piece, count: 10_000)
        #expect(!CommandPolicy().judge(few).findings.contains { $0.rule == .builtIn(.limits) })
        let many = CommandAnalysis(String(repeating: piece, count: 110_000))
        let verdict = CommandPolicy().judge([], analysis: many)
        #expect(verdict.outcome == .deny)
        #expect(many.programNames.count + many.unknownReasons.count <= 100_002)
        #expect(many.effort < 110_000 * piece.utf8.count * 4)
    }

    @Test("A command of two million bytes of data is judged to its end")
    func largeCommand() throws {
        let policy = try policy(#"{"deny": ["forbidden"]}"#)
        let data = String(repeating: "0123456789abcdef\n", count: 123_000)
        let command = "cat > file <<'E'\n" + data + "E\n"
        #expect(policy.judge(command + "true").outcome == .allow)
        #expect(policy.judge(command + "forbidden").outcome == .deny)
    }

    @Test("Patterns for programs held against many rules are denied past a bound, and not before")
    func patternPrograms() throws {
        let names = (0..<2_000).map { "\"tool-\($0)\"" }.joined(separator: ",")
        let policy = try policy("{\"deny\": [\(names)]}")
        let program = "/bin/?" + String(repeating: "r", count: 1_000) + " x; "
        #expect(policy.judge(String(repeating: program, count: 5)).outcome == .allow)
        let verdict = policy.judge(String(repeating: program, count: 20))
        #expect(verdict.deciding?.rule == .builtIn(.limits))
    }

    @Test("A forbidden program behind any depth of nesting is denied")
    func depth() throws {
        let policy = try policy(#"{"deny": ["rm"]}"#)
        let shapes: [(String, String)] = [
            ("$(", ")"), ("( ", ")"), ("{ ", "; }"), ("if ", "; then :; fi"), ("env ", ""), ("eval ", ""),
                ("while ", "; do :; done"), ("sudo env ", ""),
            ("\"$(", ")\""), ("echo ${x:-$(", ")}"), ("find . -exec ", " \\;"),
        ]
        for (open, close) in shapes {
            for depth in [1, 5, 70, 200] {
                let command = String(repeating: open, count: depth) + "rm x" + String(repeating: close, count: depth)
                #expect(policy.judge(command).outcome == .deny, "\(open) \(depth)")
            }
        }
    }

    @Test("Random shell soup never stops the reader, and effort stays bounded")
    func soup() {
        var generator = Generator(state: 42)
        let pieces = Self.hostile + ["a ", "rm x", " ", "then ", "do ", "in ", ")", "))", "]]", "\"", "'", "A\n", "EOF",
            ";;", "$x", "-c ", "sh ", "x=1 ", "| sh", "echo ", "*", "\\;", "{}"]
        for _ in 0..<800 {
            let count = Int.random(in: 1...40, using: &generator)
            let command = (0..<count).map { _ in pieces.randomElement(using: &generator)! }.joined()
            let analysis = CommandAnalysis(command)
            #expect(analysis.effort <= 100 * (command.utf8.count + 2048))
            #expect(CommandAnalysis(command).programNames == analysis.programNames)
        }
        for _ in 0..<400 {
            let bytes = (0..<Int.random(in: 0...200, using: &generator)).map { _ in UInt8.random(in: 0...255,
                using: &generator) }
            #expect(CommandAnalysis(bytes).effort <= 100 * (bytes.count + 2048))
        }
    }
}
