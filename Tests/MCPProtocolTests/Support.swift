import JSON
import MCPProtocol
import Testing

/// A small seeded generator (SplitMix64), so that a failing run can be repeated.
struct SeededGenerator: RandomNumberGenerator {
    var state: UInt64
    init(seed: UInt64) { state = seed }
    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}

let echoTool = ToolDescription(
    name: "echo", title: "Echo", description: "Gives its arguments back.",
    inputSchema: ["type": "object", "properties": ["text": ["type": "string"]], "additionalProperties": false],
    outputSchema: ["type": "object", "properties": ["text": ["type": "string"]], "required": ["text"]],
    annotations: ToolAnnotations(readOnly: true, destructive: false, idempotent: true, openWorld: false),
    meta: ["example.org/hint": true])

func makeServer() -> ServerDescription {
    ServerDescription(
        name: "fixture", title: "Fixture", version: "1.2.3", description: "A test server.",
        websiteURL: "https://example.org", instructions: "Echo.", tools: [echoTool], toolsCanChange: true,
        caching: .init(milliseconds: 1000, isPublic: true))
}

/// The test's clock, moved by hand.
final class Clock {
    var now = 1000
}

/// A client over a connection: sends values, keeps what comes back and checks the rules that hold for every message.
final class Client {
    var connection: MCPConnection
    let clock: Clock
    var calls: [ToolCall] = []
    var cancelled: [CallHandle] = []
    var answers: [(handle: CallHandle, key: String, answer: ElicitationAnswer)] = []
    /// Every message the server sent, batches as arrays.
    var sent: [JSONValue] = []

    init(limits: ConnectionLimits = ConnectionLimits(), server: ServerDescription = makeServer()) {
        let clock = Clock()
        self.clock = clock
        // A checksum in place of a real code: the tests forge states, they do not break ciphers.
        let sealer = StateSealer(
            authenticate: { bytes in
                var hash: UInt64 = 0xCBF2_9CE4_8422_2325
                for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
                return (0..<8).map { UInt8(truncatingIfNeeded: hash >> (8 * $0)) }
            }, now: { clock.now }, lifetime: 60)
        connection = MCPConnection(server: server, sealer: sealer, limits: limits)
    }

    @discardableResult
    func take(_ actions: [ConnectionAction]) -> [JSONValue] {
        var messages: [JSONValue] = []
        for action in actions {
            switch action {
            case .send(let bytes):
                #expect(bytes.last == 0x0A)
                #expect(bytes.count { $0 == 0x0A } == 1)
                guard let value = try? JSONParser.parse(bytes) else {
                    Issue.record("a line that is not JSON")
                    continue
                }
                for message in value.array ?? [value] {
                    let keys = Set(message.object?.keys ?? [])
                    #expect(keys.isSubset(of: ["jsonrpc", "id", "result", "error", "method", "params"]))
                    #expect(message["id"] != .null)
                }
                messages.append(value)
            case .call(let call): calls.append(call)
            case .cancel(let handle): cancelled.append(handle)
            case .answer(let handle, let key, let answer): answers.append((handle, key, answer))
            }
        }
        sent += messages
        return messages
    }

    @discardableResult
    func send(_ value: JSONValue) -> [JSONValue] { take(connection.receive(value.serialized())) }

    @discardableResult
    func send(text: String) -> [JSONValue] { take(connection.receive(Array(text.utf8))) }

    @discardableResult
    func request(_ id: JSONValue, _ method: String, _ params: JSONValue? = nil) -> [JSONValue] {
        var message: JSONObject = ["jsonrpc": "2.0", "id": id, "method": .string(method)]
        if let params { message["params"] = params }
        return send(.object(message))
    }

    @discardableResult
    func initialize(_ version: String, capabilities: JSONValue = [:]) -> JSONValue? {
        let info: JSONValue = ["name": "test", "version": "0"]
        return request(
            "init", "initialize", ["protocolVersion": .string(version), "capabilities": capabilities, "clientInfo": info]
        ).first
    }

    /// A request that carries its own rules.
    @discardableResult
    func modern(
        _ id: JSONValue, _ method: String, _ params: JSONObject = [:], meta: JSONObject = [:], capabilities: JSONValue = [:]
    ) -> [JSONValue] {
        var all: JSONObject = [
            "io.modelcontextprotocol/protocolVersion": "2026-07-28",
            "io.modelcontextprotocol/clientCapabilities": capabilities,
        ]
        for member in meta { all[member.key] = member.value }
        var params = params
        params["_meta"] = .object(all)
        return request(id, method, .object(params))
    }

    @discardableResult
    func finish(_ call: ToolCall, _ outcome: CallOutcome) -> [JSONValue] { take(connection.finish(call.handle, outcome)) }

    func cancel(_ id: JSONValue) {
        #expect(send(["jsonrpc": "2.0", "method": "notifications/cancelled", "params": ["requestId": id]]).isEmpty)
    }
}

func code(_ messages: [JSONValue]) -> Int? { messages.count == 1 ? messages[0]["error"]?["code"]?.int : nil }
