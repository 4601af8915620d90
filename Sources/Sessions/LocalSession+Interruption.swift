internal import EventLoop
internal import Spawn

/// How a command is taken back: out of the queue, or out of the shell.
extension LocalSession {
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

    /// The time of a running command is up.
    func expire(_ execution: Execution) {
        guard current === execution, execution.interruption == nil else { return }
        execution.timedOut = true
        interrupt(execution)
    }

    func interrupt(_ execution: Execution) {
        execution.deadline?.cancel()
        execution.nextStep?.cancel()
        execution.interruption = Interruption()
        step(execution)
    }

    func step(_ execution: Execution) {
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
        ask()
        execution.nextStep = loop.after(wait) { [weak self, weak execution] in
            if let self, let execution { step(execution) }
        }
    }
}
