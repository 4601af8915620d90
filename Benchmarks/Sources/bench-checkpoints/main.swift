import Checkpoints
import Foundation

// A store of checkpoints, driven by words on standard input: `create` and `automatic`. Each is answered by a line: seconds
// from the call to the answer, and the checkpoint. Arguments: the workspace, the store, and a PATH for the scripts.
// `checkpoints.py` does what lies between.

/// Runs scripts as a local session does, in a shell of its own, and waits for each.
final class BlockingRunner: CheckpointRunner {
    private let path: String

    init(path: String) { self.path = path }

    func run(
        _ script: [UInt8], stdin: [UInt8]?, timeout: Duration, then: @escaping (Result<RunOutput, RunFailure>) -> Void
    ) {
        guard let (output, status) = shell(script) else { return then(.failure(.notStarted)) }
        then(.success(RunOutput(stdout: output, stderr: [], exitCode: status)))
    }

    private func shell(_ script: [UInt8]) -> (output: [UInt8], status: Int32)? {
        var ends: [Int32] = [0, 0]
        guard pipe(&ends) == 0 else { return nil }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_adddup2(&actions, ends[1], 1)
        posix_spawn_file_actions_addclose(&actions, ends[0])
        posix_spawn_file_actions_addclose(&actions, ends[1])
        var arguments: [UnsafeMutablePointer<CChar>?] = [strdup("/bin/sh"), strdup("-c")]
        arguments.append((script + [0]).withUnsafeBufferPointer { strdup(UnsafeRawPointer($0.baseAddress!).assumingMemoryBound(to: CChar.self)) })
        arguments.append(nil)
        var environment: [UnsafeMutablePointer<CChar>?] = [strdup("PATH=\(path)"), strdup("HOME=/"), nil]
        defer { (arguments + environment).forEach { free($0) } }
        var child = pid_t()
        let made = posix_spawn(&child, "/bin/sh", &actions, nil, &arguments, &environment)
        close(ends[1])
        defer { close(ends[0]) }
        guard made == 0 else { return nil }
        var all: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while case let count = read(ends[0], &buffer, buffer.count), count > 0 { all += buffer[..<count] }
        var status: Int32 = 0
        waitpid(child, &status, 0)
        return (all, status & 0x7f == 0 ? (status >> 8) & 0xff : 128 + (status & 0x7f))
    }
}

let words = CommandLine.arguments
guard words.count == 4 else { fatalError("usage: bench-checkpoints WORKSPACE STORE PATH") }
let store = try CheckpointStore(
    runner: BlockingRunner(path: words[3]), scope: CheckpointScope(workspace: words[1]), storeDirectory: Array(words[2].utf8))
while let word = readLine() {
    var text = "no such word"
    let began = ContinuousClock.now
    func answer(_ result: Result<CreatedCheckpoint, CheckpointError>) {
        switch result {
        case .success(let made): text = "\(made.id) \(made.isNew) \(made.files ?? -1)"
        case .failure(let error): text = "\(error)"
        }
    }
    switch word {
    case "create": store.create(then: answer)
    case "automatic": store.automatic(then: answer)
    default: break
    }
    let (seconds, rest) = (ContinuousClock.now - began).components
    FileHandle.standardOutput.write(Data("\(Double(seconds) + Double(rest) / 1e18) \(text)\n".utf8))
}
