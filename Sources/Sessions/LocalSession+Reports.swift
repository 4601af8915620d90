internal import EventLoop
internal import Spawn

/// What comes back from the shell: output, reports, its end.
extension LocalSession {
    func take(_ stream: OutputStream, _ bytes: ArraySlice<UInt8>) {
        if let current, current.isStarted { current.take(stream, bytes) } else { lateBytes += bytes.count }
    }

    func listen(_ bytes: ArraySlice<UInt8>) {
        var bytes = bytes
        while let report = reader?.feed(bytes) {
            bytes = []
            answered = max(answered, report.turn)
            if let current { conclude(current, report) }
            startNext()
        }
    }

    func conclude(_ execution: Execution, _ report: Report) {
        // Everything the command wrote is in the pipes by now. Background children may hold them open; nobody waits
        // for those.
        shell.stdout.drain()
        shell.stderr.drain()
        stopsAtErrors = report.stopsAtErrors
        // An interrupted shell may have dropped the line of the command before it began: then nothing is lost.
        if execution.interruption == nil, let frame = execution.frame, let begin = report.begin,
            begin == frame.begin - 1 || begin == 0
        {
            // Its redirections failed: the command did not run, and no other would.
            return finish(.descriptorsLost, status: report.status)
        }
        lastStatus = report.status
        if execution.interruption != nil { sweep(since: execution.startedAt ?? loop.now) }
        conclude(execution, status: report.status, sessionEnd: nil)
    }

    /// A command may be interrupted just as the shell starts a child: the shell is back, and the child runs on, or waits
    /// for word from the shell that comes with its next child. What SIGINT ends is ended; jobs in the background ignore it.
    ///
    /// A child that is still becoming its program loses a signal, so those that are left get it again for a while. One that
    /// does not become it is killed. bash takes a death by SIGINT, at whatever time, for an interruption of what it then
    /// runs, so the next command waits for all this.
    func sweep(since start: MonotonicInstant) {
        let found = shell.descendants(since: start)
        guard !found.isEmpty else { return }
        isSweeping = true
        sweep(found, turn: 0)
    }

    private func sweep(_ found: [ProcessRecord], turn: Int) {
        let left = found.filter(\.isExecuting)
        if isSweeping, left.isEmpty || turn == Self.sweepsBeforeNext {
            isSweeping = false
            // Asked behind the last death: the answer says that the shell has seen it.
            ask()
            startNext()
        }
        guard !left.isEmpty, turn < Self.sweepPauses.count else { return }
        for process in left {
            let isStuck = turn >= Self.sweepsBeforeKill && process.parent == shell.child.processIdentifier
                && !process.ignoresInterrupt && process.runsProgramOfParent
            process.signal(isStuck ? .kill : .interrupt)
        }
        loop.after(Self.sweepPauses[turn]) { [weak self] in
            guard let self, end == nil else { return }
            sweep(left, turn: turn + 1)
        }
    }

    private static let sweepPauses: [Duration] = [
        .milliseconds(2), .milliseconds(8), .milliseconds(40), .milliseconds(200), .milliseconds(1000), .milliseconds(5000),
    ]
    /// How many of those pauses a child has to become its program.
    private static let sweepsBeforeKill = 3
    /// How many of those pauses the next command waits for, at most.
    private static let sweepsBeforeNext = 4

    func conclude(_ execution: Execution, status: Int, sessionEnd: SessionEnd?) {
        current = nil
        lastUsed = loop.now
        execution.finish(
            status: status, cwd: sessionEnd == nil ? shell.child.workingDirectory : nil, sessionEnd: sessionEnd)
    }

    func shellEnded(_ status: ProcessExit) {
        shell.drainControl()
        guard end == nil else { return }
        shell.stdout.drain()
        shell.stderr.drain()
        current?.stderr.hide(suffix: shell.dialect.exitNotice)
        finish(isReplaced ? .replaced(status) : .shellEnded(status), status: Int(status.shellCode))
    }
}
