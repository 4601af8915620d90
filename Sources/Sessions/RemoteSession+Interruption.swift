internal import EventLoop
internal import Spawn

/// How a command is taken back: out of the queue, or out of the shell. The feeder sends the signals.
extension RemoteSession: ExecutionOwner {
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

    func expire(_ execution: Execution) {
        guard current === execution, execution.interruption == nil else { return }
        execution.timedOut = true
        interrupt(execution)
    }

    private func interrupt(_ execution: Execution) {
        execution.deadline?.cancel()
        execution.nextStep?.cancel()
        execution.interruption = Interruption(kills: 60)
        step(execution)
    }

    private func step(_ execution: Execution) {
        guard current === execution, end == nil, let (action, wait) = execution.interruption?.next() else { return }
        switch action {
        case .interruptGroup: signal("i")
        case .interruptDescendants: signal("d")
        case .terminateDescendants: signal("t")
        case .killDescendants: signal("k")
        case .giveUp: return finish(.uninterruptible, status: 128 + Int(Signal.kill.rawValue))
        }
        // The signal may have hit the shell at the report, which is dropped then.
        ask()
        execution.nextStep = loop.after(wait) { [weak self, weak execution] in
            if let self, let execution { step(execution) }
        }
    }

    /// Has the feeder do one of its signal operations to the shell, or to another process of the session.
    func signal(_ operation: String, _ process: Int32? = nil, _ more: String = "") {
        guard let shell else { return }
        channel?.write(Array("!\(operation) \(process ?? shell.process) \(more)\n".utf8))
    }

    // MARK: What an interrupted command left behind

    /// As in a local session: a command may be interrupted just as the shell starts a child, so what is left gets the signal
    /// again, and the next command waits for it.
    func startSweep() {
        sweep = RemoteSweep()
        sweepStep()
    }

    private func sweepStep() {
        guard let sweep, end == nil else { return }
        signal("s", nil, "\(begin) \(sweep.turn >= RemoteSweep.killsFrom ? "k" : "")")
        // Should the answer never come, the next command need not wait for ever.
        sweep.limit = loop.after(.seconds(10)) { [weak self] in self?.swept(0) }
    }

    /// The feeder told how many there were.
    func swept(_ count: Int?) {
        guard let sweep, end == nil else { return }
        sweep.limit?.cancel()
        if count ?? 0 == 0 || sweep.turn == RemoteSweep.pauses.count {
            self.sweep = nil
            // Asked behind the last death: the answer says that the shell has seen it.
            ask()
            return startNext()
        }
        loop.after(RemoteSweep.pauses[sweep.turn]) { [weak self] in self?.sweepStep() }
        sweep.turn += 1
    }
}

/// How often what an interrupted command left was looked for.
final class RemoteSweep {
    static let pauses: [Duration] = [.milliseconds(2), .milliseconds(8), .milliseconds(40), .milliseconds(200)]
    /// From here on a child that has not become its program is killed.
    static let killsFrom = 3
    var turn = 0
    var limit: Timer?
}
