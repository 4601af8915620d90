import Foundation
import ConfigText
import JSON
import Testing

@Suite("JSON and JSONC edits keep every other byte")
struct JSONConfigTests {
    private let path = ["mcpServers", "execkit"]
    private let entry: JSONValue = ["command": "/bin/x", "args": []]

    private func edit(_ input: String, _ path: [String]? = nil, _ new: JSONValue? = nil) throws -> String {
        text(try JSONConfig(Array(input.utf8)).setting(path ?? self.path, to: new ?? entry))
    }

    private static let insertions: [(String, String)] = [
        ("{}", "{\n  \"mcpServers\": {\n    \"execkit\": {\n      \"command\": \"/bin/x\",\n      \"args\": []\n    }\n  }\n}"),
        ("", "{\n  \"mcpServers\": {\n    \"execkit\": {\n      \"command\": \"/bin/x\",\n      \"args\": []\n    }\n  }\n}\n"),
        ("{\"a\":1}", "{\"a\":1, \"mcpServers\": {\"execkit\": {\"command\": \"/bin/x\", \"args\": []}}}"),
        ("{\"mcpServers\":{}}\n", "{\"mcpServers\":{\"execkit\": {\"command\": \"/bin/x\", \"args\": []}}}\n"),
        (
            "{\r\n\t\"mcpServers\": {\r\n\t\t\"a\": {}, // last\r\n\t},\r\n}",
            "{\r\n\t\"mcpServers\": {\r\n\t\t\"a\": {}, // last\r\n\t\t\"execkit\": {\r\n\t\t\t\"command\": \"/bin/x\",\r\n\t\t\t\"args\": []\r\n\t\t},\r\n\t},\r\n}"
        ),
        (
            "\u{FEFF}{\n    \"mcpServers\": { /* none */ }\n}\n",
            "\u{FEFF}{\n    \"mcpServers\": { /* none */\n        \"execkit\": {\n            \"command\": \"/bin/x\",\n            \"args\": []\n        }\n     }\n}\n"
        ),
        ("// note", "// note\n{\n  \"mcpServers\": {\n    \"execkit\": {\n      \"command\": \"/bin/x\",\n      \"args\": []\n    }\n  }\n}\n"),
    ]

    @Test("A member goes behind the last one, in the style around it", arguments: insertions)
    func insertion(_ input: String, _ output: String) throws {
        let result = try edit(input)
        if input.contains("none") {
            // The blank before the brace stays, so only the parts around it are compared.
            #expect(isSubsequence(Array(input.utf8), of: Array(result.utf8)))
            #expect(try JSONConfig(Array(result.utf8)).value(at: path) == entry)
        } else {
            #expect(result == output)
        }
    }

    @Test("A value that is there is replaced, and only it")
    func replacement() throws {
        #expect(try edit("{ \"a\" : [1, 2] , \"b\":2}", ["a"], 3) == "{ \"a\" : 3 , \"b\":2}")
        #expect(try edit("{\n  \"a\": 1, // x\n}", ["a"], ["b": true]) == "{\n  \"a\": {\n    \"b\": true\n  }, // x\n}")
    }

    @Test("An equal value leaves every byte, also when it is spelled otherwise")
    func equal() throws {
        let input = "{\"mcpServers\": {\"execkit\": {\"args\": [ ], /* x */ \"comm\\u0061nd\": \"/bin/x\"}}}"
        #expect(try edit(input) == input)
    }

    @Test("Claude's per-project place can be set")
    func nested() throws {
        let result = try edit("{\n  \"projects\": {\n    \"/a b\": {\"x\": 1}\n  }\n}\n", ["projects", "/a b", "mcpServers", "execkit"], 1)
        #expect(result == "{\n  \"projects\": {\n    \"/a b\": {\"x\": 1, \"mcpServers\": {\"execkit\": 1}}\n  }\n}\n")
    }

    @Test("What is not JSON is refused", arguments: [
        "{", "{]", "[1", "{\"a\" 1}", "{\"a\":1 \"b\":2}", "{,}", "{\"a\":,}", "[,]", "{\"a\":1,,}", "{'a':1}", "{a:1}", "{} {}",
        "{\"a\":1} x", "/* {}", "{\"a\":\"\\x\"}", "{\"a\":01}", "{\"a\":1}/", "{\"a\":\"b\n\"}", "# yaml: true",
    ])
    func malformed(_ input: String) {
        #expect(throws: ConfigTextError.self) { try JSONConfig(Array(input.utf8)) }
    }

    @Test("Bytes that are not UTF-8, and UTF-16, are refused")
    func encoding() {
        #expect(throws: ConfigTextError.self) { try JSONConfig([0x7B, 0x22, 0xFF, 0x22, 0x3A, 0x31, 0x7D]) }
        #expect(throws: ConfigTextError.self) { try JSONConfig([0xFF, 0xFE, 0x7B, 0, 0x7D, 0]) }
    }

    @Test("A repeated key is refused, anywhere", arguments: [#"{"a":1,"a":2}"#, #"{"x":{"a":1,"\u0061":2}}"#])
    func repeated(_ input: String) {
        #expect { try JSONConfig(Array(input.utf8)) } throws: { error in
            guard case .notJSON(let cause)? = error as? ConfigTextError else { return false }
            return cause.kind == .duplicateKey
        }
    }

    @Test("A place that is no object is refused", arguments: [
        ("[]", 0), ("1", 0), ("{\"mcpServers\": []}", 1), ("{\"mcpServers\": null}", 1), ("{\"mcpServers\": \"x\"}", 1),
    ])
    func otherForm(_ input: String, _ depth: Int) {
        #expect(throws: ConfigTextError.otherForm(depth: depth)) { try edit(input) }
    }

    @Test("Random documents: the edit says what its twin says, and no other byte changes")
    func property() throws {
        var insertions = 0
        var replacements = 0
        for seed in 0..<600 as Range<UInt64> {
            var generator = RandomJSONC(seed: seed)
            let value = generator.document()
            let input = generator.text
            let config = try JSONConfig(Array(input.utf8))
            #expect(config.value == value, "\(input)")
            let path = generator.path(in: value)
            let new: JSONValue = [["x": ["y", 1], "z": [:]], "marker", [["a": 1]]].randomElement(using: &generator.random)!
            let output = try config.setting(path, to: new)
            let again = try JSONConfig(output)
            #expect(again.value == twin(value, path[...], new), "\(input)\n\(text(output))")
            #expect(try again.setting(path, to: new) == output, "not stable")
            if let old = config.value(at: path)?.string {
                replacements += 1
                let parts = input.components(separatedBy: "\"\(old)\"")
                #expect(parts.count == 2)
                #expect(output.starts(with: parts[0].utf8) && output.reversed().starts(with: parts[1].utf8.reversed()))
            } else {
                insertions += 1
                #expect(isSubsequence(config.bytes, of: output), "\(input)\n\(text(output))")
            }
        }
        #expect(insertions > 100 && replacements > 40)
    }

    @Test("Random damage never traps: it is refused or edited into what its twin says")
    func damage() throws {
        var random = Seeded(state: 7)
        for seed in 0..<300 as Range<UInt64> {
            var generator = RandomJSONC(seed: seed)
            _ = generator.document()
            var bytes = Array(generator.text.utf8)
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                let at = Int.random(in: 0..<bytes.count, using: &random)
                bytes[at] = Array("{}[]\",:/*\\\n 1".utf8).randomElement(using: &random)!
            }
            guard let config = try? JSONConfig(bytes), let output = try? config.setting(["new"], to: 1) else { continue }
            #expect(try JSONConfig(output).value == twin(config.value, ["new"], 1))
        }
    }
}
