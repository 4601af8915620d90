import AuditLog
import Foundation
import Testing

/// `docs/audit-format.md` is enough to check a log: a second implementation in another language agrees with ours.
@Suite("The specification, proved by a Python verifier", .serialized)
struct PythonVerifierTests {
    static let python = ["/usr/bin/python3", "/usr/local/bin/python3"].first {
        FileManager.default.isExecutableFile(atPath: $0)
    }

    @Test("both verifiers name the same line in whole and in tampered logs", .enabled(
        if: python != nil, "python3 is not installed"))
    func agreement() throws {
        let scratch = try Scratch()
        var names: [String] = []
        func add(_ change: (inout [[UInt8]]) -> Void) throws {
            let name = "log\(names.count).jsonl"
            try scratch.sample(6, name: name)
            var all = lines(scratch.bytes(name))
            change(&all)
            scratch.put(joined(all), name)
            names.append(name)
        }
        try add { _ in }
        for index in 0..<7 {
            try add { $0[index][12] ^= 1 }
            try add { $0.remove(at: index) }
            try add { $0.removeSubrange(index...) }
            try add { $0.insert($0[index], at: index) }
            try add { $0.swapAt(index, (index + 1) % 7) }
            try add { $0.insert(Array("{}".utf8), at: index) }
            try add { $0[index].append(0x20) }
        }
        let torn = "log\(names.count).jsonl"
        try scratch.sample(2, name: torn)
        scratch.put(scratch.bytes(torn) + Array("{\"seq\":3,\"t".utf8), torn)
        try scratch.log(torn).append(sampleEvent(1))
        names.append(torn)
        scratch.put(scratch.bytes(names[0]), "copied.jsonl")
        scratch.put(scratch.bytes(names[0] + ".head"), "copied.jsonl.head")
        names.append("copied.jsonl")

        let ours = try names.map { name in
            try scratch.verify(name).fault.map { "line \($0.line)" } ?? "ok"
        }
        #expect(ours.first == "ok" && ours[names.count - 2] == "ok" && ours.count { $0 != "ok" } == names.count - 2)
        let printed = try runPython(names.map { scratch.path + "/" + $0 })
        #expect(printed.map { String($0.prefix { $0 != "/" }.dropLast()) } == ours)
    }

    private func runPython(_ paths: [String]) throws -> [String] {
        let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("verify_audit.py")
        let process = Process()
        process.executableURL = URL(fileURLWithPath: try #require(Self.python))
        process.arguments = ["-I", script.path] + paths
        process.standardInput = FileHandle.nullDevice
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let text = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
        return String(decoding: text, as: UTF8.self).split(separator: "\n").map(String.init)
    }
}
