internal import EventLoop

/// Commands beside the session, with its state.
extension RemoteSession {
    public func startBackground(
        _ request: BackgroundRequest, completion: @escaping (Result<any BackgroundCommand, ExecFailure>) -> Void
    ) {
        if request.command.contains(0) { return loop.soon { completion(.failure(.nulInCommand)) } }
        // Asked for by a command that may wait until there is a shell; what it has to ask is known only then.
        guard let dialect = shell?.dialect else {
            return loop.soon { completion(.failure(.channelRefused)) }
        }
        // The status of the last command is not this question's.
        let status = lastStatus
        execute(ExecRequest(command: dialect.stateCommand)) { [weak self] result in
            guard let self else { return }
            if end == nil { lastStatus = status }
            switch result {
            case .failure(let failure): completion(.failure(failure))
            case .success(let state): launch(request, dialect, state, completion)
            }
        }
    }

    private func launch(
        _ request: BackgroundRequest, _ dialect: ShellDialect, _ state: ExecOutcome,
        _ completion: @escaping (Result<any BackgroundCommand, ExecFailure>) -> Void
    ) {
        if let end { return completion(.failure(.sessionEnded(end))) }
        guard state.stdout.isComplete, let shell else { return completion(.failure(.stateTooLarge)) }
        guard request.beforeStart() else { return completion(.failure(.notRecorded)) }
        let tokens: [String]
        do {
            tokens = try (0..<2).map { _ in Hexadecimal.text(try SystemRandom.bytes(16)) }
        } catch {
            return completion(.failure(.system(errno: (error as? SystemError)?.errno ?? 0)))
        }
        let move = "cd -- \(ShellDialect.word(state.cwd ?? "/"))||exit\n"
        let script = Array(move.utf8)
            + dialect.backgroundScript(state: state.stdout.contents(), command: request.command)
        let line = "\(tokens[1]) \(tokens[0]) \(shell.program) \(shell.tag == "-" ? "" : shell.tag)\n"
        place.openChannel(command: RemoteDriver.bootstrap) { [weak self] result in
            switch result {
            case .failure(let failure):
                completion(.failure(.place(failure)))
            case .success(let channel):
                guard let self, end == nil else {
                    channel.close()
                    return completion(.failure(.channelRefused))
                }
                _ = RemoteBackground(
                    channel: channel, session: self, hello: tokens[0], secret: tokens[1], onStart: completion)
                channel.write(
                    RemoteDriver.job + Array(line.utf8) + ShellDialect.octal(script) + [UInt8(ascii: "\n")]
                        + request.stdin)
            }
        }
    }

    func admit(_ job: RemoteBackground) {
        background.append(job)
        channel?.write(Array("&\(job.processIdentifier)\n".utf8))
    }

    /// Ends what a background command left, and lets its channel go when that had time to happen.
    func endRest(of job: RemoteBackground, _ jobChannel: any RemoteChannel) {
        background.removeAll { $0 === job }
        guard end == nil else { return jobChannel.close() }
        signal("a", job.processIdentifier, "TERM")
        loop.after(.seconds(2)) { [weak self] in
            if let self, end == nil { signal("a", job.processIdentifier, "KILL") }
            jobChannel.close()
        }
    }
}
