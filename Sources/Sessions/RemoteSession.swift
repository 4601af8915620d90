public import EventLoop
internal import Spawn

/// A shell in another place, reached over channels without a terminal; see `RemoteDriver`.
public final class RemoteSession: Session {
    public let identifier: String
    public let label: String
    public internal(set) var end: SessionEnd?
    public internal(set) var lastUsed: MonotonicInstant
    public var onEnd: ((SessionEnd) -> Void)?

    let loop: EventLoop
    let place: any RemotePlace
    let options: RemoteShellOptions
    let greeting: RemoteDriver.Greeting
    var channel: (any RemoteChannel)?
    /// The shell, once it has answered.
    var shell: RemoteShell?
    var streams = RemoteStreams()
    /// What came on standard error before the answer: why there may be none.
    var said: [UInt8] = []

    var current: Execution?
    var queue: [Execution] = []
    var background: [RemoteBackground] = []
    var counter: UInt32 = 0
    var lastStatus = 0
    var stopsAtErrors = false
    /// The questions of the last command: the last one sent, and the last one answered.
    var asked = -1
    var answered = -1
    var nonce = ""
    var begin = ""
    var settling: Timer?
    /// Children of an interrupted command are being ended, and the next command waits for that.
    var sweep: RemoteSweep?
    var lateBytes = 0
    /// The file that holds the input of the running command.
    var inputFile: String?
    var leaving: RemoteLeaving?
    /// Keeps the object until nothing of it is left, whoever else forgets it.
    var keepAlive: RemoteSession?

    init(
        identifier: String, place: any RemotePlace, options: RemoteShellOptions, greeting: RemoteDriver.Greeting,
        loop: EventLoop
    ) {
        self.identifier = identifier
        self.place = place
        self.options = options
        self.greeting = greeting
        self.loop = loop
        label = place.label
        lastUsed = loop.now
        streams.expect(.hello, greeting.hello)
        streams.expect(.secret, greeting.secret)
        keepAlive = self
        place.openChannel(command: RemoteDriver.bootstrap) { [weak self] in self?.opened($0) }
    }

    /// As the place told it behind the last command.
    public internal(set) var directory: String?
    public var isOpen: Bool { end == nil }
    public var isBusy: Bool { current != nil || !queue.isEmpty }
    public func touch() { lastUsed = loop.now }

    private func opened(_ result: Result<any RemoteChannel, PlaceFailure>) {
        switch result {
        case .failure(let failure):
            finish(.placeLost(failure), status: Self.lostStatus)
        case .success(let channel):
            guard end == nil else { return channel.close() }
            self.channel = channel
            channel.onOutput = { [unowned self] stream, bytes in hear(stream, bytes) }
            channel.onEnd = { [unowned self] end in channelEnded(end) }
            channel.write(RemoteDriver.session + greeting.line)
        }
    }

    // MARK: Commands

    @discardableResult
    public func execute(
        _ request: ExecRequest, progress: ((OutputStream, ArraySlice<UInt8>) -> Void)? = nil,
        completion: @escaping (Result<ExecOutcome, ExecFailure>) -> Void
    ) -> any RunningCommand {
        let execution = Execution(request, session: self, loop: loop, progress: progress, completion: completion)
        if let end {
            loop.soon { execution.fail(.sessionEnded(end)) }
        } else if request.command.contains(0) {
            loop.soon { execution.fail(.nulInCommand) }
        } else {
            queue.append(execution)
            startNext()
        }
        return execution
    }

    func startNext() {
        guard let shell, channel != nil, current == nil, end == nil, sweep == nil, !queue.isEmpty else { return }
        // Behind an open question a command could be dropped or cut: the shell may still have a signal to handle.
        if answered < asked { return settle(.milliseconds(1)) }
        let execution = queue.removeFirst()
        guard !execution.isFinished else { return startNext() }
        current = execution
        if let failure = start(execution, shell) {
            current = nil
            // Never from within the call that queued it.
            loop.soon { [self] in
                execution.fail(failure)
                startNext()
            }
        }
    }

    /// Asks until the last question is answered, so that nothing is left that could make the shell drop a command.
    private func settle(_ pause: Duration) {
        guard settling?.isArmed != true else { return }
        settling = loop.after(pause) { [weak self] in
            guard let self, end == nil, current == nil, answered < asked else { return }
            // An interrupted shell dropped a part of a line and waits for the end of the rest, which must not run.
            if pause > .seconds(16) { return finish(.uninterruptible, status: 128 + Int(Signal.kill.rawValue)) }
            ask()
            settle(pause * 2)
        }
    }

    /// Gives the command to the shell, or says why not.
    private func start(_ execution: Execution, _ shell: RemoteShell) -> ExecFailure? {
        var text: [UInt8] = []
        do {
            nonce = Hexadecimal.text(try SystemRandom.bytes(16))
            begin = Hexadecimal.text(try SystemRandom.bytes(16))
            if let input = execution.request.stdin {
                guard let directory = shell.directory else { return .noPlaceForInput }
                let file = directory + "/.execkit-" + Hexadecimal.text(try SystemRandom.bytes(16))
                inputFile = file
                text += "+\(file) ".utf8 + ShellDialect.octal(input) + [UInt8(ascii: "\n")]
            }
        } catch {
            return .system(errno: error.errno)
        }
        guard execution.request.beforeStart() else {
            inputFile = nil
            return .notRecorded
        }
        counter = counter % 1_000_000_000 + 1
        let frame = ShellDialect.Frame(
            begin: counter, nonce: nonce, previousStatus: lastStatus, stopsAtErrors: stopsAtErrors,
            hasInput: execution.request.stdin != nil)
        execution.frame = frame
        streams.begin(begin: begin, command: nonce)
        (asked, answered) = (0, -1)
        execution.markStarted()
        text += "=\(begin)\n".utf8
        text += shell.dialect.remoteLines(command: execution.request.command, frame: frame, input: inputFile)
        channel?.write(text)
        if let limit = execution.request.timeout, !execution.isDetached {
            execution.deadline = loop.after(limit) { [weak self, weak execution] in
                if let self, let execution { expire(execution) }
            }
        }
        askAgain(execution, after: Self.firstQuestion)
        return nil
    }

    /// A command that takes longer may have been dropped by its shell at an error, and the question with it.
    private static let firstQuestion: Duration = .milliseconds(10)

    /// Asks for the report again and again, ever more rarely. A question waits in the shell's input until the shell reads
    /// again, so the first is enough, unless the shell throws it away too.
    private func askAgain(_ execution: Execution, after pause: Duration) {
        execution.nextStep = loop.after(pause) { [weak self, weak execution] in
            guard let self, let execution, current === execution, execution.interruption == nil else { return }
            ask()
            askAgain(execution, after: pause * 2)
        }
    }

    func ask() {
        guard let shell else { return }
        asked += 1
        channel?.write(ShellDialect.feed(shell.dialect.report(nonce: nonce, turn: asked)))
    }

    /// What a command gives whose connection was lost: as ssh(1) does.
    static let lostStatus = 255
}
