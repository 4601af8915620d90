import JSON
import MCPProtocol
import Testing

@Suite("MCP life cycle")
struct LifeCycleTests {
    @Test("Initialize echoes served versions and offers the newest with a handshake for all others", arguments: [
        ("2024-11-05", "2024-11-05"), ("2025-03-26", "2025-03-26"), ("2025-06-18", "2025-06-18"),
        ("2025-11-25", "2025-11-25"), ("2026-07-28", "2025-11-25"), ("1999-01-01", "2025-11-25"), ("", "2025-11-25"),
    ])
    func negotiation(requested: String, agreed: String) throws {
        let client = Client()
        let answer = try #require(client.initialize(requested))
        let result = try #require(answer["result"])
        #expect(result["protocolVersion"]?.string == agreed)
        #expect(result["capabilities"] == ["tools": ["listChanged": true], "logging": [:]])
        #expect(result["instructions"] == "Echo.")
        #expect(result["serverInfo"]?["title"] == (agreed >= "2025-06-18" ? "Fixture" : nil))
        #expect(result["serverInfo"]?["websiteUrl"] == (agreed >= "2025-11-25" ? "https://example.org" : nil))
        #expect(try SchemaChecker.load(agreed).problem(result, is: "InitializeResult") == nil)
    }

    @Test("A broken initialize is refused and a later one works; a second is refused")
    func initializeAgain() {
        let client = Client()
        #expect(code(client.request(1, "initialize")) == -32602)
        #expect(code(client.request(2, "initialize", ["protocolVersion": 5])) == -32602)
        #expect(code(client.request(3, "initialize", [1])) == -32602)
        #expect(client.initialize("2025-06-18")?["result"] != nil)
        #expect(code(client.request(4, "initialize", ["protocolVersion": "2024-11-05"])) == -32600)
        #expect(client.request(5, "tools/list").first?["result"]?["tools"]?[0]?["title"] == "Echo")
    }

    @Test("Before a handshake only ping is answered, and the refusal names both ways in")
    func beforeHandshake() throws {
        let client = Client()
        #expect(client.request(1, "ping") == [["jsonrpc": "2.0", "id": 1, "result": [:]]])
        for method in ["tools/list", "tools/call", "server/discover", "nonsense"] {
            let answers = client.request(2, method)
            #expect(code(answers) == -32602)
            let message = try #require(answers[0]["error"]?["message"]?.string)
            #expect(message.contains("initialize") && message.contains("2026-07-28"))
        }
        #expect(client.send(["jsonrpc": "2.0", "method": "notifications/initialized"]).isEmpty)
        #expect(client.initialize("2024-11-05")?["result"] != nil)
        #expect(client.request(3, "ping").first?["result"] == [:])
    }

    @Test("Both eras work in one process in any order")
    func bothEras() {
        let client = Client()
        #expect(client.modern("probe", "server/discover").first?["result"]?["resultType"] == "complete")
        #expect(client.initialize("2025-06-18")?["result"] != nil)
        #expect(client.request(1, "tools/list").first?["result"]?["resultType"] == nil)
        #expect(client.modern(2, "tools/list").first?["result"]?["resultType"] == "complete")
        #expect(code(client.request(3, "server/discover")) == -32601)
        #expect(code(client.request(4, "subscriptions/listen", ["notifications": [:]])) == -32601)
        #expect(client.request(5, "ping").first?["result"] == [:])
    }

    @Test("Methods that are not served are unknown", arguments: ["2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25"])
    func unknownMethods(version: String) {
        let client = Client()
        client.initialize(version)
        for method in ["resources/list", "prompts/list", "completion/complete", "tasks/list", "", "tools", "rpc.discover"] {
            #expect(code(client.request(.string(method), method)) == -32601)
            #expect(client.sent.last?["id"] == .string(method))
        }
    }

    @Test("A request is named by its id exactly as it was written", arguments: [
        "0", "-1", "9223372036854775807", "-9223372036854775808", "18446744073709551615", "\"\"", "\"a\\u0000b\"",
        "\"漢字 😀\"", "\"1\"",
    ])
    func ids(id: String) throws {
        let client = Client()
        let answer = client.send(text: #"{"jsonrpc":"2.0","id":\#(id),"method":"ping"}"#)
        let expected = try JSONParser.parse(id)
        #expect(answer.first?["id"]?.serialized() == expected.serialized())
    }

    @Test("A long id comes back, a longer one than is reasonable is refused")
    func longIDs() {
        let client = Client()
        let long = JSONValue.string(String(repeating: "i", count: 10_000))
        #expect(client.request(long, "ping").first?["id"] == long)
        #expect(code(client.request(.string(String(repeating: "i", count: 100_000)), "ping")) == -32600)
    }

    @Test("What is no message gets the right code and no id", arguments: [
        ("nonsense", -32700), ("{\"jsonrpc\":\"2.0\",", -32700), ("{\"id\":1,}", -32700), ("NaN", -32700), ("\0", -32700),
        ("1", -32600), ("\"text\"", -32600), ("null", -32600), ("true", -32600), ("{}", -32600), ("[]", -32600),
        ("[{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"}]", -32600),
        ("{\"jsonrpc\":\"2.0\",\"id\":null,\"method\":\"ping\"}", -32600),
        ("{\"jsonrpc\":\"2.0\",\"id\":1.5,\"method\":\"ping\"}", -32600),
        ("{\"jsonrpc\":\"2.0\",\"id\":1.0,\"method\":\"ping\"}", -32600),
        ("{\"jsonrpc\":\"2.0\",\"id\":true,\"method\":\"ping\"}", -32600),
        ("{\"jsonrpc\":\"2.0\",\"id\":[1],\"method\":\"ping\"}", -32600),
        ("{\"jsonrpc\":\"2.0\",\"id\":{},\"method\":\"ping\"}", -32600),
    ])
    func noMessage(line: String, expected: Int) {
        let client = Client()
        let answers = client.send(text: line)
        #expect(code(answers) == expected)
        #expect(answers.first?["id"] == nil)
    }

    @Test("A readable request that is wrong gets its id back", arguments: [
        ("{\"id\":7,\"method\":\"ping\"}", -32600), ("{\"jsonrpc\":\"1.0\",\"id\":7,\"method\":\"ping\"}", -32600),
        ("{\"jsonrpc\":\"2.0\",\"id\":7}", -32600), ("{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":5}", -32600),
        ("{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"tools/list\",\"params\":[]}", -32602),
        ("{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"tools/list\",\"params\":null}", -32602),
        ("{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"tools/list\",\"params\":{\"cursor\":\"x\"}}", -32602),
        ("{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"tools/list\",\"params\":{\"cursor\":\"\"}}", -32602),
        ("{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"tools/list\",\"params\":{\"cursor\":5}}", -32602),
        ("{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"logging/setLevel\",\"params\":{\"level\":\"loud\"}}", -32602),
        ("{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"logging/setLevel\"}", -32602),
        ("{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"tools/call\"}", -32602),
        ("{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"tools/call\",\"params\":{\"name\":5}}", -32602),
        ("{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"tools/call\",\"params\":{\"name\":\"none\"}}", -32602),
        ("{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"tools/call\",\"params\":{\"name\":\"echo\",\"arguments\":[]}}", -32602),
        ("{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"tools/call\",\"params\":{\"name\":\"echo\",\"_meta\":5}}", -32602),
        ("{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"tools/call\",\"params\":{\"name\":\"echo\",\"_meta\":{\"progressToken\":[]}}}", -32602),
    ])
    func wrongRequest(line: String, expected: Int) throws {
        let client = Client()
        client.initialize("2025-11-25")
        let answers = client.send(text: line)
        #expect(code(answers) == expected)
        #expect(answers.first?["id"] == 7)
        #expect(client.calls.isEmpty)
        #expect(try SchemaChecker.load("2025-11-25").problem(answers[0], is: "JSONRPCErrorResponse") == nil)
    }

    @Test("Notifications and responses are never answered", arguments: [
        "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/initialized\"}", "{\"jsonrpc\":\"2.0\",\"method\":\"nonsense\"}",
        "{\"method\":\"nonsense\"}", "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/cancelled\"}",
        "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/cancelled\",\"params\":[]}",
        "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/cancelled\",\"params\":{\"requestId\":99}}",
        "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/cancelled\",\"params\":{\"requestId\":null}}",
        "{\"jsonrpc\":\"2.0\",\"method\":\"tools/call\",\"params\":{\"name\":\"echo\"}}",
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{}}", "{\"jsonrpc\":\"2.0\",\"id\":null,\"error\":{\"code\":1,\"message\":\"\"}}",
        "{\"result\":{}}",
    ])
    func unanswered(line: String) {
        for version in ["", "2025-03-26", "2025-11-25"] {
            let client = Client()
            if !version.isEmpty { client.initialize(version) }
            #expect(client.send(text: line).isEmpty)
            #expect(client.calls.isEmpty)
        }
    }
}
