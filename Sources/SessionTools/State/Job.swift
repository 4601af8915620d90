import CommandCalls
import EventLoop
import OutputShaping
import Redaction
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
    /// The command itself, for judging what it reads.
    let script: String
    /// The line of its input that is not complete yet.
    var openLine = ""
    /// Its input as the record shows it.
    var input: LiveText
    /// Nil once it has ended: what carries out a command holds descriptors, and an ended job is kept for long.
    private(set) var work: Work?
    let stdout: Capture
    let stderr: Capture
    /// Who polls gets what is new.
    let follower: OutputFollower
    private(set) var endedAt: MonotonicInstant?
    private(set) var exitCode: Int?
    private(set) var note: String?
    private var finalDuration = Duration.zero
    /// Puts its end on record when nobody could see it end, and what comes after that is to be recorded now.
    var onLost: (() -> Void)?

    init(identifier: String, session: String, command: String, script: String, work: Work, stdout: Capture, stderr: Capture, texts: Texts) {
        self.identifier = identifier
        self.session = session
        self.command = command
        self.script = script
        input = LiveText(texts, reading: Fence.shellReadsInput(of: script) ? .shellCommand : .text)
        self.work = work
        self.stdout = stdout
        self.stderr = stderr
        follower = OutputFollower(stdout: stdout, stderr: stderr, texts: texts)
    }

    var isRunning: Bool { endedAt == nil }

    var duration: Duration {
        switch work {
        case .background(let command): command.duration
        case .foreground(let command): command.duration
        case nil: finalDuration
        }
    }

    /// - Parameter note: what the agent should know of the end, beyond the exit code.
    func ended(exitCode: Int?, at now: MonotonicInstant, note: String? = nil) {
        guard endedAt == nil else { return }
        endedAt = now
        self.exitCode = exitCode
        self.note = note
        finalDuration = duration
        work = nil
        onLost = nil
    }

    func stop() {
        switch work {
        case .background(let command): command.stop(grace: .seconds(5))
        case .foreground(let command): command.cancel()
        case nil: break
        }
    }
}
