internal import EventLoop
internal import Spawn

/// A channel that is carried by a program on this machine: its three streams are the channel's.
final class ProcessChannel: RemoteChannel {
    var onOutput: ((OutputStream, ArraySlice<UInt8>) -> Void)?
    var onEnd: ((RemoteEnd) -> Void)?
    private let child: Child
    private let loop: EventLoop
    private let input: InputQueue
    private let stdout: OutputPipe
    private let stderr: OutputPipe
    private var exitWatch: Watch?
    private var isOver = false
    /// A child that was let go of, until it is reaped.
    private var keepAlive: ProcessChannel?

    /// What to run: an absolute path, the arguments with argument 0, and names of variables it gets besides the
    /// standard ones.
    struct Program {
        var executable: String
        var arguments: [[UInt8]]
        var inheritedNames: [String]
    }

    init(_ program: Program, loop: EventLoop, spawner: Spawner, buffer: ReadBuffer) throws {
        let inPair = try DescriptorPair.pipe()
        let outPair = try DescriptorPair.pipe()
        let errPair = try DescriptorPair.pipe()
        self.loop = loop
        child = try spawner.spawn(
            SpawnPlan(
                executable: program.executable, arguments: program.arguments,
                environment: try EnvironmentBlock.inherited(adding: program.inheritedNames), workingDirectory: "/",
                descriptors: [
                    DescriptorMapping(inPair.first.rawValue, as: 0), DescriptorMapping(outPair.second.rawValue, as: 1),
                    DescriptorMapping(errPair.second.rawValue, as: 2),
                ]))
        input = try InputQueue(inPair.second, loop: loop)
        stdout = try OutputPipe(outPair.first, loop: loop, buffer: buffer)
        stderr = try OutputPipe(errPair.first, loop: loop, buffer: buffer)
        stdout.sink = { [unowned self] in onOutput?(.stdout, $0) }
        stderr.sink = { [unowned self] in onOutput?(.stderr, $0) }
        exitWatch = try loop.watch(child.pidDescriptor, .read) { [unowned self] _ in ended() }
        keepAlive = self
    }

    /// The program on this machine.
    var processIdentifier: Int32 { child.processIdentifier }
    var unwritten: Int { input.count }

    func write(_ bytes: [UInt8]) { input.write(bytes) }

    func closeInput() { input.end() }

    func close() {
        guard !isOver else { return }
        (onOutput, onEnd) = (nil, nil)
        stdout.stop()
        stderr.stop()
        input.close()
        // The rest of its way is the kernel's; it is reaped when the loop hears of it, or with the handle.
        child.signalTree(.kill)
    }

    func finishNow(by deadline: MonotonicInstant) {
        while !isOver {
            stdout.drain()
            stderr.drain()
            if child.wait(atMost: .milliseconds(2)) != nil { return ended() }
            if loop.now >= deadline { break }
        }
        if !isOver {
            child.signalTree(.kill)
            _ = child.wait(atMost: .seconds(1))
            ended()
        }
    }

    private func ended() {
        guard !isOver, let exit = child.exitStatus() else { return }
        isOver = true
        exitWatch?.cancel()
        stdout.drain()
        stderr.drain()
        stdout.stop()
        stderr.stop()
        input.close()
        // What it may have started has no reader any more.
        child.signalTree(.kill)
        child.reap()
        let told = onEnd
        (onOutput, onEnd) = (nil, nil)
        told?(.exited(exit.shellCode))
        keepAlive = nil
    }
}
