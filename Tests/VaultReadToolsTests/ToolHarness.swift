import EventLoop
import Foundation
import JSON
import MCPProtocol
import MCPServer
import Testing
import ToolSchema
@testable import VaultReadTools

/// The tools behind a real server on two pipes, with a vault that answers what it is told to.
final class ToolHarness {
    let loop: EventLoop
    let tools: [String: Tool]
    /// What was asked, and what is to be answered.
    var asked: [NamesQuestion] = []
    var answer: Result<NamesAnswer, NamesFailure> = .failure(NamesFailure("nothing was prepared"))
    private var server: MCPServer?
    private var toServer: Descriptor?
    private var fromServer: Descriptor?
    private var slicer = LineSlicer()
    private var messages: [JSONValue] = []
    private var lastID = 0

    init() throws {
        loop = try EventLoop()
        let input = try DescriptorPair.pipe()
        let output = try DescriptorPair.pipe()
        let (inputRead, inputWrite) = (input.first.take(), input.second.take())
        let (outputRead, outputWrite) = (output.first.take(), output.second.take())
        let reading = Descriptor(adopting: outputRead)
        try reading.setNonblocking()
        toServer = Descriptor(adopting: inputWrite)
        fromServer = consume reading
        var harness: ToolHarness?
        let tools = VaultReadTools(origin: "/srv/shop") { question, then in
            guard let harness else { return }
            harness.asked.append(question)
            harness.loop.soon { then(harness.answer) }
        }.tools
        self.tools = Dictionary(uniqueKeysWithValues: tools.map { ($0.description.name, $0) })
        server = try MCPServer(
            loop: loop, input: Descriptor(adopting: inputRead), output: Descriptor(adopting: outputWrite),
            description: ServerDescription(name: "test", title: "Test", version: "1", tools: []), tools: tools,
            sealer: StateSealer(authenticate: { _ in Array(repeating: 7, count: 32) }, now: { 0 }))
        harness = self
        try send([
            "jsonrpc": "2.0", "id": 0, "method": "initialize",
            "params": ["protocolVersion": "2025-11-25", "capabilities": [:], "clientInfo": ["name": "t", "version": "1"]],
        ])
    }

    private func send(_ message: JSONValue) throws {
        let bytes = message.serialized() + [0x0A]
        guard case .bytes(bytes.count)? = toServer?.write(bytes[...]) else { throw POSIXError(.EPIPE) }
    }

    /// The structured result of a call that must succeed, held against the tool's own output schema.
    func ok(_ tool: String, _ arguments: JSONObject = [:], _ place: SourceLocation = #_sourceLocation) throws -> JSONValue {
        let result = try call(tool, arguments)
        #expect(result["isError"]?.bool != true, "\(result)", sourceLocation: place)
        let structured = try #require(result["structuredContent"], sourceLocation: place)
        #expect(try #require(Self.outputs[tool]).mismatch(of: structured) == nil, sourceLocation: place)
        return structured
    }

    /// The text of a call that must fail.
    func fails(_ tool: String, _ arguments: JSONObject = [:], _ place: SourceLocation = #_sourceLocation) throws -> String {
        let result = try call(tool, arguments)
        #expect(result["isError"]?.bool == true, "\(result)", sourceLocation: place)
        return try #require(result["content"]?[0]?["text"]?.string, sourceLocation: place)
    }

    private static let outputs = [
        "status": StatusTool.output, "list-projects": ProjectsTool.output, "list-secrets": SecretsTool.output,
        "get-current-project": CurrentProjectTool.output,
    ]

    private func call(_ tool: String, _ arguments: JSONObject) throws -> JSONValue {
        lastID += 1
        try send([
            "jsonrpc": "2.0", "id": .int(lastID), "method": "tools/call",
            "params": ["name": .string(tool), "arguments": .object(arguments)],
        ])
        let deadline = loop.now + .seconds(60)
        while true {
            if let found = messages.first(where: { $0["id"]?.int == lastID }) { return found["result"] ?? .null }
            guard loop.now < deadline else { throw POSIXError(.ETIMEDOUT) }
            try loop.runOnce(timeout: .milliseconds(20))
            collect()
        }
    }

    private func collect() {
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while case .bytes(let count)? = fromServer?.read(into: &buffer) {
            for case .message(let line) in slicer.feed(buffer[..<count]) {
                if let message = try? JSONParser.parse(line) { messages.append(message) }
            }
        }
    }
}
