import EventLoop
import Foundation
import Spawn
import Testing

extension ProcessSuites {
    /// What is tested on a process of its own, `spawn-probe`: roles and deaths that the test process cannot have.
    @Suite("Guardian, adoption and hardening", .serialized)
    struct ProbeTests {
        /// The program built beside this test bundle.
        static func probe() throws -> String {
            let own = try #require(ThisProcess.executablePath)
            for path in [own] + CommandLine.arguments {
                let directory = URL(fileURLWithPath: path).deletingLastPathComponent()
                let beside = directory.appendingPathComponent("spawn-probe")
                if FileManager.default.isExecutableFile(atPath: beside.path) { return beside.path }
            }
            throw Timeout()
        }

        /// A probe with its input and output, and the processes that its tree consists of.
        final class Probe {
            let child: Child
            let input: Held
            let output: Held
            let worker: Int32
            let tree: [Int32]

            init(_ act: String, in directory: String) throws {
                let toProbe = try DescriptorPair.pipe(), fromProbe = try DescriptorPair.pipe()
                var plan = SpawnPlan(
                    executable: try ProbeTests.probe(), arguments: ["spawn-probe", act, directory],
                    environment: try environment())
                plan.descriptors = [
                    DescriptorMapping(toProbe.first.rawValue, as: 0),
                    DescriptorMapping(fromProbe.second.rawValue, as: 1),
                    .null(as: 2),
                ]
                plan.adoptsDescendants = false
                child = try Spawner().spawn(plan)
                input = Held(toProbe.second)
                output = Held(fromProbe.first)
                var text = ""
                while !text.hasSuffix("\n") {
                    var buffer = [UInt8](repeating: 0, count: 64)
                    let count = read(output.number, &buffer, 64)
                    guard count > 0 else { throw Timeout() }
                    text += String(decoding: buffer[..<count], as: UTF8.self)
                }
                worker = try #require(Int32(text.dropLast()))
                tree = try ["ignoring", "session", "daemon", "leader"].map { try number(in: directory + "/" + $0) }
            }

            /// Waits until the probe's output ends: nobody holds it any more.
            func readToEnd() {
                var buffer = [UInt8](repeating: 0, count: 64)
                while read(output.number, &buffer, 64) > 0 {}
            }
        }

        @Test("A worker that ends, crashes, or is told to, leaves nothing behind", arguments: ["end", "kill", "term"])
        func worker(how: String) throws {
            try withDirectory { directory in
                let probe = try Probe("guardian", in: directory)
                #expect((probe.tree + [probe.worker]).allSatisfy(isAlive))
                let expected: ProcessExit
                switch how {
                case "end":
                    probe.input.close()
                    expected = .code(5)
                case "kill":
                    // The worker's number is its own: its parent, the guardian, waits for us to kill it.
                    kill(probe.worker, SIGKILL)
                    expected = .signal(.kill)
                default:
                    probe.child.signal(.terminate)
                    expected = .code(15)
                }
                probe.readToEnd()
                #expect(probe.child.wait(atMost: .seconds(120)) == expected)
                #expect(!(probe.tree + [probe.worker]).contains(where: isAlive))
            }
        }

        @Test("A worker whose guardian, or the guardian's group, is killed ends its trees", arguments: [false, true])
        func guardian(group: Bool) throws {
            try withDirectory { directory in
                let probe = try Probe("ending-guardian", in: directory)
                #expect(group ? probe.child.signalGroup(.kill) : probe.child.signal(.kill))
                #expect(probe.child.wait(atMost: .seconds(60)) == .signal(.kill))
                probe.readToEnd()
                try eventually { !(probe.tree + [probe.worker]).contains(where: isAlive) }
            }
        }

        @Test("What an ended child left is adopted, ended and reaped; other children are spared")
        func adoption() throws {
            try withDirectory { directory in
                let second = directory + "/second"
                try FileManager.default.createDirectory(atPath: second, withIntermediateDirectories: true)
                let ran = try run(
                    try Self.probe(), ["spawn-probe", "adopt", directory], environment: try environment())
                #expect(ran.status == .code(0))
                for name in ["ignoring", "session", "daemon", "second/ignoring", "second/session", "second/daemon"] {
                    #expect(!isAlive(try number(in: directory + "/" + name)))
                }
            }
        }

        @Test("Failed and ended children leave no process and no descriptor behind") func leaks() throws {
            let ran = try run(try Self.probe(), ["spawn-probe", "leak", "-"], environment: try environment())
            #expect(ran.status == .code(0))
        }

        @Test("A taken variable is gone, also for others who look") func secret() throws {
            let variables = [("BEFORE", "b"), ("PROBE_SECRET", "hidden-value"), ("AFTER", "a")]
            let ran = try run(
                try Self.probe(), ["spawn-probe", "secret", "-"], environment: try environment(variables))
            #expect(ran.status == .code(0))
            #expect(ran.text.contains("BEFORE=b"))
            #expect(ran.text.contains("AFTER=a"))
            #expect(!ran.text.contains("hidden"))
        }

        @Test("A hardened process has no dumps, is not dumpable and holds 0, 1 and 2 only") func hardening() throws {
            let ran = try run(try Self.probe(), ["spawn-probe", "harden", "-"], environment: try environment()) {
                for number: Int32 in [7, 63] { $0.descriptors.append(.null(as: number)) }
            }
            let limits = try #require(ran.lines.first { $0.contains("Max core") })
            #expect(limits.split(separator: " ").filter { $0 == "0" }.count == 2)
            let ignored = try #require(ran.lines.first { $0.contains("SigIgn") }?.split(separator: "\t").last)
            #expect(UInt64(ignored, radix: 16).map { $0 & (1 << 12) } == 1 << 12)
            // Whoever may trace every process may look at one that is not dumpable; root in a container may not.
            // Descriptor 3 is the pidfd of the one who looks.
            if try mayTraceAll() {
                #expect(ran.status == .code(0))
                #expect(ran.lines.suffix(4) == ["0", "1", "2", "3"])
            }
        }
    }
}

/// Whether this process, and so its children, has CAP_SYS_PTRACE (capabilities(7)).
private func mayTraceAll() throws -> Bool {
    let status = try String(contentsOfFile: "/proc/self/status", encoding: .utf8)
    let line = try #require(status.split(separator: "\n").first { $0.hasPrefix("CapEff:") })
    let capabilities = try #require(UInt64(line.split(separator: "\t").last ?? "", radix: 16))
    return capabilities & 1 << 19 != 0
}

/// A descriptor in a class, so that it can be held in other classes.
final class Held {
    let number: Int32
    private var isClosed = false

    init(_ descriptor: consuming Descriptor) { number = descriptor.take() }

    func close() {
        guard !isClosed else { return }
        isClosed = true
        _ = Foundation.close(number)
    }

    deinit { close() }
}
