internal import EventLoop
internal import KeeperClient
public import KeeperProtocol
public import Sessions
internal import Spawn

/// How a run with secrets ended.
public struct SecretRunOutcome {
    /// Raw output; nothing is redacted here.
    public let direct: DirectOutcome
    /// What ran, as an absolute path.
    public let program: String
    /// What was handed over, without values; `nil` when no secret was asked for.
    public let opened: OpenedSecrets?
}

/// A run with secrets, from its record to its end.
public final class SecretRun {
    private var opening: Opening<PreparedSecrets>?
    private var run: DirectRun?
    private var completion: ((Result<SecretRunOutcome, SecretRunFailure>) -> Void)?

    init(_ completion: @escaping (Result<SecretRunOutcome, SecretRunFailure>) -> Void) { self.completion = completion }

    public var isFinished: Bool { completion == nil }
    /// What it has printed so far; `nil` before its start.
    public var stdout: Capture? { run?.stdout }
    public var stderr: Capture? { run?.stderr }
    /// From the start of the program; zero before.
    public var duration: Duration { run?.duration ?? .zero }

    /// Before the program has started: nothing starts. Afterwards: as a timeout would.
    public func cancel() {
        opening?.cancel()
        run?.cancel()
    }

    func begin(_ opening: Opening<PreparedSecrets>, on loop: EventLoop) {
        self.opening = opening
        opening.start(on: loop)
    }

    func finish(_ result: Result<SecretRunOutcome, SecretRunFailure>) {
        opening = nil
        let body = completion
        completion = nil
        body?(result)
    }

    /// Starts the program with what was opened, and wipes that before this returns.
    func start(
        _ opened: Opening<PreparedSecrets>.Opened, _ request: SecretRunRequest, program: String, names: [String], runs: DirectRuns,
        keeper: KeeperClient, progress: ((OutputStream, ArraySlice<UInt8>) -> Void)?
    ) {
        opening = nil
        let prepared = opened.prepared
        do throws(DirectFailure) {
            run = try runs.start(
                try Self.plan(prepared, request, program: program, names: names), stdin: request.stdin,
                timeout: request.timeout, progress: progress
            ) { [self] outcome in
                prepared.removeFiles()
                // The result first: it leaves before the keeper is told.
                finish(.success(SecretRunOutcome(direct: outcome, program: program, opened: opened.summary)))
                if let summary = opened.summary { keeper.ended(Self.end(summary.receipt, outcome)) }
            }
            prepared.closeDescriptors()
        } catch {
            prepared.removeFiles()
            if let summary = opened.summary { keeper.ended(EndedRun(receipt: summary.receipt, outcome: .notStarted)) }
            finish(.failure(.notStarted(error)))
        }
    }

    private static func plan(
        _ prepared: PreparedSecrets, _ request: SecretRunRequest, program: String, names: [String]
    ) throws(DirectFailure) -> SpawnPlan {
        do throws(SpawnError) {
            var environment = try EnvironmentBlock.inherited(adding: names)
            environment.adopt(prepared.takeEnvironment())
            var plan = SpawnPlan(
                executable: program, arguments: request.arguments, environment: environment,
                workingDirectory: request.workingDirectory)
            plan.descriptors += prepared.mappings
            return plan
        } catch {
            throw .notSpawned(error)
        }
    }

    private static func end(_ receipt: Int, _ outcome: DirectOutcome) -> EndedRun {
        let how: EndedRun.Outcome =
            if outcome.timedOut { .timedOut } else if outcome.cancelled { .cancelled }
            else if outcome.exitCode != nil { .exited } else if outcome.signal != nil { .signaled } else { .lost }
        return EndedRun(receipt: receipt, exitCode: outcome.exitCode, outcome: how)
    }
}
