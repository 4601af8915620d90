internal import EventLoop
internal import Spawn

/// A program that runs without a shell, from its start until nothing of it is left.
public final class DirectRun {
    private let loop: EventLoop
    private let spawner: Spawner
    private let child: Child
    private let streams: DirectStreams
    public let stdout = Capture()
    public let stderr = Capture()
    private let startedAt: MonotonicInstant
    private var endedAt: MonotonicInstant?
    private var exitWatch: Watch?
    private var deadline: Timer?
    private var nextStep: Timer?
    private var ending: TreeEnding?
    private var timedOut = false
    private var cancelled = false
    private var progress: ((OutputStream, ArraySlice<UInt8>) -> Void)?
    private var completion: ((DirectOutcome) -> Void)?
    /// Called once, before the completion.
    var onFinish: (() -> Void)?

    /// From SIGTERM to SIGKILL.
    static let grace = Duration.seconds(5)

    init(
        _ plan: consuming SpawnPlan, stdin: [UInt8]?, loop: EventLoop, spawner: Spawner, streams: DirectStreams,
        progress: ((OutputStream, ArraySlice<UInt8>) -> Void)?, completion: @escaping (DirectOutcome) -> Void
    ) throws(DirectFailure) {
        self.loop = loop
        self.spawner = spawner
        self.progress = progress
        self.completion = completion
        self.streams = streams
        let executable = plan.executable
        do {
            try streams.listen(on: loop)
            let input = try stdin.map { (bytes) throws(SystemError) in InputBox(try DirectRun.input(bytes)) }
            var plan = plan
            plan.descriptors = plan.descriptors.filter { $0.target > 2 } + [
                DescriptorMapping(input?.descriptor.rawValue ?? streams.null.rawValue, as: 0),
                DescriptorMapping(streams.outEnd.rawValue, as: 1), DescriptorMapping(streams.errEnd.rawValue, as: 2),
            ]
            startedAt = loop.now
            child = try spawner.spawn(plan)
            exitWatch = try loop.watch(child.pidDescriptor, .read) { [unowned self] _ in ended() }
        } catch let error as SpawnError {
            throw DirectFailure(error, executable: executable)
        } catch let error as SystemError {
            throw .system(errno: error.errno)
        } catch {
            throw .system(errno: 0)
        }
        streams.out.sink = { [unowned self] bytes in take(.stdout, bytes) }
        streams.err.sink = { [unowned self] bytes in take(.stderr, bytes) }
    }

    deinit { exitWatch?.cancel() }

    private final class InputBox {
        let descriptor: Descriptor
        init(_ descriptor: consuming Descriptor) { self.descriptor = descriptor }
    }

    /// What the program reads as its standard input, from its start.
    private static func input(_ bytes: [UInt8]) throws(SystemError) -> Descriptor {
        var file = try MemoryFile()
        try file.append(bytes[...])
        return try file.descriptor.duplicate()
    }

    /// Its process number, which is that of its session too.
    public var processIdentifier: Int32 { child.processIdentifier }
    /// Whether its completion was called.
    public var isFinished: Bool { completion == nil }
    /// From its start until now or until its own end.
    public var duration: Duration { (endedAt ?? loop.now) - startedAt }

    func limit(to timeout: Duration) {
        deadline = loop.after(timeout) { [unowned self] in
            guard endedAt == nil, ending == nil else { return }
            timedOut = true
            end(grace: Self.grace)
        }
    }

    /// Ends it as a timeout would: SIGTERM to all of its tree, after five seconds SIGKILL. Without effect once the
    /// program itself has ended.
    public func cancel() { cancel(grace: Self.grace) }

    func cancel(grace: Duration) {
        guard endedAt == nil, ending == nil else { return }
        cancelled = true
        end(grace: grace)
    }

    /// Without an event loop and without mercy, for shutdown.
    func endNow(by limit: MonotonicInstant) {
        guard !isFinished else { return }
        cancelled = cancelled || endedAt == nil && !timedOut
        let left = max(limit - loop.now, .zero)
        let ending = TreeEnding(child, escalation: Escalation(grace: .zero, limit: left))
        self.ending = ending
        conclude(ending.finish())
    }

    private func take(_ stream: OutputStream, _ bytes: ArraySlice<UInt8>) {
        (stream == .stdout ? stdout : stderr).append(bytes)
        progress?(stream, bytes)
    }

    /// The program itself has ended, by its own will or ours.
    private func ended() {
        exitWatch?.cancel()
        exitWatch = nil
        deadline?.cancel()
        endedAt = loop.now
        if ending != nil { return step() }
        // Two short readings tell the usual case, in which it left nobody.
        if child.isAlone { return conclude(.ended) }
        spawner.reapOrphans()
        if child.isAlone { return conclude(.ended) }
        end(grace: Self.grace)
    }

    private func end(grace: Duration) {
        ending = TreeEnding(child, escalation: Escalation(grace: grace))
        step()
    }

    private func step() {
        nextStep?.cancel()
        guard let ending, !isFinished else { return }
        let progress = ending.step()
        if case .again(let pause) = progress {
            nextStep = loop.after(pause) { [unowned self] in step() }
        } else {
            conclude(progress)
        }
    }

    private func conclude(_ progress: TreeEnding.Progress) {
        for timer in [deadline, nextStep] { timer?.cancel() }
        exitWatch?.cancel()
        exitWatch = nil
        if endedAt == nil { endedAt = loop.now }
        // Nobody is left who could write: what is in the pipes is all there will be.
        streams.finish()
        let exit = child.exitStatus()
        child.reap()
        if ending != nil { spawner.reapOrphans() }
        let survivors = if case .gaveUp(let left) = progress { left } else { 0 }
        let outcome = DirectOutcome(
            exit, timedOut: timedOut, cancelled: cancelled, duration: duration, stdout: stdout, stderr: stderr,
            survivors: survivors)
        let body = completion
        (completion, self.progress) = (nil, nil)
        onFinish?()
        onFinish = nil
        body?(outcome)
    }
}
