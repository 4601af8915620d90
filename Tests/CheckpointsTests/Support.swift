import EventLoop
import Foundation
import Testing

@testable import Checkpoints

struct Timeout: Error {}

extension Backend {
    /// Every test that is about what a store promises runs with each.
    static let both: [Backend] = [.git, .plain]

    /// Before a command: hides git from it, where that is allowed (it takes a mount of its own).
    static let hidingGit: [String] = {
        let hide = "for g in $(which -a git); do mount --bind /dev/null $g || exit 9; done; exec \"$@\""
        let command = ["/usr/bin/unshare", "-m", "/bin/bash", "-c", hide, "bash"]
        return succeeds(command + ["/bin/sh", "-c", "! command -v git"]) ? command : []
    }()

    /// Before a command: a root directory with BusyBox and nothing else; empty where that is not allowed or there is none.
    static let busyBoxAlone: [String] = {
        let build =
            """
            mount -t tmpfs none /mnt && mkdir /mnt/bin /mnt/proc /mnt/dev && cp /usr/bin/busybox /mnt/bin && mkdir -p "/mnt$0" &&
            mount --bind "$0" "/mnt$0" && mount --bind /proc /mnt/proc && mount --bind /dev /mnt/dev &&
            /usr/sbin/chroot /mnt /bin/busybox --install -s /bin && exec /usr/sbin/chroot /mnt "$@"
            """
        let scratch = String(cString: realpath(FileManager.default.temporaryDirectory.path, nil)!)
        let command = ["/usr/bin/unshare", "-m", "/bin/bash", "-c", build, scratch]
        return succeeds(command + ["/bin/sh", "-c", "! command -v git && command -v awk"]) ? command : []
    }()

    /// Before a command: BusyBox stands before every tool of the machine but git, where that is allowed.
    static let busyBoxWithGit: [String] = {
        let build =
            """
            mount -t tmpfs none /usr/local/sbin && /usr/bin/busybox --install -s /usr/local/sbin && exec "$@"
            """
        let command = ["/usr/bin/unshare", "-m", "/bin/bash", "-c", build, "bash"]
        let path = "PATH=/usr/local/sbin:/usr/bin:/bin; git --version && test \"$(readlink \"$(command -v find)\")\" = /usr/bin/busybox"
        return succeeds(command + ["/bin/sh", "-c", path]) ? command : []
    }()

    private static func succeeds(_ command: [String]) -> Bool {
        let probe = Process()
        probe.executableURL = URL(fileURLWithPath: command[0])
        probe.arguments = Array(command.dropFirst())
        (probe.standardOutput, probe.standardError) = (FileHandle.nullDevice, FileHandle.nullDevice)
        guard (try? probe.run()) != nil else { return false }
        probe.waitUntilExit()
        return probe.terminationStatus == 0
    }
}

/// A place a test runs in: what keeps its checkpoints, and whose tools there are.
struct Place: CustomTestStringConvertible {
    let backend: Backend
    let command: [String]
    let testDescription: String

    static let shell = ["/bin/sh", "-c"]
    /// For what depends on the tools: the usual ones, and those of BusyBox.
    static let all =
        Backend.both.map { Place(backend: $0, command: shell, testDescription: "\($0)") }
        + (Backend.busyBoxWithGit.isEmpty
            ? [] : [Place(backend: .git, command: Backend.busyBoxWithGit + ["/usr/bin/busybox", "ash", "-c"], testDescription: "BusyBox and git")])
}

/// A scratch directory with a workspace and a place for a store, and calls that wait.
final class Bench {
    let root: String
    let workspace: String
    let storePath: String
    let loop: EventLoop
    let runner: LocalRunner
    private(set) var store: CheckpointStore
    private let backend: Backend
    private let retention: CheckpointStore.Retention

    init(
        _ backend: Backend = .git, paths: [String] = [], ignores: [String] = [], command: [String] = ["/bin/sh", "-c"], store: String? = nil,
        retention: CheckpointStore.Retention = .init()
    ) throws {
        let made = FileManager.default.temporaryDirectory.appendingPathComponent("checkpoints-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: made + "/w", withIntermediateDirectories: true)
        // Without links, so that paths compare.
        root = String(cString: realpath(made, nil)!)
        chmod(root, 0o755)
        workspace = root + "/w"
        storePath = store.map { $0.replacingOccurrences(of: "ROOT", with: made) } ?? root + "/s"
        loop = try EventLoop()
        runner = LocalRunner(loop: loop, command: (backend == .plain ? Backend.hidingGit : []) + command, home: root)
        self.backend = backend
        self.retention = retention
        self.store = try Bench.store(
            backend, runner, CheckpointScope(workspace: workspace, paths: paths, ignores: ignores), storePath, retention)
    }

    /// Where git can be hidden, the store has to find out by itself.
    private static func store(
        _ backend: Backend, _ runner: LocalRunner, _ scope: CheckpointScope, _ path: String, _ retention: CheckpointStore.Retention
    ) throws -> CheckpointStore {
        let first: Backend = Backend.hidingGit.isEmpty ? backend : .git
        return try CheckpointStore(
            runner: runner, scope: scope, storeDirectory: Array(path.utf8), retention: retention, timeout: .seconds(600), backend: first)
    }

    deinit {
        // By its whole name: where the working directory is gone, "." would be somewhere else.
        shell("chmod -R u+rwx '\(root)' 2>/dev/null; cd / && rm -rf '\(root)'")
    }

    func reopen(workspace: String? = nil, paths: [String] = [], ignores: [String] = [], store: String? = nil) throws {
        self.store = try Bench.store(
            backend, runner, CheckpointScope(workspace: workspace ?? self.workspace, paths: paths, ignores: ignores),
            store ?? storePath, retention)
    }

    func wait<Value>(
        _ start: (@escaping (Result<Value, CheckpointError>) -> Void) -> Void
    ) throws -> Result<Value, CheckpointError> {
        var answer: Result<Value, CheckpointError>?
        start { answer = $0 }
        let deadline = loop.now + .seconds(600)
        while answer == nil {
            guard loop.now < deadline else { throw Timeout() }
            try loop.runOnce(timeout: .seconds(1))
        }
        return answer!
    }

    @discardableResult
    func create(_ label: String = "") throws -> CreatedCheckpoint {
        try wait { store.create(label: Array(label.utf8), then: $0) }.get()
    }

    @discardableResult
    func automatic() throws -> CreatedCheckpoint { try wait { store.automatic(then: $0) }.get() }

    /// Automatic checkpoints until one is the quick look: none of what there is has changed in the last second or two.
    func untilTheQuickLook(_ comment: String) throws -> CreatedCheckpoint {
        for _ in 0..<200 {
            let made = try automatic()
            if made.files == nil { return made }
            usleep(300_000)
        }
        Issue.record("no quick look was taken before \(comment)")
        throw Timeout()
    }

    func list() throws -> [Checkpoint] { try wait { store.list(then: $0) }.get() }
    func plan(_ id: CheckpointID) throws -> RestorePlan { try wait { store.plan(id, then: $0) }.get() }
    func diff(_ id: CheckpointID, limit: Int = 1 << 20) throws -> CheckpointDiff {
        try wait { store.diff(id, limit: limit, then: $0) }.get()
    }

    @discardableResult
    func restore(_ id: CheckpointID) throws -> RestoreOutcome { try wait { store.restore(id, then: $0) }.get() }

    /// A command in the workspace.
    @discardableResult
    func shell(_ script: String) -> String {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/bash")
        process.arguments = ["-c", script]
        process.currentDirectoryURL = URL(fileURLWithPath: FileManager.default.fileExists(atPath: workspace) ? workspace : "/")
        let pipe = Pipe()
        process.standardOutput = pipe
        try! process.run()
        let data = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return String(decoding: data, as: UTF8.self)
    }

    /// Every name below a directory with kind, mode, content or target: the naive twin of a checkpoint.
    func picture(_ directory: String? = nil, without: (String) -> Bool = { _ in false }) -> [String: String] {
        Picture.take(directory ?? workspace, without: without)
    }
}

enum Picture {
    /// What one picture shows and the other does not.
    static func difference(_ seen: [String: String], _ wanted: [String: String]) -> [String] {
        Set(seen.keys).union(wanted.keys).filter { seen[$0] != wanted[$0] }.sorted().map {
            "\($0): \(seen[$0]?.prefix(60) ?? "nothing") for \(wanted[$0]?.prefix(60) ?? "nothing")"
        }
    }

    /// Names are shown with every byte that is not plain text as `%XX`.
    static func take(_ directory: String, without: (String) -> Bool = { _ in false }) -> [String: String] {
        var all: [String: String] = [:]
        func visit(_ path: [UInt8], _ shown: String) {
            guard let stream = opendir(cString(path)) else { return }
            defer { closedir(stream) }
            while let entry = readdir(stream) {
                let name = withUnsafePointer(to: &entry.pointee.d_name) {
                    $0.withMemoryRebound(to: UInt8.self, capacity: 256) { pointer in
                        Array(UnsafeBufferPointer(start: pointer, count: strlen(UnsafeRawPointer(pointer).assumingMemoryBound(to: CChar.self))))
                    }
                }
                if name == [46] || name == [46, 46] { continue }
                let full = path + [47] + name
                let label = shown + "/" + name.map { (33...126).contains($0) && $0 != 37 ? String(UnicodeScalar($0)) : String(format: "%%%02X", $0) }.joined()
                if without(label) { continue }
                var info = stat()
                lstat(cString(full), &info)
                let mode = String(info.st_mode & 0o7777, radix: 8)
                switch info.st_mode & S_IFMT {
                case S_IFDIR:
                    all[label] = "directory \(mode)"
                    visit(full, label)
                case S_IFLNK:
                    var target = [CChar](repeating: 0, count: 5000)
                    let length = readlink(cString(full), &target, 4999)
                    all[label] = "link \(target[..<max(0, length)].map { UInt8(bitPattern: $0) })"
                case S_IFREG:
                    all[label] = "file \(mode) \(contents(full))"
                default:
                    all[label] = "special \(info.st_mode)"
                }
            }
        }
        visit(Array(directory.utf8), "")
        return all
    }

    static func cString(_ path: [UInt8]) -> [CChar] { path.map { CChar(bitPattern: $0) } + [0] }

    private static func contents(_ path: [UInt8]) -> String {
        guard let file = fopen(cString(path), "r") else { return "unreadable" }
        defer { fclose(file) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while case let count = fread(&buffer, 1, buffer.count, file), count > 0 { bytes += buffer[..<count] }
        return "\(bytes.count):" + bytes.map { String($0, radix: 16) }.joined(separator: ".")
    }
}

/// Repeatable numbers for property tests (SplitMix64).
struct SeededGenerator: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
