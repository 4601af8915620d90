import CommandPolicy
import JSON
import LinearRegex
import Testing

@Suite("Policies with the real pattern compiler")
struct RegexPolicyTests {
    private static func compiler(_ text: String) throws(PatternFault) -> PatternMatcher {
        guard let regex = try? LinearRegex(text) else { throw .syntax(offset: nil) }
        return { (try? regex.matches($0)) ?? true }
    }

    private func load(patterns: [String]) throws -> CommandPolicy {
        let file = JSONValue.object(JSONObject([("deny_patterns", .array(patterns.map { .string($0) }))]))
        return try CommandPolicy(parsing: file.serialized(), compiler: Self.compiler)
    }

    private func index(_ policy: CommandPolicy, _ command: String) -> Int? {
        guard case .operator(.denyPatterns, let index) = policy.judge(command).deciding?.rule else { return nil }
        return index
    }

    @Test("Flags, alternatives, anchors and literal text stay inside their own pattern")
    func apart() throws {
        let policy = try load(patterns: ["(?i)drop", "table", "a|b9", "^git push$", "(?s)x.y", "u.v", #"\Qk.l"#,
            #"\Qm)n"#, "(?:q)"])
        let table: [(String, Int?)] = [
            ("DROP", 0), ("TABLE", nil), ("table", 1), ("b9", 2), ("git push", 3), ("git push -f", nil), ("x\ny", 4),
                ("u\nv", nil),
            ("uzv", 5), ("k.l", 6), ("kxl", nil), ("m)n", 7), ("q", 8), ("zzz", nil),
        ]
        for (command, expected) in table { #expect(index(policy, "\(command)") == expected, "\(command)") }
    }

    @Test("A pattern that ends inside \\Q cannot take in its neighbours")
    func unclosedLiteral() throws {
        let policy = try load(patterns: [#"\Qone"#, #"\Qtwo"#, #"\Qthree\E"#, "four"])
        for (place, word) in ["one", "two", "three", "four"].enumerated() {
            #expect(index(policy, "x \(word) y") == place)
        }
    }

    @Test("In groups as one by one: the same first pattern for random patterns and commands")
    func groups() throws {
        var generator = Generator(state: 7)
        let pieces = ["a", "b", "(?i)c", "d?", "[ef]", "(g|h)", "^i", "j$", ".", "k+", #"\bl"#, "(?-i)m", "n{2}", "|o",
            #"\Qp."#]
        let letters = Array("abcdefghijklmnopABC. \n")
        for _ in 0..<20 {
            let patterns = (0..<70).map { _ in
                "z" + (0..<Int.random(in: 1...3,
                using: &generator)).map { _ in pieces.randomElement(using: &generator)! }.joined()
            }
            let policy = try load(patterns: patterns)
            let alone = try patterns.map { try LinearRegex($0) }
            for _ in 0..<30 {
                let command = "echo '" + String((0..<8).flatMap { _ in ["z",
                    letters.randomElement(using: &generator)!] }) + "'"
                let expected = try alone.firstIndex { try $0.matches(command) }
                #expect(index(policy, command) == expected, "\(command)")
            }
        }
    }

    @Test("A pattern with back references, look-around or too many repetitions is refused at its place", arguments: [
        #"(a)\1"#, "(?=a)", "(?<!a)b", "a**", "(a{999}){999}", "a{1001}", "(", ")", "[z-a]", "*a",
    ])
    func refused(_ pattern: String) {
        #expect(throws: PolicyError.self) { try load(patterns: ["ok", pattern]) }
    }

    @Test("Ten thousand rules with examples load, and one wrong example among them is named")
    func examples() throws {
        func file(wrong: Int?) -> [UInt8] {
            let rules = (0..<10_000).map { number in
                JSONValue.object(JSONObject([
                    ("program", .string("tool-\(number)")),
                        ("match", .array([.string("sudo tool-\(number == wrong ? 0 : number) x")])),
                    ("not_match", .array([.string("echo tool-\(number)")])),
                ]))
            }
            return JSONValue.object(JSONObject([("deny", .array(rules))])).serialized()
        }
        let policy = try CommandPolicy(parsing: file(wrong: nil), compiler: Self.compiler)
        #expect(policy.judge("env tool-9999").deciding?.rule == .operator(list: .deny, index: 9_999))
        do {
            _ = try CommandPolicy(parsing: file(wrong: 9_998), compiler: Self.compiler)
            Issue.record("loaded")
        } catch {
            #expect(error.fault == .exampleMissed && error.path == "deny[9998].match[0]")
        }
    }
}
