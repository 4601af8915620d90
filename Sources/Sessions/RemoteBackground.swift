internal import EventLoop
internal import Spawn

/// A background command of a remote session, on a channel of its own.
final class RemoteBackground: BackgroundCommand {
    let stdout = Capture()
    let stderr = Capture()
    private(set) var exitCode: Int?
    private(set) var processIdentifier: Int32 = 0
    var onEnd: (() -> Void)?
    var onOutput: ((OutputStream, ArraySlice<UInt8>) -> Void)?
    /// Called once: when it runs, or with why it does not.
    private var onStart: ((Result<any BackgroundCommand, ExecFailure>) -> Void)?

    private weak var session: RemoteSession?
    private let loop: EventLoop
    private let channel: any RemoteChannel
    private var streams = RemoteStreams()
    private var said: [UInt8] = []
    private let startedAt: MonotonicInstant
    private var endedAt: MonotonicInstant?
    private var isInputOpen = true

    init(
        channel: any RemoteChannel, session: RemoteSession, hello: String, secret: String,
        onStart: @escaping (Result<any BackgroundCommand, ExecFailure>) -> Void
    ) {
        self.channel = channel
        self.session = session
        self.onStart = onStart
        loop = session.loop
        startedAt = loop.now
        streams.expect(.hello, hello)
        streams.expect(.secret, secret)
        channel.onOutput = { [unowned self] stream, bytes in hear(stream, bytes) }
        channel.onEnd = { [self] end in
            for stream in OutputStream.allCases { take(stream, streams[stream].reader.finish()[...]) }
            if case .exited(let code) = end { ended(Int(code)) } else { ended(RemoteSession.lostStatus) }
        }
    }

    var duration: Duration { (endedAt ?? loop.now) - startedAt }
    var unwrittenInput: Int { channel.unwritten }

    func write(_ bytes: [UInt8]) -> Bool {
        guard exitCode == nil, isInputOpen, channel.unwritten + bytes.count <= LocalBackground.inputLimit else { return false }
        channel.write(bytes)
        return true
    }

    func closeInput() {
        isInputOpen = false
        channel.closeInput()
    }

    func signal(_ signal: Signal) -> Bool {
        guard exitCode == nil, let session, session.isOpen else { return false }
        session.signal("g", processIdentifier, "\(signal.rawValue)")
        return true
    }

    func stop(grace: Duration) {
        guard exitCode == nil else { return }
        session?.signal("a", processIdentifier, "TERM")
        loop.after(grace) { [weak self] in
            guard let self, exitCode == nil else { return }
            session?.signal("a", processIdentifier, "KILL")
        }
    }

    /// Everything of the session has ended.
    func sessionEnded() {
        channel.close()
        ended(128 + Int(Signal.kill.rawValue))
    }

    private func hear(_ stream: OutputStream, _ bytes: ArraySlice<UInt8>) {
        var pieces: [MarkReader.Piece] = []
        streams[stream].reader.feed(bytes) { pieces.append($0) }
        for piece in pieces {
            switch piece {
            case .output(let bytes):
                take(stream, bytes)
            case .mark(.hello, let fields):
                guard let process = Int32(String(decoding: fields[0], as: UTF8.self)), process > 1 else { continue }
                started(process)
            case .mark(_, let fields):
                streams[stream].shellEnd = Int(String(decoding: fields[0].dropFirst(), as: UTF8.self))
                if let code = streams.shellEnd { ended(code) }
            }
        }
    }

    private func take(_ stream: OutputStream, _ bytes: ArraySlice<UInt8>) {
        guard processIdentifier != 0, exitCode == nil, !bytes.isEmpty else { return }
        (stream == .stdout ? stdout : stderr).append(bytes)
        onOutput?(stream, bytes)
    }

    private func started(_ process: Int32) {
        guard let told = onStart else { return }
        processIdentifier = process
        onStart = nil
        session?.admit(self)
        told(.success(self))
    }

    private func ended(_ code: Int) {
        guard exitCode == nil else { return }
        exitCode = code
        endedAt = loop.now
        channel.closeInput()
        if let failed = onStart {
            onStart = nil
            channel.close()
            return failed(.failure(.channelRefused))
        }
        // What it left running ends now: nobody could reach it any more.
        session?.endRest(of: self, channel)
        let told = onEnd
        (onEnd, onOutput) = (nil, nil)
        told?()
    }
}

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
