import EventLoop
import Foundation
import JSON
import MCPProtocol
import MCPServer
import ToolSchema

/// A server on two pipes in this process, driven turn by turn.
final class ServerHarness {
    let loop: EventLoop
    let server: MCPServer
    private(set) var end: MCPServer.End?
    private var toServer: Descriptor?
    private let fromServer: Descriptor
    private var slicer = LineSlicer()
    private(set) var messages: [JSONValue] = []

    init(tools: [Tool]) throws {
        loop = try EventLoop()
        let input = try DescriptorPair.pipe()
        let output = try DescriptorPair.pipe()
        let (inputRead, inputWrite) = (input.first.take(), input.second.take())
        let (outputRead, outputWrite) = (output.first.take(), output.second.take())
        toServer = Descriptor(adopting: inputWrite)
        fromServer = Descriptor(adopting: outputRead)
        try fromServer.setNonblocking()
        server = try MCPServer(
            loop: loop, input: Descriptor(adopting: inputRead), output: Descriptor(adopting: outputWrite),
            description: ServerDescription(name: "test", title: "Test", version: "1", tools: []), tools: tools,
            sealer: StateSealer(authenticate: { _ in Array(repeating: 7, count: 32) }, now: { 0 }))
        server.onEnd = { [unowned self] in end = $0 }
    }

    func send(_ line: String) throws {
        let bytes = Array((line + "\n").utf8)
        guard case .bytes(bytes.count)? = toServer?.write(bytes) else { throw POSIXError(.EPIPE) }
    }

    func call(_ identifier: Int, _ tool: String, _ arguments: JSONObject = [:], meta: JSONObject = [:]) throws {
        let params: JSONValue = ["name": .string(tool), "arguments": .object(arguments), "_meta": .object(meta)]
        let request: JSONValue = ["jsonrpc": "2.0", "id": .int(identifier), "method": "tools/call", "params": params]
        try send(String(decoding: request.serialized(), as: UTF8.self))
    }

    func handshake() throws {
        try send(
            #"{"jsonrpc":"2.0","id":0,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{"elicitation":{}},"clientInfo":{"name":"t","version":"1"}}}"#)
        _ = try answer(0)
    }

    func closeInput() { toServer = nil }

    /// Turns the loop until `condition` holds. Fails after a minute.
    func turn(until condition: () -> Bool) throws {
        let deadline = loop.now + .seconds(60)
        while !condition() {
            guard loop.now < deadline else { throw POSIXError(.ETIMEDOUT) }
            try loop.runOnce(timeout: .milliseconds(20))
            collect()
        }
    }

    func collect() {
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while case .bytes(let count) = fromServer.read(into: &buffer) {
            for case .message(let line) in slicer.feed(buffer[..<count]) {
                if let message = try? JSONParser.parse(line) { messages.append(message) }
            }
        }
    }

    func answer(_ identifier: Int) throws -> JSONValue {
        func found() -> JSONValue? { messages.first { $0["id"]?.int == identifier && $0["method"] == nil } }
        try turn { found() != nil }
        return found() ?? .null
    }
}

extension Tool {
    static func test(_ name: String, input: Schema = .object(), _ run: @escaping (ToolContext) -> Void) -> Tool {
        Tool(
            name: name, title: name, description: name, input: input,
            output: .object([.optional("value", .string())]),
            annotations: ToolAnnotations(readOnly: true, destructive: false, idempotent: true, openWorld: false), run: run)
    }
}
