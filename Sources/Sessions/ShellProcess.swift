internal import EventLoop
internal import Spawn

/// A shell, the channel on which it is talked to, and its two output streams.
final class ShellProcess {
    let child: Child
    let dialect: ShellDialect
    let stdout: OutputPipe
    let stderr: OutputPipe
    private let control: Descriptor
    private let input: InputQueue
    private var stdinFile: MemoryFile
    private var controlWatch: Watch?
    private var exitWatch: Watch?
    private var buffer = [UInt8](repeating: 0, count: 4096)
    let startedAt: MonotonicInstant

    /// What the shell says on the control channel.
    var onControl: ((ArraySlice<UInt8>) -> Void)?
    /// The shell has no end of the control channel any more, though it may still run as another program.
    var onControlEnd: (() -> Void)?
    /// The process has ended.
    var onExit: ((ProcessExit) -> Void)?

    enum Failure: Error {
        case system(SystemError)
        case spawn(SpawnError)
    }

    init(
        options: LocalShellOptions, secrets: consuming EnvironmentBlock, loop: EventLoop, spawner: Spawner,
        buffer: ReadBuffer
    ) throws(Failure) {
        dialect = ShellDialect(executable: options.shell)
        do {
            let sockets = try DescriptorPair.sockets()
            let out = try DescriptorPair.pipe()
            let err = try DescriptorPair.pipe()
            stdinFile = try MemoryFile()
            child = try ShellProcess.spawn(
                options, secrets, dialect, spawner,
                descriptors: [
                    DescriptorMapping(sockets.second.rawValue, as: 0),
                    dialect.showsOwnOutput ? DescriptorMapping(out.second.rawValue, as: 1) : .null(as: 1),
                    DescriptorMapping(sockets.second.rawValue, as: 2),
                    DescriptorMapping(out.second.rawValue, as: ShellDialect.Slot.stdout),
                    DescriptorMapping(err.second.rawValue, as: ShellDialect.Slot.stderr),
                    .null(as: ShellDialect.Slot.null),
                    DescriptorMapping(stdinFile.descriptor.rawValue, as: ShellDialect.Slot.stdin),
                ])
            startedAt = loop.now
            stdout = try OutputPipe(out.first, loop: loop, buffer: buffer)
            stderr = try OutputPipe(err.first, loop: loop, buffer: buffer)
            let duplicate = try sockets.first.duplicate()
            try sockets.first.setNonblocking()
            control = sockets.first
            input = try InputQueue(duplicate, loop: loop)
            controlWatch = try loop.watch(control.rawValue, .read) { [weak self] _ in self?.readControl() }
            exitWatch = try loop.watch(child.pidDescriptor, .read) { [weak self] _ in self?.ended() }
        } catch let error as SystemError {
            throw .system(error)
        } catch let error as SpawnError {
            throw .spawn(error)
        } catch {
            throw .system(SystemError(call: .open, errno: 0))
        }
    }

    private static func spawn(
        _ options: LocalShellOptions, _ secrets: consuming EnvironmentBlock, _ dialect: ShellDialect,
        _ spawner: Spawner, descriptors: [DescriptorMapping]
    ) throws(SpawnError) -> Child {
        var environment = try options.environmentBlock()
        environment.adopt(secrets)
        return try spawner.spawn(
            SpawnPlan(
                executable: options.shell, arguments: dialect.arguments(executable: options.shell),
                environment: environment, workingDirectory: options.workingDirectory,
                descriptors: descriptors))
    }

    func send(_ bytes: [UInt8]) { input.write(bytes) }

    /// Puts `bytes` where the next command finds its standard input.
    func setInput(_ bytes: [UInt8]) throws(SystemError) {
        try stdinFile.removeAll()
        try stdinFile.append(bytes[...])
    }

    /// Stops listening. The process is not touched.
    func detach() {
        for watch in [controlWatch, exitWatch] { watch?.cancel() }
        stdout.stop()
        stderr.stop()
        input.close()
        (onControl, onControlEnd, onExit) = (nil, nil, nil)
    }

    private func readControl() {
        switch control.read(into: &buffer) {
        case .bytes(let count): onControl?(buffer[..<count])
        case .wouldBlock: break
        case .endOfFile, .failed:
            controlWatch?.cancel()
            onControlEnd?()
        }
    }

    /// Reads what the shell said before it ended.
    func drainControl() {
        while case .bytes(let count) = control.read(into: &buffer) { onControl?(buffer[..<count]) }
    }

    private func ended() {
        guard let status = child.exitStatus() else { return }
        exitWatch?.cancel()
        onExit?(status)
    }

    /// What came to be in the shell's tree since `start`, without the shell. The process table counts in hundredths of
    /// a second; what began just before belongs to it too.
    func descendants(since start: MonotonicInstant) -> [ProcessRecord] {
        let members = child.members()
        guard let shell = members.first(where: { $0.process == child.processIdentifier }) else { return [] }
        let ticks = (start - startedAt) / .milliseconds(10)
        let first = Double(shell.startTime) + ticks - 2
        return members.filter { $0.process != shell.process && Double($0.startTime) >= first }
    }
}
