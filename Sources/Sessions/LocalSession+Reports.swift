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

    /// A command may be interrupted just as the shell starts a child: the shell is back, and the child runs on where the
    /// shell would wait for it with its next one. What SIGINT ends is ended; jobs in the background ignore it.
    func sweep(since start: MonotonicInstant) {
        for process in shell.descendants(since: start) { process.signal(.interrupt) }
    }

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
