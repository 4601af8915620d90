public import EventLoop
internal import Spawn

/// A shell on this machine.
public final class LocalSession: Session {
    public let identifier: String
    public let label: String
    public internal(set) var end: SessionEnd?
    public internal(set) var lastUsed: MonotonicInstant
    public var onEnd: ((SessionEnd) -> Void)?

    let loop: EventLoop
    let spawner: Spawner
    let options: LocalShellOptions
    let buffer: ReadBuffer
    let shell: ShellProcess
    var current: Execution?
    var queue: [Execution] = []
    var background: [LocalBackground] = []
    var closers: [TreeCloser] = []
    var counter: UInt32 = 0
    var lastStatus = 0
    /// Finds the reports of the last command given to the shell, late ones too.
    var reader: ControlReader?
    /// The questions of that command: the last one sent, and the last one answered.
    var asked = -1
    var answered = -1
    var settling: Timer?
    /// Children of an interrupted command are being ended, and the next command waits for that.
    var isSweeping = false
    var nonce = ""
    var stopsAtErrors = false
    var lateBytes = 0
    /// The control channel ended while the process went on: it is another program now.
    var isReplaced = false
    /// Keeps the object while processes of it are left, whoever else forgets it.
    var keepAlive: LocalSession?

    init(
        identifier: String, label: String, options: LocalShellOptions, secrets: consuming EnvironmentBlock,
        loop: EventLoop, spawner: Spawner, buffer: ReadBuffer
    ) throws(ShellProcess.Failure) {
        self.identifier = identifier
        self.label = label
        self.options = options
        self.loop = loop
        self.spawner = spawner
        self.buffer = buffer
        lastUsed = loop.now
        shell = try ShellProcess(options: options, secrets: secrets, loop: loop, spawner: spawner, buffer: buffer)
        keepAlive = self
        for (pipe, stream) in [(shell.stdout, OutputStream.stdout), (shell.stderr, .stderr)] {
            pipe.sink = { [unowned self] bytes in take(stream, bytes) }
        }
        shell.onControl = { [unowned self] bytes in listen(bytes) }
        shell.onControlEnd = { [unowned self] in isReplaced = self.shell.child.isExecuting }
        shell.onExit = { [unowned self] status in shellEnded(status) }
        shell.send(shell.dialect.initialText)
    }

    /// By the kernel's word, whatever the shell's variables say.
    public var directory: String? { shell.child.workingDirectory }
    public var isOpen: Bool { end == nil }
    public var isBusy: Bool { current != nil || !queue.isEmpty }
    public func touch() { lastUsed = loop.now }

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
        guard current == nil, end == nil, !isSweeping, !queue.isEmpty else { return }
        // Behind an open question a command could be dropped or cut: the shell may still have a signal to handle.
        if answered < asked { return settle(.milliseconds(1)) }
        let execution = queue.removeFirst()
        guard !execution.isFinished else { return startNext() }
        current = execution
        if let failure = start(execution) {
            current = nil
            // Never from within the call that queued it.
            loop.soon { [self] in
                execution.fail(failure)
                startNext()
            }
        }
    }

    /// Asks until the last question is answered, so that nothing is left that could make the shell drop a command.
    func settle(_ pause: Duration) {
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
    func start(_ execution: Execution) -> ExecFailure? {
        let nonce: String
        do {
            nonce = Hexadecimal.text(try SystemRandom.bytes(16))
            if let input = execution.request.stdin { try shell.setInput(input) }
        } catch {
            return .system(errno: error.errno)
        }
        // Whatever background children of earlier commands have printed is not this one's.
        shell.stdout.drain()
        shell.stderr.drain()
        guard execution.request.beforeStart() else { return .notRecorded }
        counter = counter % 1_000_000_000 + 1
        let frame = ShellDialect.Frame(
            begin: counter, nonce: nonce, previousStatus: lastStatus, stopsAtErrors: stopsAtErrors,
            hasInput: execution.request.stdin != nil)
        execution.lateBytesDropped = lateBytes
        lateBytes = 0
        execution.frame = frame
        self.nonce = nonce
        reader = ControlReader(dialect: shell.dialect.kind, nonce: nonce)
        asked = shell.dialect.asksAhead ? 0 : -1
        answered = -1
        execution.markStarted()
        shell.send(shell.dialect.lines(command: execution.request.command, frame: frame))
        if let limit = execution.request.timeout, !execution.isDetached {
            execution.deadline = loop.after(limit) { [weak self, weak execution] in
                if let self, let execution { expire(execution) }
            }
        }
        if shell.dialect.dropsInput { askAgain(execution, after: .milliseconds(1)) }
        return nil
    }

    /// Asks for the report again and again, ever more rarely, where a shell may have thrown the question away.
    func askAgain(_ execution: Execution, after pause: Duration) {
        execution.nextStep = loop.after(pause) { [weak self, weak execution] in
            guard let self, let execution, current === execution, execution.interruption == nil else { return }
            ask()
            askAgain(execution, after: pause * 2)
        }
    }

    func ask() {
        asked += 1
        shell.send(shell.dialect.report(nonce: nonce, turn: asked))
    }
}
