import JSON
import Testing
import UseRule

@Suite("A rule as text") struct ParsingTests {
    @Test("Everything a rule can say, and its one text")
    func everything() throws {
        let rule = try UseRule(parsing: """
            { "programs": ["psql", "/usr/bin/pg_dump", "psql"], "projects": ["shop"], "ask": {"every": 900},
              "limit": {"uses": 10, "seconds": 3600}, "allow_weak": true, "deliver": "file" }
            """)
        #expect(rule.programs == ["/usr/bin/pg_dump", "psql"])
        #expect(rule.projects == ["shop"])
        #expect(rule.ask == .every(seconds: 900))
        #expect(rule.limit == .init(uses: 10, seconds: 3600))
        #expect(rule.allowsWeakValue && rule.delivery == .file)
        #expect(rule.text == """
            {"allow_weak":true,"ask":{"every":900},"deliver":"file","limit":{"seconds":3600,"uses":10},\
            "programs":["/usr/bin/pg_dump","psql"],"projects":["shop"]}
            """)
        #expect(try UseRule(parsing: "{}") == UseRule() && UseRule().text == "{}")
        #expect(try UseRule(parsing: #"{"ask":"never","allow_weak":false}"#).text == "{}")
        #expect(try UseRule(parsing: #"{"ask":"always"}"#).text == #"{"ask":"always"}"#)
    }

    @Test("What is no rule is refused, with the field that is wrong", arguments: [
        ("[]", .notAnObject), ("null", .notAnObject), ("1", .notAnObject), ("\"\"", .notAnObject),
        (#"{"program":["a"]}"#, .unknownField), (#"{"Ask":"always"}"#, .unknownField), (#"{"":1}"#, .unknownField),
        (#"{"ask":{"every":60,"x":1}}"#, .unknownField), (#"{"limit":{"uses":1,"seconds":1,"x":1}}"#, .unknownField),
        (#"{"programs":"psql"}"#, .wrongType(.programs)), (#"{"programs":null}"#, .wrongType(.programs)),
        (#"{"programs":[1]}"#, .wrongType(.programs)), (#"{"projects":{}}"#, .wrongType(.projects)),
        (#"{"ask":true}"#, .wrongType(.ask)), (#"{"ask":60}"#, .wrongType(.ask)), (#"{"ask":{}}"#, .wrongType(.ask)),
        (#"{"ask":{"every":"60"}}"#, .wrongType(.ask)), (#"{"ask":{"every":6e1}}"#, .wrongType(.ask)),
        (#"{"ask":{"every":60.0}}"#, .wrongType(.ask)), (#"{"limit":10}"#, .wrongType(.limit)),
        (#"{"limit":{"uses":10}}"#, .wrongType(.limit)), (#"{"limit":{"seconds":10}}"#, .wrongType(.limit)),
        (#"{"allow_weak":1}"#, .wrongType(.allowWeak)), (#"{"allow_weak":"true"}"#, .wrongType(.allowWeak)),
        (#"{"deliver":1}"#, .wrongType(.deliver)), (#"{"deliver":null}"#, .wrongType(.deliver)),
        (#"{"deliver":"argument"}"#, .unknownWord(.deliver)), (#"{"ask":"sometimes"}"#, .unknownWord(.ask)),
        (#"{"ask":"every"}"#, .unknownWord(.ask)),
        (#"{"programs":[]}"#, .emptyList(.programs)), (#"{"projects":[]}"#, .emptyList(.projects)),
        (#"{"ask":{"every":0}}"#, .outOfRange(.ask)), (#"{"ask":{"every":-60}}"#, .outOfRange(.ask)),
        (#"{"ask":{"every":-0}}"#, .outOfRange(.ask)), (#"{"ask":{"every":31622401}}"#, .outOfRange(.ask)),
        (#"{"ask":{"every":9223372036854775807}}"#, .outOfRange(.ask)),
        (#"{"ask":{"every":9223372036854775808}}"#, .outOfRange(.ask)),
        (#"{"limit":{"uses":0,"seconds":1}}"#, .outOfRange(.limit)), (#"{"limit":{"uses":1,"seconds":0}}"#, .outOfRange(.limit)),
        (#"{"limit":{"uses":1000001,"seconds":1}}"#, .outOfRange(.limit)),
        (#"{"limit":{"uses":-9223372036854775808,"seconds":1}}"#, .outOfRange(.limit)),
    ] as [(String, UseRuleError)])
    func refused(text: String, error: UseRuleError) {
        #expect(throws: error) { _ = try UseRule(parsing: text) }
        #expect(!error.explanation.isEmpty)
    }

    @Test("Hostile JSON is an error of its own, soon", arguments: [
        "", " ", "{", "{}{}", #"{"ask":"always","ask":"never"}"#, "{\"ask\":\"\u{1}\"}", #"{"programs":["\ud800"]}"#,
        String(repeating: "[", count: 100_000), #"{"programs":["# + String(repeating: "[", count: 100_000),
        #"{"ask":{"every":"# + String(repeating: "9", count: 100_000) + "}}",
        #"{"programs":["# + String(repeating: "\"a\",", count: 200_000) + "\"a\"]}",
        "{" + (0..<1000).map { "\"a\($0)\":1" }.joined(separator: ",") + "}",
        #"{"programs":[""# + String(repeating: "a", count: 2 << 20) + "\"]}",
    ])
    func hostile(text: String) {
        let error = #expect(throws: UseRuleError.self) { _ = try UseRule(parsing: text) }
        guard case .notJSON? = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }

    @Test("Programs are file names or plain absolute paths", arguments: [
        ("psql", true), ("g++", true), ("my tool", true), ("/usr/bin/psql", true), ("/psql", true), ("ü", true), ("-x", true),
        ("...", true), ("/a/.b/..c", true), (String(repeating: "a", count: 255), true),
        ("/" + String(repeating: "a/", count: 2046) + "a", true),
        ("", false), (".", false), ("..", false), ("/", false), ("bin/psql", false), ("./psql", false), ("psql/", false),
        ("/usr/bin/", false), ("/usr//psql", false), ("//psql", false), ("/usr/./psql", false), ("/usr/../psql", false), ("/..", false),
        ("a\nb", false), ("a\0", false), ("a\u{7F}", false), ("/x/\u{1B}[31m", false), ("a\u{202E}lqsp", false), ("a\u{200B}", false),
        ("a\u{2028}b", false), ("\u{E000}", false), (String(repeating: "a", count: 256), false),
        ("/" + String(repeating: "a", count: 256), false), ("/" + String(repeating: "a/", count: 2047) + "a", false),
        // A slash that carries an accent is a slash to the kernel.
        ("/bin/\u{338}../psql", true), ("/bin/x/\u{338}/../psql", false), ("a/\u{338}b", false),
    ])
    func programs(name: String, isGood: Bool) throws {
        var rule = UseRule()
        rule.programs = ["sh", name]
        if isGood { _ = try rule.checked() } else { #expect(throws: UseRuleError.badName(.programs)) { _ = try rule.checked() } }
    }

    @Test("Projects are names or ids", arguments: [
        ("shop", true), ("büro-2.x_y", true), (String(repeating: "a", count: 100), true),
        ("", false), ("a b", false), ("a/b", false), ("a\t", false), ("\u{3000}", false), ("a\u{202E}", false),
        (String(repeating: "a", count: 101), false),
    ])
    func projects(name: String, isGood: Bool) throws {
        var rule = UseRule()
        rule.projects = [name]
        if isGood { _ = try rule.checked() } else { #expect(throws: UseRuleError.badName(.projects)) { _ = try rule.checked() } }
    }

    @Test("The longest rule there can be is read back; a longer one is refused")
    func longest() throws {
        var rule = UseRule()
        let path = "/" + (0..<15).map { _ in String(repeating: "\\", count: 255) }.joined(separator: "/")
        rule.programs = (10..<10 + UseRule.mostNames).map { path + "/\"\($0)" }
        rule.projects = (10..<10 + UseRule.mostNames).map { String(repeating: "\"", count: 98) + String($0) }
        rule.ask = .every(seconds: UseRule.longestSeconds)
        rule.limit = .init(uses: UseRule.mostUses, seconds: UseRule.longestSeconds)
        #expect(try UseRule(parsing: rule.text) == rule)
        rule.programs?.append("one-more")
        #expect(throws: UseRuleError.tooMany(.programs)) { _ = try rule.checked() }
    }

    @Test("Generated rules come back from their text, and their text from them")
    func roundTrip() throws {
        var dice = Dice(state: 11)
        for _ in 0..<5_000 {
            let rule = try dice.rule().checked()
            let read = try UseRule(parsing: rule.text)
            #expect(read == rule && read.text == rule.text)
            #expect(try JSONParser.parse(rule.text).canonicalBytes() == Array(rule.text.utf8))
        }
    }

    @Test("A text with one byte changed is refused, or is a rule whose text is read back")
    func mutations() throws {
        var dice = Dice(state: 13)
        var refused = 0
        for _ in 0..<20_000 {
            var bytes = Array(try dice.rule().checked().text.utf8)
            bytes[Int.random(in: 0..<bytes.count, using: &dice)] = UInt8.random(in: 0...255, using: &dice)
            do {
                let rule = try UseRule(parsing: String(decoding: bytes, as: UTF8.self))
                #expect(try UseRule(parsing: rule.text) == rule)
            } catch {
                refused += 1
            }
        }
        #expect(refused > 5_000)
    }
}
