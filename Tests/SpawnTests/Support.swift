import EventLoop
import Foundation
import Spawn

/// All suites that make processes: one after the other, since they count the children and descriptors of this process.
/// (Swift Testing runs all rooms of a test run in one process; nothing here reaps or signals what it did not make.)
func environment(_ pairs: [(String, String)] = [("PATH", "/usr/bin:/bin")]) throws -> EnvironmentBlock {
    var block = EnvironmentBlock()
    for (name, value) in pairs { try block.set(name, to: value) }
    return block
}

struct Timeout: Error {}

/// Waits for a condition, as long as a slow machine may need.
func eventually(_ condition: () throws -> Bool) throws {
    let deadline = SystemClock.monotonic + .seconds(60)
    while try !condition() {
        guard SystemClock.monotonic < deadline else { throw Timeout() }
        usleep(2_000)
    }
}

struct Ran {
    var status: ProcessExit
    var output: [UInt8]
    var text: String { String(decoding: output, as: UTF8.self) }
    var lines: [String] { text.split(separator: "\n").map(String.init) }
}

/// Runs a program to its end and collects what it wrote to its standard output.
func run(
    _ executable: String, _ arguments: [String], environment: consuming EnvironmentBlock,
    change: (inout SpawnPlan) -> Void = { _ in }
) throws -> Ran {
    let pair = try DescriptorPair.pipe()
    let reader = pair.first
    let writer = pair.second
    var plan = SpawnPlan(
        executable: executable, arguments: arguments, environment: environment,
        descriptors: [.null(as: 0), DescriptorMapping(writer.rawValue, as: 1), .null(as: 2)])
    change(&plan)
    let child = try Spawner().spawn(plan)
    _ = consume writer
    var output: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65_536)
    reading: while true {
        switch reader.read(into: &buffer) {
        case .bytes(let count): output += buffer[..<count]
        default: break reading
        }
    }
    guard let status = child.wait(atMost: .seconds(60)) else { throw Timeout() }
    child.reap()
    return Ran(status: status, output: output)
}

func shell(_ script: String, change: (inout SpawnPlan) -> Void = { _ in }) throws -> Ran {
    try run("/bin/sh", ["sh", "-c", script], environment: environment(), change: change)
}

/// The process number a file came to hold.
func number(in path: String) throws -> Int32 {
    var value: Int32?
    try eventually {
        value = (try? String(contentsOfFile: path, encoding: .utf8)).flatMap {
            $0.hasSuffix("\n") ? Int32($0.trimmingCharacters(in: .whitespacesAndNewlines)) : nil
        }
        return value != nil
    }
    return value!
}

func isAlive(_ process: Int32) -> Bool {
    guard let record = ProcessTable.record(of: process) else { return false }
    return !record.hasEnded
}

/// A fresh directory, removed with everything in it.
func withDirectory(_ body: (String) throws -> Void) throws {
    let path = FileManager.default.temporaryDirectory.appendingPathComponent("spawn-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: path) }
    try body(path)
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
