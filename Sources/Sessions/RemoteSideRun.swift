internal import EventLoop

/// One script in another place, from its start until its end is told.
final class RemoteSideRun {
    private let script: SideScript
    private let stdin: [UInt8]
    private let timeout: Duration
    private let place: any RemotePlace
    private let loop: EventLoop
    private let stdout = Capture()
    private let stderr = Capture()
    private var readers: [OutputStream: MarkReader] = [:]
    private var begun: Set<OutputStream> = []
    /// The script's process there, once it has told it.
    private var process: Int32?
    private var channel: (any RemoteChannel)?
    private var timer: Timer?
    private var reason: SideFailure?
    /// Called once.
    var onFinish: ((Result<SideOutcome, SideFailure>) -> Void)?

    init(_ script: SideScript, stdin: [UInt8], timeout: Duration, place: any RemotePlace, loop: EventLoop) {
        self.script = script
        self.stdin = stdin
        self.timeout = timeout
        self.place = place
        self.loop = loop
        for stream in OutputStream.allCases {
            readers[stream] = MarkReader()
            readers[stream]?.expect(.hello, script.token)
        }
    }

    func start() {
        timer = loop.after(timeout) { [self] in stop(.timedOut) }
        place.openChannel(command: SideScript.command) { [self] result in
            switch result {
            case .failure: finish(.failure(.unreachable))
            case .success(let channel): opened(channel)
            }
        }
    }

    private func opened(_ channel: any RemoteChannel) {
        guard onFinish != nil else { return channel.close() }
        self.channel = channel
        // Without its text nothing has begun there.
        if let reason { return finish(.failure(reason)) }
        channel.onOutput = { [self] stream, bytes in hear(stream, bytes) }
        channel.onEnd = { [self] end in ended(end) }
        channel.write(script.preface + stdin)
        channel.closeInput()
    }

    private func hear(_ stream: OutputStream, _ bytes: ArraySlice<UInt8>) {
        guard !begun.contains(stream) else { return (stream == .stdout ? stdout : stderr).append(bytes) }
        readers[stream]?.feed(bytes) { piece in
            switch piece {
            case .output(let bytes):
                // What the login shell printed before is nobody's.
                if begun.contains(stream) { (stream == .stdout ? stdout : stderr).append(bytes) }
            case .mark(_, let fields):
                begun.insert(stream)
                guard stream == .stderr else { return }
                process = fields.first.flatMap { Int32(String(decoding: $0, as: UTF8.self)) }
                if reason != nil { end() }
            }
        }
    }

    private func ended(_ end: RemoteEnd) {
        channel = nil
        for stream in OutputStream.allCases where begun.contains(stream) {
            let rest = readers[stream]?.finish() ?? []
            (stream == .stdout ? stdout : stderr).append(rest[...])
        }
        if let reason { return finish(.failure(reason)) }
        guard case .exited(let code) = end else { return finish(.failure(.unreachable)) }
        guard begun.count == OutputStream.allCases.count else { return finish(.failure(.notStarted)) }
        finish(.success(SideOutcome(exitCode: Int(code), stdout: stdout, stderr: stderr)))
    }

    /// Ends it there and here.
    func stop(_ reason: SideFailure) {
        guard onFinish != nil, self.reason == nil else { return }
        self.reason = reason
        guard timer != nil else { return loop.soon { [self] in finish(.failure(reason)) } }
        timer?.cancel()
        timer = loop.after(SideEnding.limit) { [self] in finish(.failure(reason)) }
        if process != nil { end() }
    }

    private func end() {
        guard let reason, let process, process > 1 else { return }
        _ = SideEnding(of: process, in: place) { [weak self] in self?.finish(.failure(reason)) }
    }

    private func finish(_ result: Result<SideOutcome, SideFailure>) {
        guard let onFinish else { return }
        self.onFinish = nil
        timer?.cancel()
        channel?.close()
        channel = nil
        onFinish(result)
    }
}
