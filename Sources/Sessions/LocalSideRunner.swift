public import EventLoop
internal import Spawn

/// Scripts on this machine, each a process of its own with a small environment.
public final class LocalSideRunner: SideRunner {
    private let loop: EventLoop
    private let runs: DirectRuns

    public init(loop: EventLoop, runs: DirectRuns) {
        self.loop = loop
        self.runs = runs
    }

    @discardableResult
    public func run(
        script: [UInt8], arguments: [[UInt8]], stdin: [UInt8], timeout: Duration,
        completion: @escaping (Result<SideOutcome, SideFailure>) -> Void
    ) -> SideRun {
        do {
            let plan = SpawnPlan(
                executable: "/bin/sh", arguments: [Array("sh".utf8), Array("-c".utf8), script, Array("sh".utf8)] + arguments,
                environment: try EnvironmentBlock.inherited(), workingDirectory: "/")
            let run = try runs.start(plan, stdin: stdin.isEmpty ? nil : stdin, timeout: timeout) { outcome in
                completion(Self.result(outcome))
            }
            return SideRun { [weak run] in run?.cancel() }
        } catch {
            loop.soon { completion(.failure(.notStarted)) }
            return SideRun {}
        }
    }

    private static func result(_ outcome: DirectOutcome) -> Result<SideOutcome, SideFailure> {
        if outcome.timedOut { return .failure(.timedOut) }
        if outcome.cancelled { return .failure(.cancelled) }
        let code = outcome.exitCode ?? 128 + Int(outcome.signal?.rawValue ?? 0)
        return .success(SideOutcome(exitCode: code, stdout: outcome.stdout, stderr: outcome.stderr))
    }
}
