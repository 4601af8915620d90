import JSON
import MCPProtocol
import Testing

@Suite("MCP batches")
struct BatchTests {
    func request(_ id: JSONValue, _ method: String, _ params: JSONValue = [:]) -> JSONValue {
        ["jsonrpc": "2.0", "id": id, "method": .string(method), "params": params]
    }

    @Test("A batch is answered with one array once everything in it has ended")
    func collects() throws {
        let client = Client()
        client.initialize("2025-03-26")
        let sent = client.send([
            request(1, "ping"), request(2, "tools/call", ["name": "echo"]), ["jsonrpc": "2.0", "method": "notifications/x"],
            request(3, "nonsense"), 5, request(4, "tools/call", ["name": "echo"]), request(5, "initialize"),
            ["jsonrpc": "2.0", "id": 99, "result": [:]], ["jsonrpc": "1.0", "id": 6, "method": "ping"],
        ])
        #expect(sent.isEmpty && client.calls.count == 2)
        #expect(client.finish(client.calls[1], .result(.text("b"))).isEmpty)
        let answers = try #require(client.finish(client.calls[0], .result(.text("a"))).first?.array)
        #expect(answers.map { $0["id"] } == [1, 3, nil, 5, 6, 4, 2])
        #expect(answers.map { $0["error"]?["code"]?.int } == [nil, -32601, -32600, -32600, -32600, nil, nil])
        // The schema of that revision wants an id on errors too, which JSON-RPC forbids here; see the room's README.
        let checker = try SchemaChecker.load("2025-03-26")
        for answer in answers where answer["id"] != nil {
            #expect(checker.problem(answer, is: answer["error"] == nil ? "JSONRPCResponse" : "JSONRPCError") == nil)
        }
    }

    @Test("A batch without requests is not answered, an empty one is refused")
    func withoutRequests() {
        let client = Client()
        client.initialize("2025-03-26")
        #expect(client.send([["jsonrpc": "2.0", "method": "a"], ["jsonrpc": "2.0", "id": 1, "result": [:]]]).isEmpty)
        #expect(code(client.send([])) == -32600)
        #expect(client.send([1, 2]).first?.array?.count == 2)
    }

    @Test("A batch of which every call was cancelled is not answered")
    func cancelled() {
        let client = Client()
        client.initialize("2025-03-26")
        #expect(client.send([request(1, "tools/call", ["name": "echo"]), request(2, "tools/call", ["name": "echo"])]).isEmpty)
        client.cancel(1)
        client.cancel(2)
        #expect(client.cancelled == client.calls.map(\.handle))
        for call in client.calls { #expect(client.finish(call, .result(.text("late"))).isEmpty) }
    }

    @Test("Cancelling the last open call sends the rest of the batch")
    func cancelledRest() {
        let client = Client()
        client.initialize("2025-03-26")
        #expect(client.send([request(1, "tools/call", ["name": "echo"]), request(2, "ping")]).isEmpty)
        let sent = client.send(["jsonrpc": "2.0", "method": "notifications/cancelled", "params": ["requestId": 1]])
        #expect(sent == [[["jsonrpc": "2.0", "id": 2, "result": [:]]]])
    }

    @Test("Other revisions and requests of the other era refuse batches")
    func refused() {
        for version in ["2024-11-05", "2025-06-18", "2025-11-25"] {
            let client = Client()
            client.initialize(version)
            #expect(code(client.send([request(1, "ping")])) == -32600)
        }
        let client = Client(limits: ConnectionLimits(batchMessages: 2))
        client.initialize("2025-03-26")
        let meta: JSONValue = ["_meta": ["io.modelcontextprotocol/protocolVersion": "2026-07-28", "io.modelcontextprotocol/clientCapabilities": [:]]]
        #expect(client.send([request(1, "tools/list", meta)]).first?[0]?["error"]?["code"] == -32600)
        #expect(code(client.send([1, 2, 3])) == -32600)
    }

    @Test("A batch whose answers grow too long says so for each that does not fit")
    func tooLarge() throws {
        let client = Client(limits: ConnectionLimits(answerBytes: 3000))
        client.initialize("2025-03-26")
        client.send(.array((1...4).map { request(.int($0), "tools/call", ["name": "echo"]) }))
        for call in client.calls { client.finish(call, .result(.text(String(repeating: "x", count: 1200)))) }
        let answers = try #require(client.sent.last?.array)
        #expect(answers.map { $0["id"] } == [1, 2, 3, 4])
        #expect(answers.map { $0["result"]?["isError"] } == [nil, nil, true, true])
    }
}
