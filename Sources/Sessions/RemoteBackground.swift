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
