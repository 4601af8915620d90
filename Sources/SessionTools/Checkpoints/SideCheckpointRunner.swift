import Checkpoints
import Sessions

/// Runs the scripts of checkpoints beside a session: a process locally, an `exec` in a container, a channel over SSH.
final class SideCheckpointRunner: CheckpointRunner {
    private let side: any SideRunner
    private var running: SideRun?

    init(_ side: any SideRunner) { self.side = side }

    func run(_ script: [UInt8], stdin: [UInt8]?, timeout: Duration, then: @escaping (Result<RunOutput, RunFailure>) -> Void) {
        running = side.run(script: script, arguments: [], stdin: stdin ?? [], timeout: timeout) { [weak self] result in
            self?.running = nil
            then(Self.output(of: result))
        }
    }

    /// Ends the script that runs now, as a lost connection would.
    func cancel() { running?.cancel() }

    private static func output(of result: Result<SideOutcome, SideFailure>) -> Result<RunOutput, RunFailure> {
        switch result {
        case .success(let outcome):
            // A script's answer with a gap would be read as another answer.
            guard outcome.stdout.isComplete else { return .failure(.tooMuchOutput) }
            return .success(
                RunOutput(
                    stdout: outcome.stdout.contents(), stderr: outcome.stderr.contents(), exitCode: Int32(clamping: outcome.exitCode)))
        case .failure(.timedOut): return .failure(.timedOut)
        case .failure(.notStarted): return .failure(.notStarted)
        case .failure(.unreachable), .failure(.cancelled): return .failure(.lost)
        }
    }
}
