import CommandPolicy
import Testing

@Suite("Hostile and large commands")
struct EffortTests {
    @Test("A pipeline of 10,000 parts is judged to its end")
    func pipeline() throws {
        let policy = try policy(#"{"deny": ["forbidden"]}"#)
        for (separator, count) in [(" | ", 9_999), (" && ", 999), ("; ", 999), ("\n", 999), (" & ", 999), (" || ", 999)] {
            let command = Array(repeating: "part", count: count).joined(separator: separator) + separator + "forbidden x"
            let verdict = policy.judge(command)
            #expect(verdict.outcome == .deny)
            #expect(verdict.deciding?.offset == command.utf8.count - 11)
        }
    }

    /// Texts that make careless readers recurse or look twice; `effort` must grow with the length alone.
    static let hostile = [
        "$(", "(", "{ ", "`", "\"", "'", "${x:-", "((", "$((", "if ", "case x in a) ", "while ", "f() { ", "[[ ", "<(", "a=(", "$[", "<<A ",
        "<<A\n", ")", "}", "fi;", "done;", "esac;", "\\", "eval ", "env ", "find -exec ", "bash -c ", "xargs ", "((a) ", "$((a) ", "\"$(", "\"${x-", "{a,b}",
        "$'\\x", "a;", "!", "~", "time ", "coproc ", "function ", "for x in ", "sudo -u ", "&", "|", ">", "<", ";", "#", "\n", "{a", "a{", "<<<a ", "bash <<A\n",
        "\"`", "\\`", "$(cat <<A\n", "(((", "{ (", "[[ $(", "eval '", "$'", "\0", "\u{fe}",
    ]

    @Test("Effort grows no faster than the length", arguments: hostile.indices)
    func linear(_ index: Int) {
        let piece = Self.hostile[index]
        for count in [100, 300] {
            let command = String(repeating: piece, count: count)
            let effort = CommandAnalysis(command).effort
            // 64 nested readings are the documented bound; 32 second looks at `((` another.
            #expect(effort <= 200 * (command.utf8.count + 64), "\(piece): \(effort) for \(command.utf8.count)")
        }
    }

    @Test("A forbidden program behind any depth of nesting is denied")
    func depth() throws {
        let policy = try policy(#"{"deny": ["rm"]}"#)
        let shapes: [(String, String)] = [
            ("$(", ")"), ("( ", ")"), ("{ ", "; }"), ("if ", "; then :; fi"), ("env ", ""), ("eval ", ""), ("while ", "; do :; done"), ("sudo env ", ""),
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
        let pieces = Self.hostile + ["a ", "rm x", " ", "then ", "do ", "in ", ")", "))", "]]", "\"", "'", "A\n", "EOF", ";;", "$x", "-c ", "sh ", "x=1 ", "| sh", "echo ", "*", "\\;", "{}"]
        for _ in 0..<800 {
            let count = Int.random(in: 1...40, using: &generator)
            let command = (0..<count).map { _ in pieces.randomElement(using: &generator)! }.joined()
            let analysis = CommandAnalysis(command)
            #expect(analysis.effort <= 200 * (command.utf8.count + 64))
            #expect(CommandAnalysis(command).programNames == analysis.programNames)
        }
        for _ in 0..<400 {
            let bytes = (0..<Int.random(in: 0...200, using: &generator)).map { _ in UInt8.random(in: 0...255, using: &generator) }
            #expect(CommandAnalysis(bytes).effort <= 200 * (bytes.count + 64))
        }
    }
}
