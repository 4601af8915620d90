import AuditLog
import CommandCalls
import CommandPolicy
import EventLoop
import Foundation
import PrivateFiles
import Sessions
import Spawn
import Testing

@testable import SessionTools

/// A session that ends when it is told to, and whose processes never do.
private final class Undying: Session {
    let identifier = "undying"
    let label = "local"
    var isBusy = false
    let lastUsed = MonotonicInstant(nanoseconds: 0)
    func touch() {}
    var end: SessionEnd?
    var onEnd: ((SessionEnd) -> Void)?
    var directory: String? { nil }
    var isOpen: Bool { end == nil }

    func execute(
        _ request: ExecRequest, progress: ((Sessions.OutputStream, ArraySlice<UInt8>) -> Void)?,
        completion: @escaping (Result<ExecOutcome, ExecFailure>) -> Void
    ) -> any RunningCommand { preconditionFailure("no command in this test") }

    func startBackground(
        _ request: BackgroundRequest, completion: @escaping (Result<any BackgroundCommand, ExecFailure>) -> Void
    ) {
        let job = UndyingJob()
        if request.beforeStart() { completion(.success(job)) }
    }

    func close(_ reason: CloseReason, whenGone: @escaping (Int) -> Void) {
        guard end == nil else { return }
        end = .closed(reason)
        onEnd?(.closed(reason))
    }

    func closeNow(_ reason: CloseReason, within limit: Duration) { close(reason) { _ in } }
}

private final class UndyingJob: BackgroundCommand {
    let processIdentifier: Int32 = 0
    let stdout = Capture()
    let stderr = Capture()
    let exitCode: Int? = nil
    let duration = Duration.seconds(1)
    var onEnd: (() -> Void)?
    var onOutput: ((Sessions.OutputStream, ArraySlice<UInt8>) -> Void)?
    let unwrittenInput = 0

    func write(_ bytes: [UInt8]) -> Bool { false }
    func closeInput() {}
    func signal(_ signal: Signal) -> Bool { false }
    func stop(grace: Duration) {}
}

@Suite("The record at a shutdown")
struct ShutdownTests {
    @Test("A job that nothing ends has its end on record before the close of its session")
    func undying() throws {
        let base = FileManager.default.temporaryDirectory.resolvingSymlinksInPath().path + "/execkit-shutdown-" + UUID().uuidString
        defer { try? FileManager.default.removeItem(atPath: base) }
        let log = try AuditLog(
            in: try Directory(making: try AbsolutePath(base)), name: "log.jsonl", durability: .none, now: { 1 })
        let host = SessionHost(
            loop: try EventLoop(), spawner: Spawner(), policy: CommandPolicy(), recorder: Recorder(.file(log)),
            texts: .shapesOnly, limits: .init(execTimeout: 60, yieldSeconds: 0, mostSessions: 4, mostJobs: 4, idleSeconds: 0, inheritedNames: [], containerEngine: "docker"),
            onEvent: { _ in })
        let session = Undying()
        host.sessions.admit(session)
        let open = OpenSession(session: session, side: host.localSide, fence: .open, budget: nil)
        host.add(open)
        let receipt = try #require(try host.recorder.write(.jobStart(session: "undying", job: "j", command: "x", cwd: nil)))
        let command = UndyingJob()
        let job = Job(
            identifier: "j", session: "undying", command: "x", script: "x", work: .background(command), stdout: command.stdout,
            stderr: command.stderr, texts: .shapesOnly)
        host.jobs.add(job)
        BackgroundStart.watch(job, command, receipt, in: open, of: host)
        host.shutdown()
        let records = try Directory(at: try AbsolutePath(base)).read("log.jsonl", limit: 1 << 20).split(separator: 0x0A)
            .compactMap { AuditRecord(line: $0) }
        #expect(records.map(\.type) == [.begin, .jobStart, .jobEnd, .close])
        #expect(records[2].object["reason"]?.string == "shutdown" && records[2].object["exit_code"] == nil)
        #expect(!job.isRunning)
        // Told late, it changes nothing.
        command.onEnd?()
        #expect(log.head.seq == 3)
    }
}
