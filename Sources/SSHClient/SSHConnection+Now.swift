public import EventLoop

/// Going on without the loop: for shutdown.
extension SSHConnection {
    /// Sends, receives and tells its channels what came, until `isDone` says so, the connection ends or the deadline comes.
    ///
    /// Blocks. Within a closure that this connection called it does nothing.
    public func workNow(by deadline: MonotonicInstant, until isDone: () -> Bool) {
        while !isOver, !isPumping, !isDone(), loop.now < deadline {
            step(atMost: min(.milliseconds(20), deadline - loop.now))
        }
    }

    func step(atMost limit: Duration) {
        pump()
        if !isOver { transport.waitNow(atMost: limit) }
    }
}
