import AuditLog
import CommandCalls
import CommandPolicy
import EventLoop
import Foundation
import JSON
import KeeperClient
import MCPProtocol
import MCPServer
import PrivateFiles
import SecretRun
import Sessions
import SessionTools
import Spawn
import Testing
import ToolSchema
import UseRule
import ValueCover
import ValueRedaction

@testable import SecretRunTools

/// A vault that is unlocked, the keeper, a record, and a server whose one tool opens secrets for a login.
final class LoginBench {
    private let home: UnlockedHome
    let loop = try! EventLoop()
    let texts: Texts
    let host: SecretRunHost
    /// What the tool was given, and what it does with it; wiped unused unless a test says otherwise.
    var opened: ((LoginSecrets) -> Void)?
    var openings = 0
    private let keeper: KeeperClient
    private let spawner = Spawner(adoptsOrphans: true)
    private var server: MCPServer?
    private var toServer: Descriptor?
    private var fromServer: Descriptor?
    private var slicer = LineSlicer()
    private var messages: [JSONValue] = []
    private var lastID = 0

    struct Missing: Error {}

    private init() throws {
        home = try UnlockedHome()
        let cover = ValueCover()
        texts = Texts(cover: cover)
        keeper = KeeperClient(loop: loop, spawner: spawner, path: try Self.program(), patience: .seconds(100))
        let direct = DirectRuns(loop: loop, spawner: spawner)
        let files = ValueFiles(runtimeDirectory: nil)
        let log = try AuditLog(
            in: try Directory(making: try AbsolutePath(home.root + "/audit")), name: "log.jsonl", durability: .none, now: { 1 })
        let recorder = Recorder(.file(log), texts: texts)
        host = SecretRunHost(
            SecretRunHost.Parts(
                loop: loop, keeper: keeper, runs: SecretRuns(loop: loop, keeper: keeper, runs: direct, files: files), direct: direct,
                files: files, recorder: recorder, texts: texts,
                fence: Fence(policy: CommandPolicy(), recorder: recorder, texts: texts) { _, _, _ in },
                shaping: ShapingQueue(loop: loop), outputs: OutputStore()),
            origin: home.root,
            register: { (key, value, isWeakAllowed) throws(ValueRefusal) in
                do { try cover.add(key, value, allowingWeak: isWeakAllowed) } catch { throw .weak }
            },
            onEvent: { Issue.record("\($0)") })
    }

    /// - Parameter asks: nil: a client without a handshake; else whether the client can ask its user.
    static func run(asks: Bool? = true, _ body: (LoginBench) throws -> Void) throws {
        let bench = try LoginBench()
        defer {
            bench.host.shutdown()
            bench.home.remove()
        }
        try bench.serve()
        if let asks { try bench.handshake(asks: asks) }
        try body(bench)
    }

    /// The keeper built beside this test bundle.
    private static func program() throws -> String {
        for path in [ThisProcess.executablePath ?? ""] + CommandLine.arguments {
            let beside = URL(fileURLWithPath: path).deletingLastPathComponent().appendingPathComponent("execkit-keeper").path
            if FileManager.default.isExecutableFile(atPath: beside) { return beside }
        }
        throw Missing()
    }

    func set(_ key: String, _ value: String, _ change: @escaping (inout UseRule) -> Void = { _ in }) throws {
        try home.set(key, value, change)
    }

    func log() throws -> [(action: String, detail: String)] { try home.log() }

    // MARK: The record

    func records() throws -> [JSONValue] {
        try String(contentsOfFile: home.root + "/audit/log.jsonl", encoding: .utf8).split(separator: "\n")
            .map { try JSONParser.parse(String($0)) }
    }

    func records(_ type: String) throws -> [JSONValue] { try records().filter { $0["type"]?.string == type } }

    // MARK: The client

    private static let input: Schema = .object([
        .optional("host", Schema.string().orNull), .optional("port", Schema.integer(minimum: 0).orNull),
        .optional("user", Schema.string().orNull), .optional("password", Schema.string().orNull),
        .optional("passphrase", Schema.string().orNull), .optional("project", Schema.string().orNull),
        .optional("environment", Schema.string().orNull), .optional("folder", Schema.string().orNull),
    ])

    private func login(_ context: ToolContext) {
        let given = context.arguments
        let wish = LoginSecretWish(
            host: given.string("host") ?? "db.example.org", port: UInt16(given.int("port") ?? 22), user: given.string("user") ?? "ann",
            password: given.string("password"), passphrase: given.string("passphrase"), project: given.string("project"),
            environment: given.string("environment"), folder: given.string("folder"))
        host.openLogin(wish, context: context) { [self] result in
            openings += 1
            switch result {
            case .failure(let refusal): context.fail(refusal.text)
            case .success(let secrets):
                if let opened { opened(secrets) } else { secrets.ended(didBegin: false) }
                context.finish(.structured(["isOpen": true]))
            }
        }
    }

    private func serve() throws {
        let input = try DescriptorPair.pipe()
        let output = try DescriptorPair.pipe()
        let (inputRead, inputWrite) = (input.first.take(), input.second.take())
        let (outputRead, outputWrite) = (output.first.take(), output.second.take())
        let reading = Descriptor(adopting: outputRead)
        try reading.setNonblocking()
        toServer = Descriptor(adopting: inputWrite)
        fromServer = consume reading
        let tool = Tool(
            name: "login", title: "login", description: "login", input: Self.input,
            output: .object([.required("isOpen", .boolean("it is open"))]),
            annotations: ToolAnnotations(readOnly: false, destructive: false, idempotent: false, openWorld: true),
            run: { [unowned self] in login($0) })
        server = try MCPServer(
            loop: loop, input: Descriptor(adopting: inputRead), output: Descriptor(adopting: outputWrite),
            description: ServerDescription(name: "test", title: "Test", version: "1", tools: []), tools: [tool],
            sealer: StateSealer(authenticate: { _ in Array(repeating: 7, count: 32) }, now: { 0 }))
    }

    private func handshake(asks: Bool) throws {
        try send([
            "jsonrpc": "2.0", "id": 0, "method": "initialize",
            "params": [
                "protocolVersion": "2025-11-25", "capabilities": asks ? ["elicitation": [:]] : [:],
                "clientInfo": ["name": "t", "version": "1"],
            ],
        ])
        _ = try answer(0)
    }

    func send(_ message: JSONValue) throws {
        let bytes = message.serialized() + [0x0A]
        guard case .bytes(bytes.count)? = toServer?.write(bytes[...]) else { throw Missing() }
    }

    /// Makes a call; its identifier.
    func call(_ arguments: JSONObject, _ more: JSONObject = [:]) throws -> Int {
        lastID += 1
        var params: JSONObject = ["name": "login", "arguments": .object(arguments)]
        for member in more { params[member.key] = member.value }
        try send(["jsonrpc": "2.0", "id": .int(lastID), "method": "tools/call", "params": .object(params)])
        return lastID
    }

    /// The same without a handshake, by a client that can ask.
    func modernCall(_ arguments: JSONObject, _ more: JSONObject = [:]) throws -> JSONValue {
        var members = more
        members["_meta"] = [
            "io.modelcontextprotocol/protocolVersion": "2026-07-28",
            "io.modelcontextprotocol/clientCapabilities": ["elicitation": ["form": [:]]],
            "io.modelcontextprotocol/clientInfo": ["name": "t", "version": "1"],
        ]
        return try answer(try call(arguments, members))
    }

    func wait(_ condition: () throws -> Bool) throws {
        let deadline = loop.now + .seconds(60)
        while try !condition() {
            guard loop.now < deadline else { throw Missing() }
            try loop.runOnce(timeout: .milliseconds(20))
            collect()
        }
    }

    private func message(_ isMeant: (JSONValue) -> Bool) throws -> JSONValue {
        try wait { messages.contains(where: isMeant) }
        let index = messages.firstIndex(where: isMeant) ?? 0
        return messages.remove(at: index)
    }

    func answer(_ identifier: Int) throws -> JSONValue {
        try message { $0["id"]?.int == identifier && $0["method"] == nil }
    }

    /// The next question, and its text.
    func question() throws -> (id: JSONValue, text: String) {
        let asked = try message { $0["method"]?.string == "elicitation/create" }
        return (asked["id"] ?? .null, asked["params"]?["message"]?.string ?? "")
    }

    func reply(_ question: JSONValue, _ isYes: Bool) throws {
        try send(["jsonrpc": "2.0", "id": question, "result": ["action": "accept", "content": ["run": .bool(isYes)]]])
    }

    /// Whether it was opened, or the text of the failure.
    func result(_ identifier: Int) throws -> String? {
        let result = try answer(identifier)["result"]
        guard result?["isError"]?.bool == true else { return nil }
        return result?["content"]?[0]?["text"]?.string ?? ""
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
