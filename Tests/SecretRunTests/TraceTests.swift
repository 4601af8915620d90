import EventLoop
import Foundation
import KeeperProtocol
import SecretMemory
import Sessions
import Spawn
import Testing
import Vault

@testable import SecretRun

extension WithVault {
    @Suite("What is left behind", .serialized)
    struct Traces {
        /// Looks for bytes in all of this process's memory from outside; they are given so that they are not there by that.
        static let scanner = """
            import re, sys
            needle = bytes(b ^ 0x55 for b in bytes.fromhex(sys.argv[2]))
            found = 0
            with open(f"/proc/{sys.argv[1]}/maps") as maps, open(f"/proc/{sys.argv[1]}/mem", "rb") as memory:
                for line in maps:
                    start, end, kind = re.match(r"([0-9a-f]+)-([0-9a-f]+) (....)", line).groups()
                    if kind[0] != "r" or "[vvar" in line or "[vsyscall" in line: continue
                    try:
                        memory.seek(int(start, 16))
                        found += memory.read(int(end, 16) - int(start, 16)).count(needle)
                    except (OSError, ValueError): pass
            print(found)
            """

        func occurrences(_ hidden: [UInt8]) throws -> Int {
            let process = Process()
            process.executableURL = URL(fileURLWithPath: "/usr/bin/python3")
            let hex = hidden.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
            process.arguments = ["-c", Self.scanner, "\(getpid())", hex]
            let pipe = Pipe()
            process.standardOutput = pipe
            try process.run()
            let data = pipe.fileHandleForReading.readDataToEndOfFile()
            process.waitUntilExit()
            return try #require(Int(String(decoding: data, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)))
        }

        @Test("While the program runs, its value is nowhere in this process, by any delivery", arguments: [
            OpenedEntry.Delivery.environment, .descriptor, .file,
        ])
        func memory(delivery: OpenedEntry.Delivery) throws {
            try Bench.run { bench in
                bench.registers = false
                // Known here in a disguise only; letters, so that it may stand in a variable.
                let hidden = (0..<40).map { _ in UInt8.random(in: 97...122) ^ 0x55 }
                try bench.byPerson { vault in
                    let value = try SecretBytes(count: hidden.count) { span in
                        for index in hidden.indices { span.storeBytes(of: hidden[index] ^ 0x55, toByteOffset: index, as: UInt8.self) }
                    }
                    try vault.set(bench.place("KEY"), value)
                }
                let held = SecretMemory.heldBytes
                var outcome: Result<SecretRunOutcome, SecretRunFailure>?
                let run = bench.secrets.start(
                    bench.request(["sh", "-c", "echo started; cat /proc/self/environ | wc -c; exec sleep 600"], ["KEY"], as: delivery),
                    steps: bench.steps
                ) { outcome = $0 }
                try bench.wait { outcome != nil || run.stdout?.totalBytes ?? 0 > 10 }
                #expect(SecretMemory.heldBytes == held)
                #expect(try occurrences(hidden) == 0)
                let environment = try Data(contentsOf: URL(fileURLWithPath: "/proc/self/environ"))
                #expect(environment.range(of: Data(hidden.map { $0 ^ 0x55 })) == nil)
                for name in try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd") {
                    let target = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/fd/\(name)")) ?? ""
                    #expect(!target.contains("memfd:value"))
                }
                run.cancel()
                try bench.wait { outcome != nil }
                #expect(bench.valueFiles().isEmpty)
                // The search finds what is there.
                let planted = hidden.map { $0 ^ 0x55 }
                #expect(try occurrences(hidden) > 0)
                _ = planted.count
            }
        }

        @Test("Two hundred at once, each with its own values, and nothing of them is left", arguments: [
            OpenedEntry.Delivery.environment, .descriptor, .file,
        ])
        func crowd(delivery: OpenedEntry.Delivery) throws {
            try Bench.run { bench in
                bench.registers = false
                let keys = (0..<20).map { "KEY_\($0)" }
                try bench.set(Dictionary(uniqueKeysWithValues: keys.map { ($0, "the value of \($0)!") }))
                _ = try bench.sh("true", [keys[0]], as: delivery)
                let (held, descriptors) = (SecretMemory.heldBytes, Bench.descriptors)
                var outputs: [Int: Result<SecretRunOutcome, SecretRunFailure>] = [:]
                for index in 0..<200 {
                    let key = keys[index % keys.count]
                    let script = delivery == .environment ? "echo \"$\(key)\"" : "cat \"$\(key)\"; echo"
                    bench.secrets.start(bench.request(["sh", "-c", "\(script); exit \(index)"], [key], as: delivery), steps: bench.steps) {
                        outputs[index] = $0
                    }
                }
                try bench.wait { outputs.count == 200 }
                for (index, result) in outputs {
                    #expect(result.out == "the value of KEY_\(index % keys.count)!\n" && result.code == index, "\(result)")
                }
                outputs = [:]
                for _ in 0..<3 { try bench.loop.runOnce(timeout: .milliseconds(1)) }
                #expect(SecretMemory.heldBytes == held)
                #expect(Bench.descriptors == descriptors)
                #expect(bench.valueFiles().isEmpty)
            }
        }

        @Test("A program that ignores SIGTERM, with descendants in sessions of their own, is ended whole; its file is gone")
        func stubborn() throws {
            try Bench.run { bench in
                try bench.set(["KEY": "value of the key"])
                let script = """
                    trap "" TERM; echo $$
                    setsid sh -c 'trap "" TERM; echo $$; (trap "" TERM; setsid sleep 600) & echo $!; sleep 600' &
                    while :; do sleep 1; done
                    """
                let result = try bench.sh(script, ["KEY"], as: .file, timeout: .seconds(1))
                #expect(try result.get().direct.timedOut)
                let numbers = (result.out ?? "").split(separator: "\n").compactMap { Int32($0) }
                #expect(numbers.count == 3 && numbers.allSatisfy { ProcessTable.record(of: $0).map(\.hasEnded) ?? true })
                #expect(bench.valueFiles().isEmpty)
                try bench.waitForEnd(.timedOut)
            }
        }

        @Test("The vault's log tells the program, the command and the end of a run, and no value")
        func log() throws {
            try Bench.run { bench in
                try bench.set(["KEY": "value of the key"])
                #expect(try bench.sh("exit 3", ["KEY"]).code == 3)
                try bench.waitForEnd(.exited)
                let log = try bench.log()
                #expect(log.contains { $0.detail.contains("exit 3") && $0.detail.contains("/sh") && $0.detail.contains("KEY") })
                #expect(!log.contains { $0.detail.contains("value of") })
            }
        }
    }
}
