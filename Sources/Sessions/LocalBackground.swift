internal import EventLoop
internal import Spawn

/// A background command of a local session.
final class LocalBackground: BackgroundCommand {
    static let inputLimit = 16 << 20

    let stdout = Capture()
    let stderr = Capture()
    private(set) var exitCode: Int?
    var onEnd: (() -> Void)?
    var onOutput: ((OutputStream, ArraySlice<UInt8>) -> Void)?

    private weak var session: LocalSession?
    private let loop: EventLoop
    private let spawner: Spawner
    private let child: Child
    private let input: InputQueue
    private let outPipe: OutputPipe
    private let errPipe: OutputPipe
    private var exitWatch: Watch?
    private let startedAt: MonotonicInstant
    private var endedAt: MonotonicInstant?
    private var closer: TreeCloser?

    init(
        script: [UInt8], input text: [UInt8], directory: String?, shell: String, session: LocalSession
    ) throws {
        let dialect = ShellDialect(executable: shell)
        var file = try MemoryFile()
        try file.append(script[...])
        let inPair = try DescriptorPair.pipe()
        let outPair = try DescriptorPair.pipe()
        let errPair = try DescriptorPair.pipe()
        loop = session.loop
        spawner = session.spawner
        child = try spawner.spawn(
            SpawnPlan(
                executable: shell, arguments: dialect.backgroundArguments(executable: shell),
                environment: EnvironmentBlock(), workingDirectory: directory,
                descriptors: [
                    DescriptorMapping(inPair.first.rawValue, as: 0), DescriptorMapping(outPair.second.rawValue, as: 1),
                    DescriptorMapping(errPair.second.rawValue, as: 2),
                    DescriptorMapping(file.descriptor.rawValue, as: ShellDialect.scriptSlot),
                ]))
        startedAt = loop.now
        input = try InputQueue(inPair.second, loop: loop)
        outPipe = try OutputPipe(outPair.first, loop: loop, buffer: session.buffer)
        errPipe = try OutputPipe(errPair.first, loop: loop, buffer: session.buffer)
        self.session = session
        outPipe.sink = { [unowned self] bytes in take(.stdout, bytes) }
        errPipe.sink = { [unowned self] bytes in take(.stderr, bytes) }
        exitWatch = try loop.watch(child.pidDescriptor, .read) { [weak self] _ in self?.ended() }
        if !text.isEmpty { input.write(text) }
    }

    var processIdentifier: Int32 { child.processIdentifier }
    var duration: Duration { (endedAt ?? loop.now) - startedAt }
    var unwrittenInput: Int { input.count }

    func write(_ bytes: [UInt8]) -> Bool {
        guard exitCode == nil, input.isOpen, input.count + bytes.count <= Self.inputLimit else { return false }
        input.write(bytes)
        return true
    }

    func closeInput() { input.end() }

    func signal(_ signal: Signal) -> Bool { exitCode == nil && child.signalGroup(signal) }

    func stop(grace: Duration) {
        guard exitCode == nil else { return }
        child.signalTree(.terminate)
        child.signalTree(.resume)
        loop.after(grace) { [weak self] in
            guard let self, exitCode == nil else { return }
            child.signalTree(.kill)
        }
    }

    /// Ends it with its session, and whatever it left behind.
    func end(grace: Duration) -> TreeCloser {
        let closer = closer ?? TreeCloser(loop: loop, spawner: spawner, child: child, grace: grace)
        if self.closer == nil {
            self.closer = closer
            // From here on the closer tells the end, and it may do so before `start` returns: a descriptor is watched once,
            // and whoever asks after the end is answered by a loop that may never turn again.
            exitWatch?.cancel()
            closer.whenGone { [self] _ in ended() }
            if exitCode == nil { child.signal(.terminate) }
            closer.start()
        }
        return closer
    }

    private func take(_ stream: OutputStream, _ bytes: ArraySlice<UInt8>) {
        (stream == .stdout ? stdout : stderr).append(bytes)
        onOutput?(stream, bytes)
    }

    private func ended() {
        guard exitCode == nil, let status = child.exitStatus() else { return }
        exitWatch?.cancel()
        outPipe.drain()
        errPipe.drain()
        outPipe.stop()
        errPipe.stop()
        input.close()
        exitCode = Int(status.shellCode)
        endedAt = loop.now
        // What it left running ends now: nobody could reach it any more.
        _ = end(grace: .seconds(2))
        session?.forget(self)
        let told = onEnd
        (onEnd, onOutput) = (nil, nil)
        told?()
    }
}
