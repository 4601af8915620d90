import ConfigText
import Foundation
import JSON
import Testing

@Suite("TOML edits keep every other byte")
struct TOMLConfigTests {
    private let path = ["mcp_servers", "execkit"]
    private let pairs: JSONObject = ["command": "/bin/x", "args": ["a \"b\""]]
    private let element: JSONObject = ["name": "execkit", "command": "/bin/x"]

    private func table(_ input: String) throws -> String {
        text(try TOMLConfig(Array(input.utf8)).setting(table: path, pairs))
    }

    private func array(_ input: String) throws -> String {
        text(try TOMLConfig(Array(input.utf8)).setting(arrayOfTables: ["mcp_servers"], matching: "name", element))
    }

    private static let new = "[mcp_servers.execkit]\ncommand = \"/bin/x\"\nargs = [\"a \\\"b\\\"\"]\n"
    private static let newElement = "[[mcp_servers]]\nname = \"execkit\"\ncommand = \"/bin/x\"\n"

    private static let appendedCases: [(String, String)] = [
        ("", new), ("a = 1", "a = 1\n\n" + new), ("a = 1 # x\n[b]\n", "a = 1 # x\n[b]\n\n" + new),
        ("a = 1\r\n", "a = 1\r\n\r\n" + new.replacingOccurrences(of: "\n", with: "\r\n")),
        ("[mcp_servers]\nother.command = 'x'\n", "[mcp_servers]\nother.command = 'x'\n\n" + new),
        ("[mcp_servers.execkit.env]\nA = '1'\n", "[mcp_servers.execkit.env]\nA = '1'\n\n" + new),
        ("[mcp_servers.other]\ncommand = \"\"\"\n[mcp_servers.execkit]\n\"\"\"\n", "[mcp_servers.other]\ncommand = \"\"\"\n[mcp_servers.execkit]\n\"\"\"\n\n" + new),
    ]

    @Test("A missing table goes to the end", arguments: appendedCases)
    func appended(_ input: String, _ output: String) throws { #expect(try table(input) == output) }

    @Test("Keys of a table that is there are replaced or added, the rest stays")
    func edited() throws {
        let input = "[ mcp_servers . \"execkit\" ] # mine\ncommand = '/old' # why\nenv = { A = \"1\" }\n\n[next]\na = 1\n"
        let output = "[ mcp_servers . \"execkit\" ] # mine\ncommand = \"/bin/x\" # why\nenv = { A = \"1\" }\nargs = [\"a \\\"b\\\"\"]\n\n[next]\na = 1\n"
        #expect(try table(input) == output)
        #expect(try table(output) == output)
        #expect(try table("[mcp_servers.execkit]") == "[mcp_servers.execkit]\ncommand = \"/bin/x\"\nargs = [\"a \\\"b\\\"\"]")
    }

    private static let arraysCases: [(String, String)] = [
        ("", newElement), ("mcp_servers = []\n", "mcp_servers = [{ name = \"execkit\", command = \"/bin/x\" }]\n"),
        ("[[mcp_servers]]\nname = 'other'\n", "[[mcp_servers]]\nname = 'other'\n\n" + newElement),
        (
            "[[mcp_servers]]\nname = 'other'\ncommand = 'y'\n[[mcp_servers]]\nname = 'execkit'\ncommand = 'y' # x\nenv = {}\n",
            "[[mcp_servers]]\nname = 'other'\ncommand = 'y'\n[[mcp_servers]]\nname = \"execkit\"\ncommand = \"/bin/x\" # x\nenv = {}\n"
        ),
    ]

    @Test("An element of an array of tables is found by its name, or added", arguments: arraysCases)
    func arrays(_ input: String, _ output: String) throws { #expect(try array(input) == output) }

    @Test("Other forms of the same place are refused", arguments: [
        "mcp_servers = { execkit = { command = 'x' } }", "mcp_servers.execkit.command = 'x'", "[mcp_servers]\nexeckit = {}",
        "[mcp_servers]\nexeckit.command = 'x'", "[[mcp_servers]]\nname = 'x'", "[[mcp_servers.execkit]]\n",
        "[mcp_servers.execkit]\ncommand.x = 1",
    ])
    func otherForms(_ input: String) throws {
        #expect {
            try table(input)
        } throws: { error in
            if case .otherForm? = error as? ConfigTextError { return true }
            return false
        }
    }

    @Test("Other forms of the array are refused", arguments: ["[mcp_servers]\n", "mcp_servers = [{ name = 'x' }]", "mcp_servers.a = 1", "[mcp_servers.a]"])
    func otherArrayForms(_ input: String) { #expect(throws: ConfigTextError.otherForm(depth: 1)) { try array(input) } }

    @Test("What is not TOML is refused", arguments: [
        "a", "a =", "= 1", "[a", "[a]]", "[[a]", "a = 1 b = 2", "a = \"x", "a = 'x\n'", "a = [1", "a = {b = 1", "a = [1 2]", "{}",
        "a = \"\"\"x", "[]", "[a..b]", "a = {b = 1,, c = 2}", "\"a\\x\" = 1", "a = ]",
    ])
    func malformed(_ input: String) { #expect(throws: ConfigTextError.notTOML(line: 1)) { try TOMLConfig(Array(input.utf8)) } }

    @Test("A repeated key or table is refused, with its line", arguments: [
        ("a = 1\n'a' = 2", 2), ("[a]\n[b]\n[a]", 3), ("[a]\n\n[[a]]", 3), ("[[a]]\n[a]", 2), ("[[a]]\n[a.b]\n[a.b]", 3), ("x = '''\n\n'''\nx = 1", 4),
        ("a = {b = 1, b = 2}", 1),
    ])
    func repeated(_ input: String, _ line: Int) {
        #expect(throws: ConfigTextError.repeatedKey(line: line)) { try TOMLConfig(Array(input.utf8)) }
    }

    @Test("Tables below each element of an array are no repeats, and strings may hold quotes and brackets")
    func accepted() throws {
        for input in [
            "[[a]]\n[a.b]\n[[a]]\n[a.b]\n", "a = \"\"\"\"x\"\"\"\"\"\nb = 1", "a = '''it's'''", "d = 1979-05-27 07:32:00Z # x", "a = [ # c\n 1,\n]\n",
            "a = {}\nb = -0x1f\nc = +inf\n3.14 = \"pi\"", "\"\" = 1", "a = \"\"\"x \\\n  y\"\"\"",
        ] {
            let output = try TOMLConfig(Array(input.utf8)).setting(table: ["new"], ["x": 1])
            #expect(text(output).hasSuffix("\n\n[new]\nx = 1\n") && text(output).hasPrefix(input))
        }
    }

    @Test("Null is not representable")
    func null() throws {
        #expect(throws: ConfigTextError.notRepresentable) { try TOMLConfig([]).setting(table: ["a"], ["b": nil]) }
    }

    // MARK: random documents

    private struct Case {
        var input = ""
        var isArray = false
    }

    private func random(_ seed: UInt64) -> Case {
        var random = Seeded(state: seed)
        var result = Case()
        result.isArray = Bool.random(using: &random)
        let lineEnd = ["\n", "\r\n"].randomElement(using: &random)!
        let values = [
            "1", "'it'", "\"q\\\"uote # [x]\"", "[1, 2, # c\(lineEnd)  [3],\(lineEnd)]", "{ a = 1, 'b c' = [2] }", "'''\(lineEnd)[fake]\(lineEnd)'''",
            "true", "1979-05-27T07:32:00", "-1.5e3", "\"\"\"a \"b\" c\"\"\"",
        ]
        func pairs() -> String {
            var out = ""
            for index in 0..<Int.random(in: 0...3, using: &random) {
                let key = ["k\(index)", "\"q \(index)\"", "'l.\(index)'", "d\(index).e"].randomElement(using: &random)!
                out += ["", "  "].randomElement(using: &random)! + key + [" = ", "="].randomElement(using: &random)!
                out += values.randomElement(using: &random)! + ["", " # note"].randomElement(using: &random)! + lineEnd
            }
            return out
        }
        result.input = pairs()
        var headers = ["[a]", "[a.b]", "[[list]]", "[ \"x y\" ]", "[[list]]"]
        headers += result.isArray
            ? ["[[mcp_servers]]\(lineEnd)name = 'other'", "[[mcp_servers]]\(lineEnd)name = \"execkit\" # us"]
            : ["[mcp_servers.other]", "[mcp_servers.execkit]", "[mcp_servers.execkit.env]"]
        for header in headers where Bool.random(using: &random) {
            result.input += "# about\(lineEnd)" + header + lineEnd + pairs() + lineEnd
        }
        if Bool.random(using: &random), result.input.hasSuffix(lineEnd) { result.input.removeLast(1) }
        return result
    }

    @Test("Random documents: nothing is lost, a second edit changes nothing, and Python reads what was wanted")
    func property() throws {
        var cases: [[String: Any]] = []
        for seed in 0..<300 as Range<UInt64> {
            let sample = random(seed)
            let config = try TOMLConfig(Array(sample.input.utf8))
            let output: [UInt8]
            if sample.isArray {
                output = try config.setting(arrayOfTables: ["mcp_servers"], matching: "name", element)
                #expect(try TOMLConfig(output).setting(arrayOfTables: ["mcp_servers"], matching: "name", element) == output)
            } else {
                output = try config.setting(table: path, pairs)
                #expect(try TOMLConfig(output).setting(table: path, pairs) == output)
            }
            let unquoted = sample.input.replacingOccurrences(of: "\"execkit\"", with: "")
            #expect(isSubsequence(Array(unquoted.utf8), of: output), "\(sample.input)")
            cases.append(["before": sample.input, "after": text(output), "array": sample.isArray])
        }
        try checkWithPython(cases)
    }

    /// Python's own reader must see the document as before, with the entry set. Without Python 3.11 there is no second
    /// opinion, and the checks above stand alone.
    private func checkWithPython(_ cases: [[String: Any]]) throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("toml-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let file = folder.appendingPathComponent("cases.json")
        try JSONSerialization.data(withJSONObject: cases).write(to: file)
        let program = """
            import json, sys
            try:
                import tomllib
            except ImportError:
                sys.exit(0)
            for case in json.load(open(sys.argv[1], encoding="utf-8")):
                before, after = tomllib.loads(case["before"]), tomllib.loads(case["after"])
                if case["array"]:
                    servers = before.setdefault("mcp_servers", [])
                    if not any(s["name"] == "execkit" for s in servers):
                        servers.append({"name": "execkit"})
                    next(s for s in servers if s["name"] == "execkit")["command"] = "/bin/x"
                else:
                    before.setdefault("mcp_servers", {}).setdefault("execkit", {}).update(command="/bin/x", args=['a "b"'])
                if before != after:
                    print(json.dumps(case))
                    sys.exit(3)
            """
        let python = Process()
        python.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        python.arguments = ["python3", "-I", "-c", program, file.path]
        python.standardInput = FileHandle.nullDevice
        try python.run()
        python.waitUntilExit()
        // 127: no Python here.
        #expect([0, 127].contains(python.terminationStatus))
    }
}
