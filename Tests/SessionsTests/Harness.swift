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
    /// One for all, so that the container engine the tests start is nobody's orphan.
    let spawner = TestMachine.spawner
    let table: SessionTable
    let directory: String

    init(limit: Int = 16, idleLimit: Duration? = nil) {
        table = SessionTable(loop: loop, spawner: spawner, limit: limit, idleLimit: idleLimit)
        directory = TestMachine.scratch + "/" + UUID().uuidString
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

    /// A session by any transport, in this harness's directory, which containers see under the same name.
    func open(_ transport: Transport) throws -> any Session {
        guard let place = try place(of: transport) else { return try open(transport.shell) }
        return try open(place.place, place.options)
    }

    func open(_ place: any RemotePlace, _ options: RemoteShellOptions) throws -> any Session {
        var result: Result<any Session, SessionStartFailure>?
        table.createRemote(in: place, options) { result = $0 }
        try wait { result != nil }
        return try result!.get()
    }

    func place(of transport: Transport) throws -> (place: any RemotePlace, options: RemoteShellOptions)? {
        var options = RemoteShellOptions()
        options.workingDirectory = directory
        options.shell = transport.remoteShell
        switch transport.kind {
        case .local:
            return nil
        case .relay:
            return (RelayPlace(shell: options.shell!, loop: loop, spawner: spawner), options)
        case .docker:
            let world = try DockerWorld.shared.get()
            let place = DockerPlace.make(
                world.options(container: world.container), loop: loop, spawner: spawner, buffer: ReadBuffer())
            return (try place.get(), options)
        case .ssh:
            return (try SSHWorld.shared.get().place(on: loop, wait: wait), options)
        }
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
        if let owner = session as? any ExecutionOwner, let execution = command as? Execution { owner.expire(execution) }
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
