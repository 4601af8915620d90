internal import EventLoop
internal import Spawn

/// The end of the session and of everything that came from it.
extension RemoteSession {
    /// Stops taking commands, answers those that run and wait, and ends every process.
    func finish(_ reason: SessionEnd, status: Int) {
        guard end == nil else { return }
        end = reason
        let waiting = queue
        queue = []
        let running = current
        settling?.cancel()
        sweep?.limit?.cancel()
        let leaving = RemoteLeaving(self)
        self.leaving = leaving
        leaving.start()
        if let running { conclude(running, status: status, cwd: nil, sessionEnd: reason) }
        for execution in waiting { execution.fail(.sessionEnded(reason)) }
        let told = onEnd
        onEnd = nil
        told?(reason)
    }

    public func close(_ reason: CloseReason, whenGone body: @escaping (Int) -> Void) {
        finish(.closed(reason), status: 128 + Int(Signal.hangup.rawValue))
        leaving?.whenGone(body)
    }

    public func closeNow(_ reason: CloseReason, within limit: Duration) {
        let deadline = loop.now + limit
        if end == nil { channel?.write(Array("~0\n".utf8)) }
        close(reason)
        leaving?.finishNow(by: deadline)
    }
}

/// The way of an ended session out: its feeder ends every process when its input ends and tells how many are left. If
/// it does not, another channel is opened for that.
final class RemoteLeaving {
    /// Until it is over.
    private var session: RemoteSession?
    private let grace: Duration
    private let loop: EventLoop
    /// How many processes are left, once that is final.
    private var left: Int?
    private var told: Int?
    private var waiting: [(Int) -> Void] = []
    private var timer: Timer?
    private var cleaner: (any RemoteChannel)?
    private var isSecondTry = false

    init(_ session: RemoteSession) {
        self.session = session
        loop = session.loop
        grace = session.options.closeGrace
    }

    /// From the end of the input: the grace, five seconds of SIGKILL, and what a slow machine takes for both.
    private var limit: Duration { grace + .seconds(20) }

    func start() {
        guard let channel = session?.channel else { return tryAgain() }
        timer = loop.after(limit) { [self] in tryAgain() }
        channel.closeInput()
    }

    func found(_ count: Int) {
        told = count
        guard left == nil else { return }
        // What withstood holds the outputs open, and the channel would not end.
        timer?.cancel()
        timer = loop.after(.seconds(1)) { [self] in conclude(count) }
    }

    func channelEnded() {
        if let told { conclude(told) } else { tryAgain() }
    }

    /// Ends by another channel what the session's own did not end. Without a shell there was nothing to end.
    private func tryAgain() {
        guard let session, left == nil, !isSecondTry else { return }
        timer?.cancel()
        isSecondTry = true
        session.channel?.close()
        session.channel = nil
        guard let shell = session.shell else { return conclude(0) }
        timer = loop.after(limit) { [self] in conclude(0) }
        session.place.openChannel(command: RemoteDriver.bootstrap) { [self] result in
            guard left == nil, case .success(let channel) = result else { return conclude(0) }
            cleaner = channel
            var reader = MarkReader()
            reader.expect(.secret, session.greeting.secret)
            channel.onOutput = { [weak self] _, bytes in
                reader.feed(bytes) { piece in
                    guard case .mark(_, let fields) = piece, let field = fields.first else { return }
                    self?.told = Int(String(decoding: field.dropFirst(), as: UTF8.self))
                }
            }
            channel.onEnd = { [weak self] _ in self.map { $0.conclude($0.told ?? 0) } }
            let jobs = session.background.map { String($0.processIdentifier) }.joined(separator: " ")
            channel.write(
                RemoteDriver.cleaner
                    + Array("\(session.greeting.secret) 0 \(shell.tag) \(shell.process) 0 \(jobs)\n".utf8))
        }
    }

    private func conclude(_ count: Int) {
        guard let session, left == nil else { return }
        left = count
        timer?.cancel()
        for channel in [session.channel, cleaner] { channel?.close() }
        session.channel = nil
        cleaner = nil
        for job in session.background { job.sessionEnded() }
        session.background = []
        let bodies = waiting
        waiting = []
        for body in bodies { body(count) }
        session.keepAlive = nil
        self.session = nil
    }

    func whenGone(_ body: @escaping (Int) -> Void) {
        if let left { return loop.soon { body(left) } }
        waiting.append(body)
    }

    func finishNow(by deadline: MonotonicInstant) {
        guard left == nil else { return }
        timer?.cancel()
        session?.channel?.finishNow(by: deadline)
        if told == nil { cleaner?.finishNow(by: deadline) }
        isSecondTry = true
        conclude(told ?? 0)
    }
}
