import AuditLog
import Foundation
import JSON
import PrivateFiles

/// A fresh temporary directory, removed at the end, and a clock that a test sets.
final class Scratch {
    let path: String
    var milliseconds = 1_700_000_000_000

    init() throws {
        let base = URL(fileURLWithPath: NSTemporaryDirectory()).resolvingSymlinksInPath().path
        path = base + "/execkit-audit-" + UUID().uuidString
        try FileManager.default.createDirectory(
            atPath: path, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o700])
    }

    deinit {
        try? FileManager.default.removeItem(atPath: path)
    }

    func directory() throws -> Directory {
        try Directory(at: try AbsolutePath(path))
    }

    func log(_ name: String = "log.jsonl", _ durability: AuditLog.Durability = .none) throws -> AuditLog {
        try AuditLog(in: try directory(), name: name, durability: durability) { [unowned self] in
            milliseconds += 1
            return milliseconds
        }
    }

    /// A log with `count` records after its first, all of the kinds a shell writes.
    func sample(_ count: Int, name: String = "log.jsonl") throws {
        let log = try log(name)
        for index in 0..<count { try log.append(sampleEvent(index)) }
    }

    func bytes(_ name: String = "log.jsonl") -> [UInt8] {
        FileManager.default.contents(atPath: path + "/" + name).map { [UInt8]($0) } ?? []
    }

    func put(_ bytes: [UInt8], _ name: String = "log.jsonl") {
        let file = path + "/" + name
        _ = FileManager.default.createFile(atPath: file, contents: Data(bytes))
        chmod(file, 0o600)
    }

    func mode(_ name: String) -> UInt32 {
        var info = stat()
        return lstat(path + "/" + name, &info) == 0 ? info.st_mode & 0o7777 : 0
    }

    func verify(_ name: String = "log.jsonl", known: AuditHead? = nil) throws -> AuditReport {
        try AuditVerifier.verify(name, in: try directory(), known: known)
    }
}

func sampleEvent(_ index: Int) -> AuditEvent {
    switch index % 4 {
    case 0: .open(session: "s-\(index)", transport: "local", cwd: "/tmp")
    case 1: .execStart(session: "s", command: "echo \"ü\u{1}\(index)\" | cat\n", cwd: nil, timeoutMilliseconds: 120_000)
    case 2: .blocked(session: nil, command: "rm -rf /", fence: "operator", rule: "rm", reason: "rule")
    default: .close(session: "s", reason: "destroyed")
    }
}

/// A fixed-seed generator (SplitMix64), so that a failure can be repeated.
struct Generator: RandomNumberGenerator {
    var state: UInt64
    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var z = state
        z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
        return z ^ (z >> 31)
    }
}

func auditFailure(_ body: () throws -> Void) -> AuditError? {
    do {
        try body()
        return nil
    } catch {
        return error as? AuditError
    }
}

func lines(_ bytes: [UInt8]) -> [[UInt8]] {
    bytes.split(separator: 0x0a).map { Array($0) }
}

func joined(_ lines: [[UInt8]]) -> [UInt8] {
    lines.flatMap { $0 + [0x0a] }
}
