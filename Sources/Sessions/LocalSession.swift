public import EventLoop
internal import Spawn

/// A shell on this machine.
public final class LocalSession: Session {
    public let identifier: String
    public let label: String
    public private(set) var end: SessionEnd?
    public private(set) var lastUsed: MonotonicInstant
    public var onEnd: ((SessionEnd) -> Void)?

    let loop: EventLoop
    let spawner: Spawner
    let options: LocalShellOptions
    let buffer: ReadBuffer
    let shell: ShellProcess
    var current: Execution?
    private var queue: [Execution] = []
    private var background: [LocalBackground] = []
    private var closers: [TreeCloser] = []
    private var counter: UInt32 = 0
    private var lastStatus = 0
    private var stopsAtErrors = false
    private var lateBytes = 0
    /// When the control channel ended though nobody closed it.
    private var replacedAt: MonotonicInstant?
    /// Keeps the object while processes of it are left, whoever else forgets it.
    private var keepAlive: LocalSession?

    init(
        identifier: String, label: String, options: LocalShellOptions, loop: EventLoop, spawner: Spawner,
        buffer: ReadBuffer
    ) throws(ShellProcess.Failure) {
        self.identifier = identifier
        self.label = label
        self.options = options
        self.loop = loop
        self.spawner = spawner
        self.buffer = buffer
        lastUsed = loop.now
        shell = try ShellProcess(options: options, loop: loop, spawner: spawner, buffer: buffer)
        keepAlive = self
        for (pipe, stream) in [(shell.stdout, OutputStream.stdout), (shell.stderr, .stderr)] {
            pipe.sink = { [unowned self] bytes in take(stream, bytes) }
        }
        shell.onControl = { [unowned self] bytes in listen(bytes) }
        shell.onControlEnd = { [unowned self] in replacedAt = self.loop.now }
        shell.onExit = { [unowned self] status in shellEnded(status) }
        shell.send(shell.dialect.initialText)
    }

    public var isOpen: Bool { end == nil }
    public var isBusy: Bool { current != nil || !queue.isEmpty }

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

    private func startNext() {
        guard current == nil, end == nil, !queue.isEmpty else { return }
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

    /// Gives the command to the shell, or says why not.
    private func start(_ execution: Execution) -> ExecFailure? {
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
        execution.reader = ControlReader(dialect: shell.dialect.kind, nonce: nonce)
        execution.markStarted()
        shell.send(shell.dialect.lines(command: execution.request.command, frame: frame))
        if let limit = execution.request.timeout, !execution.isDetached {
            execution.deadline = loop.after(limit) { [weak self, weak execution] in
                guard let self, let execution, current === execution, execution.interruption == nil else { return }
                execution.timedOut = true
                interrupt(execution)
            }
        }
        if shell.dialect.dropsInput { askAgain(execution, after: .milliseconds(5)) }
        return nil
    }

    /// Asks for the report again and again, ever more rarely, where a shell may have thrown the question away.
    private func askAgain(_ execution: Execution, after pause: Duration) {
        execution.nextStep = loop.after(pause) { [weak self, weak execution] in
            guard let self, let execution, current === execution, execution.interruption == nil else { return }
            ask(execution)
            askAgain(execution, after: pause * 2)
        }
    }

    private func ask(_ execution: Execution) {
        guard let frame = execution.frame else { return }
        shell.send(shell.dialect.report(nonce: frame.nonce))
    }

    // MARK: What comes back

    private func take(_ stream: OutputStream, _ bytes: ArraySlice<UInt8>) {
        if let current, current.isStarted { current.take(stream, bytes) } else { lateBytes += bytes.count }
    }

    private func listen(_ bytes: ArraySlice<UInt8>) {
        guard let execution = current, let report = execution.reader?.feed(bytes) else { return }
        // Everything the command wrote is in the pipes by now. Background children may hold them open; nobody waits
        // for those.
        shell.stdout.drain()
        shell.stderr.drain()
        stopsAtErrors = report.stopsAtErrors
        if let frame = execution.frame, let begin = report.begin, begin == frame.begin - 1 || begin == 0 {
            // Its redirections failed: the command did not run, and no other would.
            return finish(.descriptorsLost, status: report.status)
        }
        lastStatus = report.status
        conclude(execution, status: report.status, sessionEnd: nil)
        startNext()
    }

    private func conclude(_ execution: Execution, status: Int, sessionEnd: SessionEnd?) {
        current = nil
        lastUsed = loop.now
        execution.finish(
            status: status, cwd: sessionEnd == nil ? shell.child.workingDirectory : nil, sessionEnd: sessionEnd)
    }

    private func shellEnded(_ status: ProcessExit) {
        shell.drainControl()
        guard end == nil else { return }
        shell.stdout.drain()
        shell.stderr.drain()
        current?.stderr.hide(suffix: shell.dialect.exitNotice)
        finish(wasReplaced ? .replaced(status) : .shellEnded(status), status: Int(status.shellCode))
    }

    /// The control channel ended and the process went on. A shell that exits closes it some microseconds before its
    /// end is told, so a program that was put in its place for less than this counts as the shell.
    private var wasReplaced: Bool { replacedAt.map { loop.now - $0 > .milliseconds(100) } ?? false }

    // MARK: Interruption

    func cancel(_ execution: Execution) {
        guard !execution.isFinished else { return }
        if current === execution {
            guard execution.interruption == nil else { return }
            execution.cancelled = true
            interrupt(execution)
        } else {
            queue.removeAll { $0 === execution }
            loop.soon { execution.fail(.cancelled) }
        }
    }

    private func interrupt(_ execution: Execution) {
        execution.deadline?.cancel()
        execution.nextStep?.cancel()
        execution.interruption = Interruption()
        step(execution)
    }

    private func step(_ execution: Execution) {
        guard current === execution, end == nil, let (action, wait) = execution.interruption?.next() else { return }
        let since = execution.startedAt ?? loop.now
        switch action {
        case .interruptGroup:
            shell.child.signalGroup(.interrupt)
            shell.child.signalGroup(.resume)
        case .interruptDescendants:
            for process in shell.descendants(since: since) { process.signal(.interrupt) }
            shell.child.signal(.interrupt)
        case .terminateDescendants:
            for process in shell.descendants(since: since) {
                process.signal(.terminate)
                process.signal(.resume)
            }
        case .killDescendants:
            for process in shell.descendants(since: since) { process.signal(.kill) }
            shell.child.signal(.resume)
            shell.child.signal(.interrupt)
        case .giveUp:
            return finish(.uninterruptible, status: 128 + Int(Signal.kill.rawValue))
        }
        // The signal may have hit the shell at the report, which is dropped then.
        ask(execution)
        execution.nextStep = loop.after(wait) { [weak self, weak execution] in
            if let self, let execution { step(execution) }
        }
    }

    // MARK: Background

    public func startBackground(
        _ request: BackgroundRequest, completion: @escaping (Result<any BackgroundCommand, ExecFailure>) -> Void
    ) {
        if request.command.contains(0) { return loop.soon { completion(.failure(.nulInCommand)) } }
        let carry = ExecRequest(command: shell.dialect.stateCommand)
        // The status of the last command is not this question's.
        let status = lastStatus
        execute(carry) { [weak self] result in
            guard let self else { return }
            if end == nil { lastStatus = status }
            completion(result.flatMap { self.launch(request, state: $0) })
        }
    }

    private func launch(_ request: BackgroundRequest, state: ExecOutcome) -> Result<any BackgroundCommand, ExecFailure> {
        if let end { return .failure(.sessionEnded(end)) }
        guard state.stdout.isComplete else { return .failure(.stateTooLarge) }
        guard request.beforeStart() else { return .failure(.notRecorded) }
        do {
            let script = shell.dialect.backgroundScript(state: state.stdout.contents(), command: request.command)
            let command = try LocalBackground(
                script: script, input: request.stdin, directory: state.cwd, shell: options.shell, session: self)
            background.append(command)
            return .success(command)
        } catch let error as SystemError {
            return .failure(.system(errno: error.errno))
        } catch let error as SpawnError {
            return .failure(.notSpawned(error))
        } catch {
            return .failure(.system(errno: 0))
        }
    }

    func forget(_ command: LocalBackground) { background.removeAll { $0 === command } }

    // MARK: End

    /// Stops taking commands, answers those that run and wait, and ends every process.
    private func finish(_ reason: SessionEnd, status: Int) {
        guard end == nil else { return }
        end = reason
        let waiting = queue
        queue = []
        let running = current
        shell.detach()
        closeProcesses()
        if let running { conclude(running, status: status, sessionEnd: reason) }
        for execution in waiting { execution.fail(.sessionEnded(reason)) }
        let told = onEnd
        onEnd = nil
        told?(reason)
    }

    private func closeProcesses() {
        for command in background { closers.append(command.end(grace: options.closeGrace)) }
        background = []
        let closer = TreeCloser(loop: loop, spawner: spawner, child: shell.child, grace: options.closeGrace)
        closers.append(closer)
        closer.start()
        whenGone { [self] _ in keepAlive = nil }
    }

    private func whenGone(_ body: @escaping (Int) -> Void) {
        var open = closers.count
        var left = 0
        for closer in closers {
            closer.whenGone { count in
                open -= 1
                left += count
                if open == 0 { body(left) }
            }
        }
    }

    public func close(_ reason: CloseReason, whenGone body: @escaping (Int) -> Void) {
        if end == nil {
            shell.stdout.drain()
            shell.stderr.drain()
            finish(.closed(reason), status: 128 + Int(Signal.hangup.rawValue))
        }
        whenGone(body)
    }

    public func closeNow(_ reason: CloseReason) {
        close(reason)
        for closer in closers { closer.finishNow() }
    }
}
