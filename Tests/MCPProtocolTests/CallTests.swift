import JSON
import MCPProtocol
import Testing

@Suite("MCP tool calls")
struct CallTests {
    static let legacy = ["2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25"]

    func callParams(meta: JSONValue? = nil) -> JSONValue {
        var params: JSONObject = ["name": "echo", "arguments": ["text": "hi"]]
        if let meta { params["_meta"] = meta }
        return .object(params)
    }

    @Test("Lists and results have the fields of their revision and match its schema", arguments: legacy)
    func legacyFields(version: String) throws {
        let checker = try SchemaChecker.load(version)
        let client = Client()
        client.initialize(version)
        let list = try #require(client.request(1, "tools/list").first?["result"])
        #expect(checker.problem(list, is: "ListToolsResult") == nil)
        let tool = try #require(list["tools"]?[0])
        let isStructured = version >= "2025-06-18"
        #expect(tool.object?.contains("title") == isStructured)
        #expect(tool.object?.contains("outputSchema") == isStructured)
        #expect(tool.object?.contains("annotations") == (version >= "2025-03-26"))

        #expect(client.request("call", "tools/call", callParams()).isEmpty)
        let call = try #require(client.calls.last)
        #expect(call.name == "echo" && call.arguments == ["text": "hi"] && !call.wantsProgress && !call.canElicit)
        let answer = try #require(client.finish(call, .result(.structured(["text": "hi"]))).first)
        #expect(answer["id"] == "call")
        let result = try #require(answer["result"])
        #expect(checker.problem(result, is: "CallToolResult") == nil)
        #expect(result["content"] == [["type": "text", "text": "{\"text\":\"hi\"}"]])
        #expect(result["structuredContent"] == (isStructured ? ["text": "hi"] : nil))
        #expect(result["resultType"] == nil)

        client.request(3, "tools/call", callParams())
        let failure = client.finish(client.calls[1], .result(.failure("no"))).first?["result"]
        #expect(failure == ["content": [["type": "text", "text": "no"]], "isError": true])
        client.request(4, "tools/call", callParams())
        #expect(code(client.finish(client.calls[2], .error(.internal("broken")))) == -32603)
        #expect(client.connection.callsInFlight == 0)
    }

    @Test("Missing and null arguments are an empty object")
    func noArguments() {
        let client = Client()
        client.initialize("2025-11-25")
        client.request(1, "tools/call", ["name": "echo"])
        client.request(2, "tools/call", ["name": "echo", "arguments": nil, "task": ["ttl": 5]])
        #expect(client.calls.map(\.arguments) == [[:], [:]])
    }

    @Test("A call ends once, and an id is free again afterwards")
    func onceOnly() {
        let client = Client()
        client.initialize("2025-11-25")
        client.request(1, "tools/call", callParams())
        #expect(code(client.request(1, "tools/call", callParams())) == -32600)
        #expect(code(client.request(1, "ping")) == -32600)
        #expect(client.calls.count == 1)
        #expect(client.finish(client.calls[0], .result(.text("a"))).count == 1)
        #expect(client.finish(client.calls[0], .result(.text("b"))).isEmpty)
        client.request(1, "tools/call", callParams())
        #expect(client.calls.count == 2)
        #expect(client.finish(client.calls[0], .result(.text("stale"))).isEmpty)
        #expect(client.finish(client.calls[1], .result(.text("c"))).first?["result"]?["content"]?[0]?["text"] == "c")
    }

    @Test("A cancelled call is never answered and everything about it is dropped")
    func cancellation() {
        for isModern in [false, true] {
            let client = Client()
            if isModern {
                client.modern("x", "tools/call", ["name": "echo"], meta: ["progressToken": 1, "io.modelcontextprotocol/logLevel": "debug"])
            } else {
                client.initialize("2025-11-25")
                client.request("x", "tools/call", callParams(meta: ["progressToken": 1]))
            }
            let call = client.calls[0]
            client.cancel("y")
            #expect(client.cancelled.isEmpty)
            client.cancel("x")
            #expect(client.cancelled == [call.handle])
            #expect(client.finish(call, .result(.text("late"))).isEmpty)
            #expect(client.take(client.connection.progress(call.handle, 1)).isEmpty)
            #expect(client.take(client.connection.log(.error, "late", for: call.handle)).isEmpty)
            client.cancel("x")
            #expect(client.cancelled.count == 1)
        }
    }

    @Test("Progress grows strictly, needs a token and stops with the answer")
    func progress() throws {
        for version in Self.legacy {
            let checker = try SchemaChecker.load(version)
            let client = Client()
            client.initialize(version)
            client.request(1, "tools/call", callParams(meta: ["progressToken": "t"]))
            client.request(2, "tools/call", callParams())
            let call = client.calls[0]
            #expect(call.wantsProgress && !client.calls[1].wantsProgress)
            #expect(client.take(client.connection.progress(client.calls[1].handle, 1)).isEmpty)
            let first = client.take(client.connection.progress(call.handle, 1, total: 2.5, message: "m"))
            #expect(first.first?["params"] == (version >= "2025-03-26"
                ? ["progressToken": "t", "progress": 1, "total": 2.5, "message": "m"] : ["progressToken": "t", "progress": 1, "total": 2.5]))
            #expect(checker.problem(first[0], is: "ProgressNotification") == nil)
            for stale in [1, 0.5, -.infinity, .nan, .infinity] {
                #expect(client.take(client.connection.progress(call.handle, stale)).isEmpty)
            }
            #expect(client.take(client.connection.progress(call.handle, 1.5)).count == 1)
            client.finish(call, .result(.text("done")))
            #expect(client.take(client.connection.progress(call.handle, 9)).isEmpty)
        }
    }

    @Test("Log messages respect the level of the connection")
    func legacyLogs() throws {
        let client = Client()
        #expect(client.take(client.connection.log(.emergency, "before")).isEmpty)
        client.initialize("2025-06-18")
        #expect(client.take(client.connection.log(.notice, "quiet")).isEmpty)
        let sent = client.take(client.connection.log(.warning, logger: "l", ["k": 1]))
        #expect(sent.first?["params"] == ["level": "warning", "logger": "l", "data": ["k": 1]])
        #expect(try SchemaChecker.load("2025-06-18").problem(sent[0], is: "LoggingMessageNotification") == nil)
        for level in LogLevel.allCases {
            #expect(client.request(.string(level.rawValue), "logging/setLevel", ["level": .string(level.rawValue)]).first?["result"] == [:])
            let passed = LogLevel.allCases.filter { !client.take(client.connection.log($0, "x")).isEmpty }
            #expect(passed == LogLevel.allCases.filter { $0 >= level })
        }
    }

    @Test("A server that does not log has neither capability nor method")
    func noLogs() {
        var server = makeServer()
        server.sendsLogs = false
        let client = Client(server: server)
        #expect(client.initialize("2025-11-25")?["result"]?["capabilities"]?["logging"] == nil)
        #expect(code(client.request(1, "logging/setLevel", ["level": "debug"])) == -32601)
        #expect(client.take(client.connection.log(.emergency, "x")).isEmpty)
    }

    @Test("What a client can make the connection hold is bounded, and refusals lose nothing")
    func bounds() {
        let client = Client(limits: ConnectionLimits(calls: 3, bytesInFlight: 1000))
        client.initialize("2025-11-25")
        for id in 1...3 { #expect(client.request(.int(id), "tools/call", callParams()).isEmpty) }
        #expect(code(client.request(4, "tools/call", callParams())) == -32603)
        #expect(client.request(5, "ping").first?["result"] == [:])
        for call in client.calls { #expect(client.finish(call, .result(.text("x"))).count == 1) }
        #expect(code(client.request(6, "tools/call", ["name": "echo", "arguments": ["text": .string(String(repeating: "x", count: 2000))]])) == -32603)
        #expect(client.request(7, "tools/call", callParams()).isEmpty)
        #expect(client.calls.count == 4)
    }

    @Test("A result that would be too long a line becomes a short error")
    func tooLarge() {
        let client = Client(limits: ConnectionLimits(answerBytes: 1000))
        client.initialize("2025-11-25")
        client.request(1, "tools/call", callParams())
        let result = client.finish(client.calls[0], .result(.text(String(repeating: "x", count: 2000)))).first?["result"]
        #expect(result?["isError"] == true)
        #expect(client.sent.last?["id"] == 1)
    }

    @Test("The tool list can change, and clients are told")
    func toolsChange() {
        let client = Client()
        #expect(client.take(client.connection.changeTools([])).isEmpty)
        client.initialize("2025-11-25")
        #expect(client.request(1, "tools/list").first?["result"] == ["tools": []])
        #expect(client.take(client.connection.changeTools([echoTool])) == [["jsonrpc": "2.0", "method": "notifications/tools/list_changed"]])
        #expect(client.request(2, "tools/list").first?["result"]?["tools"]?.array?.count == 1)
    }
}
