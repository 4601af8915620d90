import EventLoop
import JSON
import MCPProtocol
import MCPServer
import Testing
import ToolSchema

@Suite("The server on two descriptors", .serialized)
struct MCPServerTests {
    @Test("A call reaches its tool and its result comes back")
    func call() throws {
        let echo = Tool.test("echo", input: .object([.required("text", .string())])) { context in
            context.finish(.structured(["value": .string(context.arguments.requiredString("text"))]))
        }
        let harness = try ServerHarness(tools: [echo])
        try harness.handshake()
        try harness.call(1, "echo", ["text": "good day"])
        #expect(try harness.answer(1)["result"]?["structuredContent"]?["value"]?.string == "good day")
        try harness.call(2, "echo")
        let refused = try harness.answer(2)["result"]
        #expect(refused?["isError"]?.bool == true)
        #expect(refused?["content"]?[0]?["text"]?.string?.contains("text") == true)
    }

    @Test("A slow call holds nobody up, and answers when it ends")
    func slow() throws {
        var waiting: ToolContext?
        let slow = Tool.test("slow") { waiting = $0 }
        let quick = Tool.test("quick") { $0.finish(.structured([:])) }
        let harness = try ServerHarness(tools: [slow, quick])
        try harness.handshake()
        try harness.call(1, "slow")
        try harness.call(2, "quick")
        _ = try harness.answer(2)
        #expect(!harness.messages.contains { $0["id"]?.int == 1 })
        waiting?.finish(.structured(["value": "late"]))
        waiting?.finish(.structured(["value": "twice"]))
        #expect(try harness.answer(1)["result"]?["structuredContent"]?["value"]?.string == "late")
    }

    @Test("A cancelled call stops its work and is never answered")
    func cancel() throws {
        var context: ToolContext?
        var stopped = 0
        let slow = Tool.test("slow") {
            context = $0
            $0.onCancel = { stopped += 1 }
        }
        let quick = Tool.test("quick") { $0.finish(.structured([:])) }
        let harness = try ServerHarness(tools: [slow, quick])
        try harness.handshake()
        try harness.call(1, "slow")
        try harness.send(#"{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":1}}"#)
        try harness.turn { stopped == 1 }
        context?.finish(.structured([:]))
        context?.progress("too late")
        try harness.call(2, "quick")
        _ = try harness.answer(2)
        #expect(!harness.messages.contains { $0["id"]?.int == 1 || $0["method"] != nil })
        #expect(stopped == 1)
    }

    @Test("Progress is sent only to those who want it, in rising order")
    func progress() throws {
        let talker = Tool.test("talker") { context in
            for step in 1...3 { context.progress("step \(step)") }
            context.finish(.structured([:]))
        }
        let harness = try ServerHarness(tools: [talker])
        try harness.handshake()
        try harness.call(1, "talker")
        _ = try harness.answer(1)
        #expect(!harness.messages.contains { $0["method"] != nil })
        try harness.call(2, "talker", meta: ["progressToken": "p"])
        _ = try harness.answer(2)
        let notes = harness.messages.filter { $0["method"]?.string == "notifications/progress" }
        #expect(notes.compactMap { $0["params"]?["progress"]?.int } == [1, 2, 3])
        #expect(notes.compactMap { $0["params"]?["message"]?.string } == ["step 1", "step 2", "step 3"])
    }

    @Test("A question goes to the client and its answer to the tool")
    func question() throws {
        let asker = Tool.test("asker") { context in
            context.ask(Elicitation(key: "k", message: "Sure?", schema: ["type": "object", "properties": [:]]), state: "s") {
                guard case .answered(.accept) = $0 else { return context.fail("no") }
                context.finish(.structured(["value": "yes"]))
            }
        }
        let harness = try ServerHarness(tools: [asker])
        try harness.handshake()
        try harness.call(1, "asker")
        func question() -> JSONValue? { harness.messages.first { $0["method"]?.string == "elicitation/create" } }
        try harness.turn { question() != nil }
        let identifier = question()?["id"]?.string ?? ""
        try harness.send(#"{"jsonrpc":"2.0","id":"\#(identifier)","result":{"action":"accept","content":{}}}"#)
        #expect(try harness.answer(1)["result"]?["structuredContent"]?["value"]?.string == "yes")
    }

    @Test("The end of the input answers what was whole, stops what runs, and ends")
    func endOfInput() throws {
        var stopped = false
        let slow = Tool.test("slow") { $0.onCancel = { stopped = true } }
        let harness = try ServerHarness(tools: [slow])
        try harness.handshake()
        try harness.call(1, "slow")
        try harness.send(#"{"jsonrpc":"2.0","id":2,"method":"ping"}"#)
        harness.closeInput()
        try harness.turn { harness.end != nil }
        harness.collect()
        #expect(stopped)
        #expect(harness.messages.contains { $0["id"]?.int == 2 })
        #expect(harness.end.map { if case .endOfInput = $0 { true } else { false } } == true)
    }

    @Test("A client that does not read is not read from, and loses nothing")
    func backpressure() throws {
        let large = Tool.test("large") { $0.finish(.structured(["value": .string(String(repeating: "x", count: 200_000))])) }
        let harness = try ServerHarness(tools: [large])
        try harness.handshake()
        // Each is there twice, as text and as a value: twice what may wait before the server stops to listen.
        let count = 40
        for identifier in 1...count { try harness.call(identifier, "large") }
        // Without reading: turns in which the server could only pile up answers.
        for _ in 0..<50 { try harness.loop.runOnce(timeout: .milliseconds(1)) }
        for identifier in 1...count {
            #expect(try harness.answer(identifier)["result"]?["structuredContent"]?["value"]?.string?.utf8.count == 200_000)
        }
    }
}
