import Checkpoints
import EventLoop
import Spawn

/// Runs scripts on this machine: in a shell of its own, with nothing of the test's environment but `PATH` and `HOME`.
final class LocalRunner: CheckpointRunner {
    let loop: EventLoop
    private let spawner = Spawner()
    /// The program and arguments before the script. Another shell, another user.
    var command: [String]
    var variables: [(String, String)]
    /// How many side processes were started.
    private(set) var runs = 0
    private var living: [ObjectIdentifier: SideProcess] = [:]

    init(loop: EventLoop, command: [String] = ["/bin/sh", "-c"], home: String) {
        self.loop = loop
        self.command = command
        variables = [("PATH", "/usr/bin:/bin"), ("HOME", home)]
    }

    func run(
        _ script: [UInt8], stdin: [UInt8]?, timeout: Duration, then: @escaping (Result<RunOutput, RunFailure>) -> Void
    ) {
        runs += 1
        do {
            var environment = EnvironmentBlock()
            for (name, value) in variables { try environment.set(name, to: value) }
            let process = try SideProcess(
                loop: loop, spawner: spawner, arguments: command.map { Array($0.utf8) } + [script], program: command[0],
                environment: environment, stdin: stdin ?? [])
            living[ObjectIdentifier(process)] = process
            process.whenEnded(within: timeout) { [self] result in
                living[ObjectIdentifier(process)] = nil
                then(result)
            }
        } catch {
            loop.soon { then(.failure(.notStarted)) }
        }
    }

    /// Ends what runs now, as a lost machine would: nothing is cleaned up.
    func killAll() {
        for process in living.values { process.kill() }
    }
}

/// A descriptor that closes when the last holder lets go.
private final class Owned {
    let descriptor: Descriptor
    init(_ descriptor: consuming Descriptor) { self.descriptor = descriptor }
}

/// One child, its three streams, and its end.
private final class SideProcess {
    private let loop: EventLoop
    private let child: Child
    private var input: Owned?
    private let output: Descriptor
    private let errors: Descriptor
    private var watches: [Watch] = []
    private var timer: Timer?
    private var stdout: [UInt8] = []
    private var stderr: [UInt8] = []
    private var pending: ArraySlice<UInt8>
    private var open = 3
    private var hasTimedOut = false
    private var then: ((Result<RunOutput, RunFailure>) -> Void)?
    private var buffer = [UInt8](repeating: 0, count: 65_536)

    init(
        loop: EventLoop, spawner: Spawner, arguments: [[UInt8]], program: String, environment: consuming EnvironmentBlock,
        stdin: [UInt8]
    ) throws {
        let input = try DescriptorPair.pipe()
        let output = try DescriptorPair.pipe()
        let errors = try DescriptorPair.pipe()
        let inputReader = input.first
        let inputWriter = input.second
        let outputReader = output.first
        let outputWriter = output.second
        let errorReader = errors.first
        let errorWriter = errors.second
        child = try spawner.spawn(
            SpawnPlan(
                executable: program, arguments: arguments, environment: environment, workingDirectory: "/",
                descriptors: [
                    DescriptorMapping(inputReader.rawValue, as: 0), DescriptorMapping(outputWriter.rawValue, as: 1),
                    DescriptorMapping(errorWriter.rawValue, as: 2),
                ]))
        _ = consume inputReader
        _ = consume outputWriter
        _ = consume errorWriter
        try inputWriter.setNonblocking()
        try outputReader.setNonblocking()
        try errorReader.setNonblocking()
        self.loop = loop
        self.input = Owned(inputWriter)
        self.output = outputReader
        self.errors = errorReader
        pending = stdin[...]
    }

    func whenEnded(within limit: Duration, _ then: @escaping (Result<RunOutput, RunFailure>) -> Void) {
        self.then = then
        timer = loop.after(limit) { [self] in
            hasTimedOut = true
            kill()
        }
        watches.append(try! loop.watch(output.rawValue, .read) { [self] watch in read(isError: false) })
        watches.append(try! loop.watch(errors.rawValue, .read) { [self] watch in read(isError: true) })
        watches.append(try! loop.watch(child.pidDescriptor, .read) { [self] _ in
            watches[2].cancel()
            ended()
        })
        if pending.isEmpty {
            input = nil
        } else if let input {
            watches.append(try! loop.watch(input.descriptor.rawValue, .write) { [self] _ in write() })
        }
    }

    func kill() { child.signalTree(.kill) }

    private func write() {
        switch input?.descriptor.write(pending) ?? .brokenPipe {
        case .bytes(let count): pending = pending.dropFirst(count)
        case .wouldBlock: return
        case .brokenPipe, .failed: pending = []
        }
        guard pending.isEmpty else { return }
        watches[3].cancel()
        input = nil
    }

    private func read(isError: Bool) {
        switch isError ? errors.read(into: &buffer) : output.read(into: &buffer) {
        case .bytes(let count):
            if isError { stderr += buffer[..<count] } else { stdout += buffer[..<count] }
        case .wouldBlock: return
        case .endOfFile, .failed:
            watches[isError ? 1 : 0].cancel()
            ended()
        }
    }

    private func ended() {
        open -= 1
        guard open == 0, let status = child.exitStatus(), let then else { return }
        self.then = nil
        timer?.cancel()
        if watches.count > 3 { watches[3].cancel() }
        child.reap()
        then(hasTimedOut ? .failure(.timedOut) : .success(RunOutput(stdout: stdout, stderr: stderr, exitCode: status.shellCode)))
    }
}
