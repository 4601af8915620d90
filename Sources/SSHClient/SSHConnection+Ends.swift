internal import EventLoop

extension SSHConnection {
    /// The library says that nothing goes on.
    func broke(_ code: Int32) {
        switch code {
        case WireStep.Code.memory: fail(.flood(stage))
        case WireStep.Code.disconnected: fail(.closedByServer(stage))
        default: fail(.broken(stage, code: code))
        }
    }

    func fail(_ failure: SSHFailure) {
        guard !isOver else { return }
        let (then, lost) = (then, onLost)
        tearDown(failure)
        if let then { then(.failure(failure)) } else { lost?(failure) }
    }

    /// Ends the connection with all its channels, which are told `.lost(.closed)`. `onLost` is not called.
    public func close() {
        guard !isOver else { return }
        if isOpen {
            wire.goodbye()
            flush()
        }
        tearDown(.closed)
    }

    private func tearDown(_ failure: SSHFailure) {
        phase = .over
        (then, onLost) = (nil, nil)
        deadline?.cancel()
        keepAlive?.cancel()
        transport.close()
        wire.end()
        let (channels, openings) = (channels, openings)
        self.channels = []
        self.openings = []
        for channel in channels { channel.lost(failure) }
        for opening in openings { opening.then(.failure(failure)) }
    }
}
