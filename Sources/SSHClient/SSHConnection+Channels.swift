internal import EventLoop

/// A channel that is being opened.
struct Opening {
    enum Purpose {
        case command([UInt8])
        case forward(host: String, port: UInt16)
    }

    let purpose: Purpose
    let then: (Result<SSHChannel, SSHFailure>) -> Void
    /// The channel, as long as its command is not begun.
    var channel: WireChannel?
}

extension SSHConnection {
    /// The most bytes of a command; libssh2 sends it in one packet.
    public static let longestCommand = 32 << 10

    /// Runs a command by the user's login shell on the server, without a terminal.
    ///
    /// - Parameter then: called once, in a later turn of the loop, with the channel before anything comes on it, or why there is
    ///   none. Set the channel's closures in it.
    public func open(command: [UInt8], then: @escaping (Result<SSHChannel, SSHFailure>) -> Void) {
        guard command.count <= Self.longestCommand, !command.contains(0) else {
            return loop.soon { then(.failure(.badText)) }
        }
        open(.command(command), then)
    }

    /// A channel to another host and port, as the server reaches them (`direct-tcpip`, RFC 4254, section 7.2).
    func openForward(host: String, port: UInt16, then: @escaping (Result<SSHChannel, SSHFailure>) -> Void) {
        open(.forward(host: host, port: port), then)
    }

    private func open(_ purpose: Opening.Purpose, _ then: @escaping (Result<SSHChannel, SSHFailure>) -> Void) {
        guard !isOver else { return loop.soon { then(.failure(.closed)) } }
        openings.append(Opening(purpose: purpose, then: then))
        schedule()
    }

    /// False when more can be delivered in a later turn.
    func advanceChannels() -> Bool {
        while isOpen, hasRoomToSend, let opening = openings.first {
            guard advance(opening) else { break }
        }
        var buffer = [UInt8](repeating: 0, count: 32 << 10)
        var isDrained = true
        for channel in channels where isOpen {
            if !channel.deliver(budget: 128 << 10, buffer: &buffer) { isDrained = false }
        }
        for channel in channels where isOpen { channel.settle() }
        channels.removeAll(where: \.isOver)
        return isDrained
    }

    /// Whether the first opening is done with.
    private func advance(_ opening: Opening) -> Bool {
        if case .command(let command) = opening.purpose, let channel = opening.channel {
            return finish(opening, channel.exec(command), channel)
        }
        let (step, channel) =
            switch opening.purpose {
            case .command: wire.openSession()
            case .forward(let host, let port): wire.openForward(host: host, port: port)
            }
        if step == .done, case .command = opening.purpose {
            openings[0].channel = channel
            return true
        }
        return finish(opening, step, channel)
    }

    private func finish(_ opening: Opening, _ step: WireStep, _ channel: WireChannel?) -> Bool {
        switch step {
        case .again: return false
        case .done:
            guard let channel else { return false }
            openings.removeFirst()
            let made = SSHChannel(channel, of: self)
            channels.append(made)
            opening.then(.success(made))
        case .failed(let code) where [WireStep.Code.channelFailure, WireStep.Code.channelDenied].contains(code):
            openings.removeFirst()
            if let channel {
                // It stays among the channels until the server has closed it too.
                let refused = SSHChannel(channel, of: self)
                refused.close()
                channels.append(refused)
            }
            opening.then(.failure(.channelRefused))
        case .failed(let code): broke(code)
        }
        return true
    }

    // MARK: Signs of life

    func startKeepAlive() {
        guard let interval = target.keepAlive, interval > .zero else { return }
        lastHeard = loop.now
        armKeepAlive(interval)
    }

    private func armKeepAlive(_ interval: Duration) {
        keepAlive = loop.after(interval) { [weak self] in
            guard let self, isOpen else { return }
            // Without a channel the library reads nothing; when no more fits, silence is ours and not the server's.
            if wire.room == 0 { lastHeard = loop.now }
            let silence = loop.now - lastHeard
            if silence >= interval * max(1, target.keepAliveMisses) { return fail(.timedOut(.session)) }
            if silence >= interval / 2 {
                wire.ping()
                pump()
            }
            if isOpen { armKeepAlive(interval) }
        }
    }
}
