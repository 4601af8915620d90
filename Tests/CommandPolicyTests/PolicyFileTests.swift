import CommandPolicy
import JSON
import Testing

@Suite("The operator's policy file")
struct PolicyFileTests {
    @Test("The plain form with allow, deny and deny_patterns loads and decides")
    func plainForm() throws {
        let policy = try policy(#"{"allow": ["echo", "git"], "deny": ["curl"], "deny_patterns": ["push --force"]}"#)
        #expect(policy.judge("echo a | git log").outcome == .allow)
        #expect(policy.judge("echo a; ls").deciding?.rule == .notAllowed(origin: .operator))
        #expect(policy.judge("git push --force").deciding?.rule == .operator(list: .denyPatterns, index: 0))
        #expect(policy.judge("echo $(curl x)").deciding?.rule == .operator(list: .deny, index: 0))
        #expect(policy.judge("$x").deciding?.rule == .unknown(.expandedProgram, origin: .operator))
    }

    @Test("Deny beats ask beats allow, whatever the order in the command")
    func order() throws {
        let policy = try policy(#"{"allow": ["a", "b", "c"], "ask": ["b"], "deny": ["c"], "ask_patterns": ["zz"]}"#)
        #expect(policy.judge("a").outcome == .allow)
        #expect(policy.judge("a; b").outcome == .ask)
        #expect(policy.judge("a zz").outcome == .ask)
        #expect(policy.judge("b; c; b").outcome == .deny)
        #expect(policy.judge("b; c; b").deciding?.program == "c")
    }

    @Test("The operator chooses what becomes of unknown commands")
    func unknown() throws {
        #expect(try policy("{}").judge("$x").outcome == .allow)
        #expect(try policy(#"{"unknown": "deny"}"#).judge("$x").outcome == .deny)
        #expect(try policy(#"{"unknown": "ask"}"#).judge("source f").outcome == .ask)
        #expect(try policy(#"{"allow": ["ls"]}"#).judge("$x").outcome == .deny)
        #expect(try policy(#"{"allow": ["bash"], "unknown": "allow"}"#).judge("bash f").outcome == .allow)
    }

    @Test("A session's fence only narrows")
    func session() throws {
        let policy = try policy(#"{"deny": ["curl"], "builtin": {"shutdown": "ask"}}"#)
        let fence = try SessionFence(allow: ["curl", "ls", "reboot"], deny: ["/bin/ls"])
        #expect(policy.judge("curl x", session: fence).deciding?.rule == .operator(list: .deny, index: 0))
        #expect(policy.judge("ls", session: fence).deciding?.rule == .session(list: .deny, index: 0))
        #expect(policy.judge("cat", session: fence).deciding?.rule == .notAllowed(origin: .session))
        #expect(policy.judge("reboot", session: fence).outcome == .ask)
        #expect(policy.judge("$x", session: fence).outcome == .deny)
        var generator = Generator(state: 5)
        for _ in 0..<60 {
            let command = (0..<3).map { _ in ["curl x", "ls", "cat", "reboot", "$x",
                "rm -rf /"].randomElement(using: &generator)! }.joined(separator: "; ")
            #expect(policy.judge(command, session: fence).outcome >= policy.judge(command).outcome)
        }
        #expect(throws: PolicyError.self) { try SessionFence(allow: ["a b"], deny: []) }
        #expect(throws: PolicyError.self) { try SessionFence(allow: [], deny: Array(repeating: "a", count: 1025)) }
    }

    @Test("A wrong file is refused with the exact place", arguments: [
        (#"[]"#, PolicyError.Fault.wrongType(expected: .object), ""),
        (#"{"alow": []}"#, .unknownField, "alow"),
        (#"{"allow": "ls"}"#, .wrongType(expected: .array), "allow"),
        (#"{"deny": ["a", 1]}"#, .wrongType(expected: .rule), "deny[1]"),
        (#"{"deny": ["git push"]}"#, .badName, "deny[0]"),
        (#"{"deny": [""]}"#, .badName, "deny[0]"),
        (#"{"deny": [{"program": 3}]}"#, .wrongType(expected: .text), "deny[0].program"),
        (#"{"deny": [{"match": []}]}"#, .missingField, "deny[0].program"),
        (#"{"deny": [{"program": "a", "x": 1}]}"#, .unknownField, "deny[0].x"),
        (#"{"deny": [{"program": "a", "match": ["a", "env a", "echo a"]}]}"#, .exampleMissed, "deny[0].match[2]"),
        (#"{"deny": [{"program": "a", "not_match": ["echo a", "sudo a"]}]}"#, .exampleMet, "deny[0].not_match[1]"),
        (#"{"deny_patterns": ["ok", "("]}"#, .badPattern(.syntax(offset: 1)), "deny_patterns[1]"),
        (#"{"ask_patterns": [{"pattern": "x", "match": ["y"]}]}"#, .exampleMissed, "ask_patterns[0].match[0]"),
        (#"{"unknown": "maybe"}"#, .wrongType(expected: .outcome), "unknown"),
        (#"{"builtin": {"nope": "off"}}"#, .unknownBuiltIn, "builtin.nope"),
        (#"{"builtin": {"shutdown": "allow"}}"#, .wrongType(expected: .builtInOutcome), "builtin.shutdown"),
        (#"{"builtin": {"limits": "off"}}"#, .fixedBuiltIn, "builtin.limits"),
    ])
    func wrongFiles(_ text: String, _ fault: PolicyError.Fault, _ path: String) {
        let error = failure(text)
        #expect(error?.fault == fault)
        #expect(error?.path == path)
    }

    @Test("A syntax error has its line and column, and a repeated field is one")
    func syntax() {
        let error = failure("{\n  \"deny\": [,]\n}")
        #expect(error?.fault == .syntax)
        #expect(error?.line == 2)
        #expect(error?.column == 12)
        #expect(failure(#"{"deny": [], "deny": []}"#)?.fault == .syntax)
    }

    @Test("Twenty thousand names load, and the last one decides")
    func manyNames() throws {
        let names = (0..<20_000).map { JSONValue.string("program-\($0)") }
        let file = JSONValue.object(JSONObject([("deny", .array(names))])).serialized()
        let policy = try CommandPolicy(parsing: file, compiler: plainCompiler)
        #expect(policy.judge("sudo program-19999").deciding?.rule == .operator(list: .deny, index: 19_999))
        #expect(policy.judge("sudo program-20000").outcome == .allow)
    }

    @Test("Patterns in groups decide as patterns one by one")
    func groups() throws {
        let patterns = (0..<100).map { "p\($0)x" }
        let text = "{\"deny_patterns\": [\(patterns.map { "\"\($0)\"" }.joined(separator: ","))]}"
        let policy = try policy(text)
        for index in [0, 31, 32, 63, 64, 99] {
            #expect(policy.judge("echo p\(index)x").deciding?.rule == .operator(list: .denyPatterns, index: index))
        }
        #expect(policy.judge("echo p100x").outcome == .allow)
        let many = "{\"deny_patterns\": [\(Array(repeating: "\"a\"", count: 4097).joined(separator: ","))]}"
        #expect(failure(many)?.fault == .tooManyRules(most: 4096))
    }

    @Test("Advice names the rule, the place, the operator's reason and what would be allowed")
    func advice() throws {
        let policy = try policy(#"{"deny": [{"program": "curl", "reason": "No network here."}]}"#)
        let verdict = policy.judge("git log; curl x")
        #expect(verdict.deciding?.offset == 9)
        #expect(verdict.deciding?.reason == "No network here.")
        for part in ["operator:deny[0]", "byte 9", "curl", "No network here.", "would be allowed: git"] {
            #expect(verdict.advice.contains(part), "\(verdict.advice)")
        }
        #expect(CommandPolicy().judge("ls").advice.isEmpty)
    }

    @Test("A name with expansions or a pattern meets the rules it may stand for")
    func patterns() throws {
        let policy = try policy(#"{"deny": ["rm"]}"#)
        for command in ["/bin/r? x", "/bin/r[m] x", "r$@m x", "r${x}m y", "/b*/rm x", "$SUDO rm x"] {
            #expect(policy.judge(command).outcome == .deny, "\(command)")
        }
        for command in ["$x", "$EDITOR file", "/bin/l? x"] {
            #expect(policy.judge(command).outcome == .allow, "\(command)")
        }
    }

    @Test("A function is known after a definition that surely ran, and only then")
    func functions() throws {
        let policy = try policy(#"{"allow": ["echo", "true", "unset", "command"]}"#)
        for command in ["f() { echo a; }; f", "function f { echo; }\nf x"] {
            #expect(policy.judge(command).outcome == .allow, "\(command)")
        }
        for command in [
            "f", "f; f() { echo; }", "(curl() { echo; }); curl x", "true && curl() { echo; }; curl x",
            "curl() { echo; } | echo; curl x",
            "curl() { echo; }; unset -f curl; curl x", "curl() { echo; }; command curl x", "curl() { echo; } & curl x",
            "f() { curl; }",
        ] {
            #expect(policy.judge(command).outcome == .deny, "\(command)")
        }
    }

    @Test("At most sixteen findings are kept, and the outcome counts all")
    func manyFindings() throws {
        let policy = try policy(#"{"ask": ["a"], "deny": ["b"]}"#)
        let verdict = policy.judge(String(repeating: "a; ", count: 100) + "b")
        #expect(verdict.findings.count == 16)
        #expect(verdict.outcome == .deny)
        #expect(verdict.deciding?.program == "b")
    }
}
