import EventLoop
import Foundation
import Spawn
import Testing

@testable import Sessions

/// All suites that start shells, one after the other.
@Suite("Sessions with real shells", .serialized)
struct RealShells {}

/// The shells the contract is run against, as far as this machine has them.
enum TestShell: String, CaseIterable, CustomTestStringConvertible, Sendable {
    case bash = "/usr/bin/bash"
    case dash = "/usr/bin/dash"
    case ash = "/usr/bin/busybox"

    var testDescription: String { String(rawValue.split(separator: "/").last!) }
    static var present: [TestShell] { allCases.filter { FileManager.default.isExecutableFile(atPath: $0.rawValue) } }
}

/// A loop, a table and a temporary directory. Everything in it ends with `close()`.
final class Harness {
    let loop = try! EventLoop()
    let spawner = Spawner(adoptsOrphans: true)
    let table: SessionTable
    let directory: String

    init(limit: Int = 16, idleLimit: Duration? = nil) {
        table = SessionTable(loop: loop, spawner: spawner, limit: limit, idleLimit: idleLimit)
        directory = FileManager.default.temporaryDirectory.resolvingSymlinksInPath().path
            + "/sessions-" + UUID().uuidString
        try! FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
    }

    func close() {
        table.closeAllNow()
        try? FileManager.default.removeItem(atPath: directory)
    }

    static func run(limit: Int = 16, idleLimit: Duration? = nil, _ body: (Harness) throws -> Void) throws {
        let harness = Harness(limit: limit, idleLimit: idleLimit)
        defer { harness.close() }
        try body(harness)
    }

    struct Hang: Error {}

    /// Turns the loop until `condition` holds. The deadline is a guard against a hang, not a measure.
    func wait(_ condition: () -> Bool) throws {
        let deadline = loop.now + .seconds(120)
        while !condition() {
            guard loop.now < deadline else { throw Hang() }
            try loop.runOnce(timeout: .milliseconds(20))
        }
    }

    func options(_ shell: TestShell = .bash) -> LocalShellOptions {
        LocalShellOptions(shell: shell.rawValue, workingDirectory: directory)
    }

    func open(_ shell: TestShell = .bash, _ change: (inout LocalShellOptions) -> Void = { _ in }) throws -> any Session {
        var options = options(shell)
        change(&options)
        var result: Result<any Session, SessionStartFailure>?
        table.createLocal(options) { result = $0 }
        try wait { result != nil }
        return try result!.get()
    }

    func run(_ session: any Session, _ request: ExecRequest) throws -> ExecOutcome {
        var result: Result<ExecOutcome, ExecFailure>?
        session.execute(request, progress: nil) { result = $0 }
        try wait { result != nil }
        return try result!.get()
    }

    /// Runs a command that does not end, and lets its time be up once it has printed `output`.
    func expire(_ session: any Session, _ request: ExecRequest, after output: String) throws -> ExecOutcome {
        var result: Result<ExecOutcome, ExecFailure>?
        let command = session.execute(request, progress: nil) { result = $0 }
        try wait { result != nil || command.isStarted && command.stdout.totalBytes >= output.utf8.count }
        if let local = session as? LocalSession, let execution = command as? Execution { local.expire(execution) }
        try wait { result != nil }
        return try result!.get()
    }

    func run(_ session: any Session, _ command: String, stdin: String? = nil, timeout: Duration? = nil) throws
        -> ExecOutcome
    {
        try run(session, ExecRequest(command, stdin: stdin.map { Array($0.utf8) }, timeout: timeout))
    }
}

extension ExecOutcome {
    var out: String { String(decoding: stdout.contents(), as: UTF8.self) }
    var err: String { String(decoding: stderr.contents(), as: UTF8.self) }
}
