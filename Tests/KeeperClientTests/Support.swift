import EventLoop
import Foundation
import KeeperProtocol
import Spawn
import Testing

@testable import KeeperClient

/// Suites that make processes, one after the other.
@Suite("The way to the keeper", .serialized)
struct WithKeepers {}

/// A loop, a spawner, a directory, and keepers as shell scripts that lie, stall and die as they are told.
final class Harness {
    let loop = try! EventLoop()
    let spawner = Spawner(adoptsOrphans: true)
    let directory: String
    private(set) var clients: [KeeperClient] = []

    init() {
        directory = FileManager.default.temporaryDirectory.resolvingSymlinksInPath().path + "/keeper-" + UUID().uuidString
        try! FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
    }

    static func run(_ body: (Harness) throws -> Void) throws {
        let harness = Harness()
        defer {
            for client in harness.clients { client.shutdown() }
            #expect(harness.spawner.orphans().isEmpty)
            try? FileManager.default.removeItem(atPath: harness.directory)
        }
        try body(harness)
    }

    struct Hang: Error {}

    /// Turns the loop until `condition` holds. The deadline is a guard against a hang, not a measure.
    func wait(_ condition: () throws -> Bool) throws {
        let deadline = loop.now + .seconds(60)
        while try !condition() {
            guard loop.now < deadline else { throw Hang() }
            try loop.runOnce(timeout: .milliseconds(20))
        }
    }

    func write(_ name: String, _ bytes: [UInt8]) throws {
        try Data(bytes).write(to: URL(fileURLWithPath: "\(directory)/\(name)"))
    }

    func text(_ name: String) -> String {
        (try? String(contentsOfFile: "\(directory)/\(name)", encoding: .utf8)) ?? ""
    }

    /// A keeper that is a script. Its socket is descriptor 3, and it stands in the directory.
    func script(_ body: String) throws -> String {
        let path = "\(directory)/keeper-\(UUID().uuidString)"
        try "#!/bin/sh\ncd \(directory)\necho $$ >> started\n\(body)\n".write(toFile: path, atomically: false, encoding: .utf8)
        try FileManager.default.setAttributes([.posixPermissions: 0o700], ofItemAtPath: path)
        return path
    }

    /// Answers the requests, in their order, with the bytes of the files `1`, `2`, …; writes down what was asked.
    static let answering = """
        n=0
        while set -- $(head -c 8 <&3 | od -An -tu1) && [ $# = 8 ]; do
            head -c $(($1 << 24 | $2 << 16 | $3 << 8 | $4)) <&3 >> asked; echo >> asked
            n=$((n + 1)); [ -f $n ] && cat $n >&3
        done
        echo bye >> ended
        """

    func client(_ path: String?, patience: Duration = .seconds(60), idle: Duration = .seconds(600)) -> KeeperClient {
        let client = KeeperClient(loop: loop, spawner: spawner, path: path, patience: patience, idleLimit: idle)
        clients.append(client)
        return client
    }

    func ask(_ client: KeeperClient, _ ask: KeeperRequest.Ask = .status) throws -> Result<KeeperReply.Answer, KeeperFailure> {
        var result: Result<KeeperReply.Answer, KeeperFailure>?
        client.ask(ask) { result = $0 }
        #expect(result == nil)
        try wait { result != nil }
        return result!
    }

    func open(_ client: KeeperClient, _ keys: [String] = ["A"]) throws -> Result<OpenReply, KeeperFailure> {
        var result: Result<OpenReply, KeeperFailure>?
        client.open(request(keys)) { result = $0 }
        try wait { result != nil }
        return result!
    }

    func request(_ keys: [String]) -> OpenRequest {
        OpenRequest(run: "0", keys: keys, program: "/bin/true", command: ["true"], origin: "/", purpose: .run)
    }

    /// Waits until no script that was started lives.
    func waitUntilGone() throws {
        let numbers = text("started").split(separator: "\n").compactMap { Int32($0) }
        try wait { numbers.allSatisfy { ProcessTable.record(of: $0).map(\.hasEnded) ?? true } }
    }
}

/// A frame, with values that follow it.
func frame(_ id: Int, _ answer: KeeperReply.Answer, _ values: String = "") throws -> [UInt8] {
    try KeeperFrame.head(json: KeeperReply(id: id, answer).json, secretBytes: values.utf8.count) + Array(values.utf8)
}

func opened(_ entries: [(key: String, count: Int)], receipt: Int = 7) -> KeeperReply.Answer {
    .opened(
        OpenedSecrets(
            receipt: receipt, projectID: "p", projectName: "shop",
            entries: entries.map {
                OpenedEntry(key: $0.key, environment: "dev", folder: "", version: 1, byteCount: $0.count, isWeakAllowed: false)
            }))
}

let missing = KeeperReply.Answer.status(KeeperStatus(vault: .missing, idleSeconds: 900))

extension Result {
    var failure: Failure? { if case .failure(let failure) = self { failure } else { nil } }
}
