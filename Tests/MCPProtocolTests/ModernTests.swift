import JSON
import MCPProtocol
import Testing

@Suite("MCP without a handshake")
struct ModernTests {
    let checker: SchemaChecker

    init() throws { checker = try SchemaChecker.load("2026-07-28") }

    @Test("Discovery and lists match the schema")
    func discovery() throws {
        let client = Client()
        let discovered = try #require(client.modern("d", "server/discover").first)
        #expect(checker.problem(discovered, is: "DiscoverResultResponse") == nil)
        #expect(discovered["result"]?["supportedVersions"] == ["2026-07-28"])
        #expect(discovered["result"]?["capabilities"] == ["tools": ["listChanged": true], "logging": [:]])
        #expect(discovered["result"]?["_meta"]?["io.modelcontextprotocol/serverInfo"]?["name"] == "fixture")
        let list = try #require(client.modern(1, "tools/list").first)
        #expect(checker.problem(list, is: "ListToolsResultResponse") == nil)
        #expect(list["result"]?["ttlMs"] == 1000)
        #expect(list["result"]?["cacheScope"] == "public")
        #expect(list["result"]?["tools"]?[0]?["outputSchema"] != nil)
        #expect(code(client.modern(2, "tools/list", ["cursor": "x"])) == -32602)
    }

    @Test("A call is answered with a complete result")
    func call() throws {
        let client = Client()
        #expect(client.modern(1, "tools/call", ["name": "echo", "arguments": ["text": "t"]]).isEmpty)
        #expect(client.calls[0].revision == .v2026_07_28)
        let answer = try #require(client.finish(client.calls[0], .result(.structured(["text": "t"], meta: ["example.org/k": 1]))).first)
        #expect(checker.problem(answer, is: "CallToolResultResponse") == nil)
        #expect(answer["result"]?["resultType"] == "complete")
        #expect(answer["result"]?["structuredContent"] == ["text": "t"])
        #expect(answer["result"]?["_meta"]?["example.org/k"] == 1)
        #expect(answer["result"]?["_meta"]?["io.modelcontextprotocol/serverInfo"]?["version"] == "1.2.3")
    }

    @Test("What a request carries is checked")
    func meta() throws {
        let client = Client()
        let version = "io.modelcontextprotocol/protocolVersion"
        let capabilities = "io.modelcontextprotocol/clientCapabilities"
        let bad: [JSONObject] = [
            [version: "2026-07-28"], [capabilities: [:]], [version: 5, capabilities: [:]], [version: "2026-07-28", capabilities: []],
            [version: "2026-07-28", capabilities: [:], "io.modelcontextprotocol/logLevel": "loud"],
        ]
        for meta in bad {
            #expect(code(client.request(1, "tools/list", ["_meta": .object(meta)])) == -32602)
        }
        for unserved in ["2025-11-25", "2027-01-01", ""] {
            let answer = client.request(2, "tools/list", ["_meta": .object([version: .string(unserved), capabilities: [:]])])
            #expect(code(answer) == -32022)
            #expect(answer[0]["error"]?["data"] == ["supported": ["2026-07-28"], "requested": .string(unserved)])
            #expect(checker.problem(answer[0], is: "UnsupportedProtocolVersionError") == nil)
        }
        for gone in ["ping", "initialize", "logging/setLevel", "resources/subscribe", "tasks/list", "tasks/result", "resources/list"] {
            #expect(code(client.modern(3, gone)) == -32601)
        }
        #expect(code(client.modern(4, "tools/call", ["name": "none"])) == -32602)
    }

    @Test("Log messages need a level in the request")
    func logs() {
        let client = Client()
        client.modern(1, "tools/call", ["name": "echo"])
        client.modern(2, "tools/call", ["name": "echo"], meta: ["io.modelcontextprotocol/logLevel": "error"])
        #expect(client.take(client.connection.log(.emergency, "x", for: client.calls[0].handle)).isEmpty)
        #expect(client.take(client.connection.log(.warning, "x", for: client.calls[1].handle)).isEmpty)
        let sent = client.take(client.connection.log(.error, "x", for: client.calls[1].handle))
        #expect(sent.count == 1)
        #expect(checker.problem(sent[0], is: "LoggingMessageNotification") == nil)
        #expect(client.take(client.connection.log(.emergency, "x")).isEmpty)
    }

    @Test("A subscription is acknowledged first, hears only what it asked for and ends with a result")
    func subscriptions() throws {
        let client = Client()
        let key = "io.modelcontextprotocol/subscriptionId"
        let ack = client.modern("all", "subscriptions/listen", ["notifications": ["toolsListChanged": true, "promptsListChanged": true]])
        #expect(ack.count == 1)
        #expect(checker.problem(ack[0], is: "SubscriptionsAcknowledgedNotification") == nil)
        #expect(ack[0]["params"] == ["_meta": [key: "all"], "notifications": ["toolsListChanged": true]])
        #expect(client.modern(5, "subscriptions/listen", ["notifications": [:]])[0]["params"]?["notifications"] == [:])
        client.modern(6, "subscriptions/listen", ["notifications": ["toolsListChanged": true]])
        #expect(code(client.modern(6, "tools/list")) == -32600)
        client.cancel(6)
        let heard = client.take(client.connection.changeTools([echoTool]))
        #expect(heard == [["jsonrpc": "2.0", "method": "notifications/tools/list_changed", "params": ["_meta": [key: "all"]]]])
        #expect(checker.problem(heard[0], is: "ToolListChangedNotification") == nil)
        let ended = client.take(client.connection.close())
        #expect(ended.map { $0["id"] } == ["all", 5])
        for answer in ended { #expect(checker.problem(answer, is: "SubscriptionsListenResultResponse") == nil) }
        #expect(ended[1]["result"]?["_meta"]?[key] == 5)
        #expect(client.take(client.connection.close()).isEmpty)
        #expect(code(client.modern(7, "subscriptions/listen")) == -32602)
        #expect(code(client.modern(8, "subscriptions/listen", ["notifications": ["toolsListChanged": 1]])) == -32602)
    }

    @Test("Open subscriptions are bounded")
    func subscriptionLimit() {
        let client = Client(limits: ConnectionLimits(subscriptions: 2))
        for id in 1...2 { client.modern(.int(id), "subscriptions/listen", ["notifications": [:]]) }
        #expect(code(client.modern(3, "subscriptions/listen", ["notifications": [:]])) == -32603)
        client.cancel(1)
        #expect(client.modern(3, "subscriptions/listen", ["notifications": [:]])[0]["method"] != nil)
    }
}
