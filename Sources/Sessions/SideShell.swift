internal import EventLoop

/// A shell in another place that waits for scripts of ours and runs one at a time, each in a subshell, with nothing to read.
///
/// A new channel takes tens of milliseconds (a `docker exec`, a process of sshd), a script in this shell a few.
final class SideShell {
    private let place: any RemotePlace
    private let loop: EventLoop
    private var channel: (any RemoteChannel)?
    private var readers: [OutputStream: MarkReader] = [:]
    /// Streams on which the shell has told its beginning.
    private var begun: Set<OutputStream> = []
    private var process: Int32?
    private var current: Run?
    /// Called once, when it takes no more scripts.
    var onEnd: (() -> Void)?
    private var isOver = false
    /// Itself while a script runs: whoever forgets it, the script's completion is called.
    private var keepAlive: SideShell?

    private final class Run {
        let preface: [UInt8]
        let completion: (Result<SideOutcome, SideFailure>) -> Void
        let stdout = Capture()
        let stderr = Capture()
        var ended: Set<OutputStream> = []
        var exitCode = 0
        var timer: Timer?
        /// Why it is being ended.
        var reason: SideFailure?

        init(_ preface: [UInt8], _ completion: @escaping (Result<SideOutcome, SideFailure>) -> Void) {
            self.preface = preface
            self.completion = completion
        }
    }

    /// - Parameter hello: 32 random hexadecimal digits, for one use.
    init(in place: any RemotePlace, loop: EventLoop, hello: String) {
        self.place = place
        self.loop = loop
        for stream in OutputStream.allCases {
            readers[stream] = MarkReader()
            readers[stream]?.expect(.hello, hello)
        }
        place.openChannel(command: SideScript.command) { [weak self] in self?.opened($0, hello) }
    }

    deinit { channel?.close() }

    var isFree: Bool { current == nil && !isOver }

    /// Runs a script when it is free.
    ///
    /// - Parameter token: 32 random hexadecimal digits, for one use.
    func run(
        _ script: SideScript, timeout: Duration, completion: @escaping (Result<SideOutcome, SideFailure>) -> Void
    ) -> SideRun {
        let run = Run(script.shellInput, completion)
        current = run
        keepAlive = self
        for stream in OutputStream.allCases { readers[stream]?.expect(.command, script.token) }
        run.timer = loop.after(timeout) { [weak self, weak run] in run.map { self?.stop($0, .timedOut) } }
        if begun.count == OutputStream.allCases.count { channel?.write(run.preface) }
        return SideRun { [weak self, weak run] in run.map { self?.stop($0, .cancelled) } }
    }

    private func opened(_ result: Result<any RemoteChannel, PlaceFailure>, _ hello: String) {
        guard case .success(let channel) = result, !isOver else {
            if case .success(let channel) = result { channel.close() }
            return end(.unreachable)
        }
        self.channel = channel
        channel.onOutput = { [weak self] stream, bytes in self?.hear(stream, bytes) }
        channel.onEnd = { [weak self] _ in
            guard let self else { return }
            end(begun.isEmpty ? .notStarted : .unreachable)
        }
        channel.write(SideScript.shell(hello))
    }

    private func hear(_ stream: OutputStream, _ bytes: ArraySlice<UInt8>) {
        var pieces: [MarkReader.Piece] = []
        readers[stream]?.feed(bytes) { pieces.append($0) }
        for piece in pieces {
            switch piece {
            case .output(let bytes):
                // What a login shell prints before is nobody's.
                guard begun.contains(stream), let current, !current.ended.contains(stream) else { continue }
                (stream == .stdout ? current.stdout : current.stderr).append(bytes)
            case .mark(.hello, let fields):
                begun.insert(stream)
                if stream == .stderr { process = fields.first.flatMap { Int32(String(decoding: $0, as: UTF8.self)) } }
                if begun.count == OutputStream.allCases.count { isReady() }
            case .mark(_, let fields): told(stream, fields)
            }
        }
    }

    /// A script that was cancelled meanwhile is not begun, nor is one that could not be ended.
    private func isReady() {
        guard process ?? 0 > 1 else { return end(.notStarted) }
        if let current, current.reason == nil { channel?.write(current.preface) }
    }

    private func told(_ stream: OutputStream, _ fields: [ArraySlice<UInt8>]) {
        guard let current else { return }
        current.ended.insert(stream)
        current.exitCode = fields.first.flatMap { Int(String(decoding: $0, as: UTF8.self)) } ?? 255
        guard current.ended.count == OutputStream.allCases.count, current.reason == nil else { return }
        finish(current, .success(SideOutcome(exitCode: current.exitCode, stdout: current.stdout, stderr: current.stderr)))
    }

    /// Ends the shell with the script: a subshell has no number of its own to be known by.
    private func stop(_ run: Run, _ reason: SideFailure) {
        guard current === run, run.reason == nil else { return }
        run.reason = reason
        run.timer?.cancel()
        // Without its text nothing has begun there.
        guard let process, begun.count == OutputStream.allCases.count else {
            return loop.soon { [weak self] in self?.end(reason) }
        }
        run.timer = loop.after(SideEnding.limit) { [weak self] in self?.end(reason) }
        _ = SideEnding(of: process, in: place) { [weak self] in self?.end(reason) }
    }

    private func end(_ failure: SideFailure) {
        guard !isOver else { return }
        isOver = true
        channel?.close()
        channel = nil
        let onEnd = onEnd
        self.onEnd = nil
        onEnd?()
        if let current { finish(current, .failure(current.reason ?? failure)) }
    }

    private func finish(_ run: Run, _ result: Result<SideOutcome, SideFailure>) {
        run.timer?.cancel()
        current = nil
        keepAlive = nil
        run.completion(result)
    }
}
