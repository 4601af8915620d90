internal import EventLoop
internal import Spawn

/// The end of the session and of everything that came from it.
extension LocalSession {
    /// Stops taking commands, answers those that run and wait, and ends every process.
    func finish(_ reason: SessionEnd, status: Int) {
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
        settling?.cancel()
    }

    func closeProcesses() {
        for command in background { closers.append(command.end(grace: options.closeGrace)) }
        background = []
        let closer = TreeCloser(loop: loop, spawner: spawner, child: shell.child, grace: options.closeGrace)
        closers.append(closer)
        closer.start()
        whenGone { [self] _ in keepAlive = nil }
    }

    func whenGone(_ body: @escaping (Int) -> Void) {
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

    public func closeNow(_ reason: CloseReason, within limit: Duration) {
        let deadline = loop.now + limit
        close(reason)
        for closer in closers { closer.finishNow(by: deadline) }
    }
}
