import EventLoop
import OutputShaping
import Sessions
import Spawn

/// One command that goes on in the background.
final class Job {
    /// What carries it out.
    enum Work {
        /// A process of its own: takes input and signals.
        case background(any BackgroundCommand)
        /// A command of the session that outlived the caller's patience: the session is busy until it ends.
        case foreground(any RunningCommand)
    }

    let identifier: String
    let session: String
    /// As it is shown: redacted and shortened.
    let command: String
    let work: Work
    var stdout: CaptureCursor
    var stderr: CaptureCursor
    private(set) var endedAt: MonotonicInstant?
    private(set) var exitCode: Int?
    private(set) var note: String?

    init(identifier: String, session: String, command: String, work: Work, stdout: CaptureCursor, stderr: CaptureCursor) {
        self.identifier = identifier
        self.session = session
        self.command = command
        self.work = work
        self.stdout = stdout
        self.stderr = stderr
    }

    var isRunning: Bool { endedAt == nil }

    var duration: Duration {
        switch work {
        case .background(let command): command.duration
        case .foreground(let command): command.duration
        }
    }

    /// - Parameter note: what the agent should know of the end, beyond the exit code.
    func ended(exitCode: Int?, at now: MonotonicInstant, note: String? = nil) {
        guard endedAt == nil else { return }
        endedAt = now
        self.exitCode = exitCode
        self.note = note
    }

    func stop() {
        switch work {
        case .background(let command): command.stop(grace: .seconds(5))
        case .foreground(let command): command.cancel()
        }
    }
}
