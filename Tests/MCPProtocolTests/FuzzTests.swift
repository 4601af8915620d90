import Foundation
import JSON
import MCPProtocol
import Testing

/// Long seeded runs over changed messages. What must hold: no crash, every line sent is one message of ours (checked by
/// `Client`), and every request is answered exactly once unless it was cancelled or opened a subscription.
@Suite("MCP fuzzing")
struct FuzzTests {
    static func corpus() throws -> [[UInt8]] {
        let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Corpus")
        let files = try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
        return try files.filter { $0.pathExtension == "jsonl" }.sorted { $0.path < $1.path }.flatMap { file in
            try [UInt8](Data(contentsOf: file)).split(separator: 0x0A).map(Array.init)
        }
    }

    @Test("Every corpus line is survived in every state, and the connection still serves")
    func replay() throws {
        let lines = try Self.corpus()
        #expect(lines.count > 40)
        for version in ["", "2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25"] {
            let client = Client()
            if !version.isEmpty { client.initialize(version, capabilities: ["elicitation": [:]]) }
            for line in lines {
                client.take(client.connection.receive(line))
                #expect(client.request("probe", "ping").last?["result"] == [:])
            }
        }
    }

    @Test("Changed bytes never crash the connection nor silence it", arguments: 0..<4)
    func changedBytes(seed: Int) throws {
        var random = SeededGenerator(seed: UInt64(seed))
        let lines = try Self.corpus()
        let client = Client(limits: ConnectionLimits(calls: 50))
        client.initialize(["2025-03-26", "2025-06-18", "2025-11-25", "2024-11-05"][seed], capabilities: ["elicitation": [:]])
        for step in 0..<1200 {
            var line = lines.randomElement(using: &random)!
            for _ in 0..<Int.random(in: 0...3, using: &random) where !line.isEmpty {
                let place = Int.random(in: 0..<line.count, using: &random)
                switch Int.random(in: 0..<4, using: &random) {
                case 0: line[place] = .random(in: 0...255, using: &random)
                case 1: line.remove(at: place)
                case 2: line.insert(Array("{}[]\",:\\09enul".utf8).randomElement(using: &random)!, at: place)
                default: line.removeSubrange(place...)
                }
            }
            client.take(client.connection.receive(line.filter { $0 != 0x0A }))
            while client.calls.count > 3 {
                let call = client.calls.remove(at: Int.random(in: 0..<client.calls.count, using: &random))
                client.finish(call, .result(.structured(["text": .int(step)])))
            }
        }
        for call in client.calls { client.finish(call, .result(.text("end"))) }
        #expect(client.connection.callsInFlight == 0)
        #expect(client.request("probe", "ping").last?["result"] == [:])
    }

    @Test("Every request is answered exactly once, whatever the order of events", arguments: 0..<6)
    func exactlyOnce(seed: Int) throws {
        var random = SeededGenerator(seed: UInt64(100 + seed))
        let version = ["2024-11-05", "2025-03-26", "2025-03-26", "2025-06-18", "2025-11-25", ""][seed]
        let client = Client(limits: ConnectionLimits(calls: 30))
        if !version.isEmpty { client.initialize(version) }
        var expected: Set<Int> = []
        var silent: Set<Int> = []
        var answered: [Int: Int] = [:]
        var next = 0

        func message() -> JSONObject {
            next += 1
            expected.insert(next)
            var out: JSONObject = ["jsonrpc": "2.0", "id": .int(next)]
            out["method"] = .string(["ping", "tools/list", "tools/call", "tools/call", "tools/call", "nonsense", "initialize"].randomElement(using: &random)!)
            var params: JSONObject = [:]
            if out["method"] == "tools/call" { params["name"] = Bool.random(using: &random) ? "echo" : ["echo", "none", 5].randomElement(using: &random)! }
            if Int.random(in: 0..<3, using: &random) == 0 {
                params["_meta"] = ["io.modelcontextprotocol/protocolVersion": "2026-07-28", "io.modelcontextprotocol/clientCapabilities": [:]]
            }
            out["params"] = .object(params)
            return out
        }
        func note(_ sent: [JSONValue]) {
            for value in sent {
                for answer in value.array ?? [value] where answer["method"] == nil {
                    if let id = answer["id"]?.int { answered[id, default: 0] += 1 }
                }
            }
        }
        var finished: Set<CallHandle> = []
        for _ in 0..<600 {
            switch Int.random(in: 0..<6, using: &random) {
            case 0 where version == "2025-03-26":
                note(client.send(.array((0..<Int.random(in: 1...5, using: &random)).map { _ in .object(message()) })))
            case 0...2: note(client.send(.object(message())))
            case 3 where next > 0:
                // Cancels a call that may be in flight, ended or unknown.
                let id = Int.random(in: 1...next, using: &random)
                let before = client.cancelled.count
                note(client.send(["jsonrpc": "2.0", "method": "notifications/cancelled", "params": ["requestId": .int(id)]]))
                if client.cancelled.count > before { silent.insert(id) }
            default:
                guard let pick = client.calls.randomElement(using: &random), !finished.contains(pick.handle) else { continue }
                finished.insert(pick.handle)
                note(client.take(client.connection.progress(pick.handle, 1)))
                note(client.finish(pick, Bool.random(using: &random) ? .result(.structured(["text": "x"])) : .error(.internal("x"))))
            }
        }
        for call in client.calls { note(client.finish(call, .result(.text("end")))) }
        #expect(client.connection.callsInFlight == 0)
        for id in expected { #expect(answered[id, default: 0] == (silent.contains(id) ? 0 : 1), "request \(id)") }
        #expect(expected.count > 200)
    }
}
