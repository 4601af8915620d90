internal import EventLoop

/// The session of a command, as the command needs it.
protocol ExecutionOwner: AnyObject {
    /// Takes it out of the queue, or interrupts it.
    func cancel(_ execution: Execution)
    /// The time of a running command is up.
    func expire(_ execution: Execution)
}

extension LocalSession: ExecutionOwner {}

/// One command of a session, from the queue to its outcome.
final class Execution: RunningCommand {
    let request: ExecRequest
    let progress: ((OutputStream, ArraySlice<UInt8>) -> Void)?
    private var completion: ((Result<ExecOutcome, ExecFailure>) -> Void)?
    let stdout = Capture()
    let stderr = Capture()
    weak var session: (any ExecutionOwner)?
    private let loop: EventLoop

    private(set) var startedAt: MonotonicInstant?
    private var endedAt: MonotonicInstant?
    /// The command's place in the framing; `nil` before its start.
    var frame: ShellDialect.Frame?
    var deadline: Timer?
    var interruption: Interruption?
    var nextStep: Timer?
    var timedOut = false
    var cancelled = false
    var lateBytesDropped = 0

    init(
        _ request: ExecRequest, session: any ExecutionOwner, loop: EventLoop,
        progress: ((OutputStream, ArraySlice<UInt8>) -> Void)?,
        completion: @escaping (Result<ExecOutcome, ExecFailure>) -> Void
    ) {
        self.request = request
        self.session = session
        self.loop = loop
        self.progress = progress
        self.completion = completion
    }

    var isFinished: Bool { completion == nil }
    var isStarted: Bool { startedAt != nil }

    var duration: Duration {
        guard let startedAt else { return .zero }
        return (endedAt ?? loop.now) - startedAt
    }

    func markStarted() { startedAt = loop.now }

    func take(_ stream: OutputStream, _ bytes: ArraySlice<UInt8>) {
        (stream == .stdout ? stdout : stderr).append(bytes)
        progress?(stream, bytes)
    }

    func cancel() { session?.cancel(self) }

    func detach() {
        guard !isFinished else { return }
        isDetached = true
        deadline?.cancel()
    }

    /// Lifted before the start: no deadline is armed then.
    private(set) var isDetached = false

    func finish(status: Int, cwd: String?, sessionEnd: SessionEnd?) {
        guard completion != nil else { return }
        endedAt = loop.now
        let code = timedOut ? 124 : cancelled ? 130 : status
        var outcome = ExecOutcome(exitCode: code, stdout: stdout, stderr: stderr, duration: duration, cwd: cwd)
        outcome.timedOut = timedOut
        outcome.cancelled = cancelled
        outcome.sessionEnd = sessionEnd
        outcome.lateBytesDropped = lateBytesDropped
        complete(.success(outcome))
    }

    func fail(_ failure: ExecFailure) { complete(.failure(failure)) }

    private func complete(_ result: Result<ExecOutcome, ExecFailure>) {
        deadline?.cancel()
        nextStep?.cancel()
        let body = completion
        completion = nil
        body?(result)
    }
}
