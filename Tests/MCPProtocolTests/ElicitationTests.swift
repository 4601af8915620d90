import JSON
import MCPProtocol
import Testing

@Suite("MCP elicitation")
struct ElicitationTests {
    let question = Elicitation(
        key: "confirm", message: "Really?",
        schema: ["type": "object", "properties": ["sure": ["type": "boolean"]], "required": ["sure"]])
    let declared: JSONValue = ["elicitation": [:]]

    func asked(_ outcome: ElicitationOutcome) -> [ConnectionAction]? {
        if case .asked(let actions) = outcome { actions } else { nil }
    }

    func deferred(_ outcome: ElicitationOutcome) -> [ConnectionAction]? {
        if case .deferred(let actions) = outcome { actions } else { nil }
    }

    func isUnavailable(_ outcome: ElicitationOutcome) -> Bool {
        if case .unavailable = outcome { true } else { false }
    }

    @Test("With a handshake a request goes out and its answer comes back", arguments: ["2025-06-18", "2025-11-25"])
    func legacy(version: String) throws {
        let client = Client()
        client.initialize(version, capabilities: declared)
        client.request(1, "tools/call", ["name": "echo"])
        let call = client.calls[0]
        #expect(call.canElicit)
        let sent = client.take(try #require(asked(client.connection.elicit(call.handle, question))))
        #expect(try SchemaChecker.load(version).problem(sent[0], is: "ElicitRequest") == nil)
        let id = try #require(sent[0]["id"])
        client.send(["jsonrpc": "2.0", "id": "other", "result": ["action": "accept"]])
        #expect(client.answers.isEmpty)
        client.send(["jsonrpc": "2.0", "id": id, "result": ["action": "accept", "content": ["sure": true]]])
        client.send(["jsonrpc": "2.0", "id": id, "result": ["action": "decline"]])
        #expect(client.answers.count == 1)
        #expect(client.answers[0].handle == call.handle && client.answers[0].key == "confirm")
        #expect(client.answers[0].answer == .accept(["sure": true]))
        #expect(client.finish(call, .result(.text("done"))).count == 1)
    }

    static let responses: [(JSONObject, ElicitationAnswer)] = [
        (["result": ["action": "decline"]], .decline), (["result": ["action": "cancel"]], .cancel),
        (["result": [:]], .cancel), (["result": 5], .cancel), (["error": ["code": -32601, "message": "no"]], .cancel),
        (["result": ["action": "accept"]], .accept([:])),
    ]

    @Test("Everything but accept means no", arguments: responses)
    func answers(response: JSONObject, expected: ElicitationAnswer) throws {
        let client = Client()
        client.initialize("2025-11-25", capabilities: declared)
        client.request(1, "tools/call", ["name": "echo"])
        let sent = client.take(try #require(asked(client.connection.elicit(client.calls[0].handle, question))))
        var message: JSONObject = ["jsonrpc": "2.0", "id": try #require(sent[0]["id"])]
        for member in response { message[member.key] = member.value }
        client.send(.object(message))
        #expect(client.answers.map(\.answer) == [expected])
    }

    @Test("A question of a call that ends is taken back")
    func takenBack() throws {
        let client = Client()
        client.initialize("2025-11-25", capabilities: declared)
        client.request(1, "tools/call", ["name": "echo"])
        let call = client.calls[0]
        let id = client.take(try #require(asked(client.connection.elicit(call.handle, question))))[0]["id"]
        let sent = client.finish(call, .result(.text("gave up")))
        #expect(sent.map { $0["method"] } == ["notifications/cancelled", nil])
        #expect(sent[0]["params"]?["requestId"] == id)
        client.send(["jsonrpc": "2.0", "id": try #require(id), "result": ["action": "accept"]])
        #expect(client.answers.isEmpty)
        #expect(isUnavailable(client.connection.elicit(call.handle, question)))
    }

    @Test("Nothing is asked of clients that did not declare forms")
    func undeclared() {
        let cases: [(String, JSONValue)] = [
            ("2025-03-26", ["elicitation": [:]]), ("2025-11-25", [:]), ("2025-11-25", ["elicitation": ["url": [:]]]),
            ("2025-11-25", ["elicitation": true]),
        ]
        for (version, capabilities) in cases {
            let client = Client()
            client.initialize(version, capabilities: capabilities)
            client.request(1, "tools/call", ["name": "echo"])
            #expect(!client.calls[0].canElicit)
            #expect(isUnavailable(client.connection.elicit(client.calls[0].handle, question)))
        }
        let client = Client()
        client.initialize("2025-11-25", capabilities: declared)
        // What a handshake declared does not count for a request that carries its own rules.
        client.modern(1, "tools/call", ["name": "echo"])
        #expect(isUnavailable(client.connection.elicit(client.calls[0].handle, question)))
    }

    @Test("Without a handshake the question is the result, and the repeated call brings the answer")
    func modern() throws {
        let client = Client()
        let params: JSONObject = ["name": "echo", "arguments": ["text": "t", "n": 1]]
        client.modern(1, "tools/call", params, capabilities: declared)
        let first = client.take(try #require(deferred(client.connection.elicit(client.calls[0].handle, question, state: "step 2"))))
        #expect(try SchemaChecker.load("2026-07-28").problem(first[0], is: "CallToolResultResponse") == nil)
        let result = try #require(first[0]["result"])
        #expect(result["resultType"] == "input_required")
        #expect(result["inputRequests"]?["confirm"]?["method"] == "elicitation/create")
        #expect(client.connection.callsInFlight == 0)
        let state = try #require(result["requestState"])

        func again(_ change: (inout JSONObject) -> Void) -> JSONObject {
            var again = params
            again["requestState"] = state
            again["inputResponses"] = ["confirm": ["action": "accept", "content": ["sure": true]], "unknown": 5]
            change(&again)
            return again
        }
        client.modern(2, "tools/call", again { $0["arguments"] = ["n": 1, "text": "t"] }, capabilities: declared)
        #expect(client.calls.count == 2)
        #expect(client.calls[1].state == "step 2")
        #expect(client.calls[1].answers["confirm"] == .accept(["sure": true]))
        #expect(client.calls[1].answers["unknown"] == .cancel)

        client.modern(3, "tools/call", again { $0["inputResponses"] = nil }, capabilities: declared)
        #expect(client.calls[2].answers.isEmpty && client.calls[2].state == "step 2")
        client.modern(4, "tools/call", again { $0["requestState"] = nil }, capabilities: declared)
        #expect(client.calls[3].answers.isEmpty && client.calls[3].state == nil)

        let text = try #require(state.string)
        let forged: [JSONValue] = [
            .string(""), .string("."), .string("00.00"), .string(text + "00"), .string(String(text.dropLast())), .string("zz" + text),
            .string(text.replacing("0", with: "1", maxReplacements: 1)), 5, nil,
            .string(String(text.prefix { $0 != "." }) + "."),
        ]
        for (number, forgery) in forged.enumerated() where forgery != state {
            #expect(code(client.modern(.int(10 + number), "tools/call", again { $0["requestState"] = forgery }, capabilities: declared)) == -32602)
        }
        #expect(code(client.modern(30, "tools/call", again { $0["arguments"] = ["text": "u", "n": 1] }, capabilities: declared)) == -32602)
        #expect(code(client.modern(31, "tools/call", again { $0["inputResponses"] = [] }, capabilities: declared)) == -32602)
        client.clock.now += 59
        #expect(client.modern(32, "tools/call", again { _ in }, capabilities: declared).isEmpty)
        client.clock.now += 1
        #expect(code(client.modern(33, "tools/call", again { _ in }, capabilities: declared)) == -32602)
    }
}
