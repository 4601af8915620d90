import EventLoop
import Foundation
import Spawn
import Testing

@testable import Sessions

extension RealShells {
    @Suite("Programs run without a shell", .serialized)
    struct Direct {
        /// Runs one program to the end of everything it started.
        func run(
            _ harness: Harness, _ arguments: [String], stdin: String? = nil, timeout: Duration? = nil,
            change: (inout SpawnPlan) -> Void = { _ in }
        ) throws -> DirectOutcome {
            let runs = DirectRuns(loop: harness.loop, spawner: harness.spawner)
            var outcome: DirectOutcome?
            var plan = try self.plan(harness, arguments)
            change(&plan)
            try runs.start(plan, stdin: stdin.map { Array($0.utf8) }, timeout: timeout) { outcome = $0 }
            try harness.wait { outcome != nil }
            #expect(runs.count == 0)
            return outcome!
        }

        func plan(_ harness: Harness, _ arguments: [String]) throws -> SpawnPlan {
            SpawnPlan(
                executable: arguments[0], arguments: arguments, environment: try EnvironmentBlock.inherited(),
                workingDirectory: harness.directory)
        }

        func sh(_ harness: Harness, _ script: String, stdin: String? = nil, timeout: Duration? = nil) throws -> DirectOutcome {
            try run(harness, ["/bin/sh", "-c", script], stdin: stdin, timeout: timeout)
        }

        /// The numbers a script printed, as far as such processes still live.
        func living(_ outcome: DirectOutcome) -> [Int32] {
            outcome.out.split(whereSeparator: \.isWhitespace).compactMap { Int32($0) }.filter {
                ProcessTable.record(of: $0).map { !$0.hasEnded } ?? false
            }
        }

        @Test("Exit code, both streams, input and directory are the program's")
        func usual() throws {
            try Harness.run { harness in
                let outcome = try sh(harness, "cat; pwd; echo problem >&2; exit 7", stdin: "given\n")
                #expect(outcome.exitCode == 7 && outcome.signal == nil)
                #expect(outcome.out == "given\n\(harness.directory)\n")
                #expect(outcome.err == "problem\n")
                #expect(!outcome.timedOut && !outcome.cancelled && outcome.survivors == 0)
                #expect(try sh(harness, "cat; readlink /proc/self/fd/0").out == "/dev/null\n")
                let killed = try sh(harness, "kill -9 $$")
                #expect(killed.exitCode == nil && killed.signal == .kill)
            }
        }

        @Test("A megabyte of input arrives whole, and twenty of output are kept at both ends")
        func large() throws {
            try Harness.run { harness in
                let input = String(repeating: "0123456789abcde\n", count: 65_536)
                #expect(try run(harness, ["/bin/cat"], stdin: input).out == input)
                let outcome = try sh(harness, "echo first; head -c 30000000 /dev/zero; echo last")
                #expect(outcome.stdout.totalBytes == 30_000_011)
                #expect(outcome.stdout.bytes(at: 0, length: 6) == Array("first\n".utf8))
                #expect(outcome.stdout.bytes(at: 30_000_006, length: 9) == Array("last\n".utf8))
                #expect(outcome.stdout.omittedBytes > 0)
            }
        }

        @Test("What cannot run is told apart, and leaves nothing")
        func failures() throws {
            try Harness.run { harness in
                let place = harness.directory
                func write(_ name: String, _ text: String, _ mode: Int) throws -> String {
                    try text.write(toFile: "\(place)/\(name)", atomically: false, encoding: .utf8)
                    try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: "\(place)/\(name)")
                    return "\(place)/\(name)"
                }
                let text = try write("text", "hello", 0o600)
                let orphan = try write("orphan", "#!/nowhere/at/all\n", 0o700)
                let garbage = try write("garbage", "no program", 0o700)
                let before = try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count
                #expect(throws: DirectFailure.notFound) { try run(harness, ["\(place)/missing"]) }
                #expect(throws: DirectFailure.notFound) { try run(harness, ["\(text)/below"]) }
                #expect(throws: DirectFailure.notExecutable) { try run(harness, [text]) }
                #expect(throws: DirectFailure.notExecutable) { try run(harness, [place]) }
                #expect(throws: DirectFailure.notExecutable) { try run(harness, [garbage]) }
                #expect(throws: DirectFailure.interpreterMissing) { try run(harness, [orphan]) }
                #expect(throws: DirectFailure.workingDirectory(errno: 2)) {
                    try run(harness, ["/bin/true"]) { $0.workingDirectory = "\(place)/missing" }
                }
                #expect(throws: DirectFailure.tooLong) {
                    try run(harness, ["/bin/true", String(repeating: "a", count: 1 << 20)])
                }
                #expect(throws: DirectFailure.notSpawned(.executable)) { try run(harness, ["true"]) }
                #expect(try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count == before)
            }
        }

        @Test("The program holds its three streams and what the plan gave it, nothing else")
        func descriptors() throws {
            try Harness.run { harness in
                var file = try MemoryFile()
                try file.append(Array("beside".utf8)[...])
                let number = file.descriptor.rawValue
                let outcome = try run(harness, ["/bin/sh", "-c", "cat /dev/fd/12; echo; ls /proc/$$/fd; :"]) {
                    $0.descriptors.append(DescriptorMapping(number, as: 12))
                }
                #expect(outcome.out == "beside\n0\n1\n12\n2\n")
            }
        }

        @Test("Daemons a program leaves end with it, whatever they ignore and wherever they went")
        func leftovers() throws {
            try Harness.run { harness in
                let outcome = try sh(
                    harness,
                    """
                    setsid sh -c 'trap "" TERM HUP; echo $$; setsid sh -c "trap \\"\\" TERM; echo \\$\\$; sleep 600" & sleep 600' &
                    sleep 600 & echo $!
                    sleep 0.5
                    """)
                #expect(outcome.out.split(separator: "\n").count == 3)
                #expect(living(outcome) == [])
                #expect(outcome.exitCode == 0 && !outcome.timedOut && outcome.survivors == 0)
                // Counted to the program's own end.
                #expect(outcome.duration < .seconds(5))
            }
        }

        @Test("A timeout ends a program that ignores SIGTERM, and its descendants in other sessions")
        func timeout() throws {
            try Harness.run { harness in
                let script = """
                    trap "" TERM; echo $$
                    setsid sh -c 'trap "" TERM; echo $$; (trap "" TERM; setsid sleep 600) & echo $!; sleep 600' & 
                    while :; do sleep 1; done
                    """
                let outcome = try sh(harness, script, timeout: .seconds(1))
                #expect(outcome.timedOut && outcome.signal == .kill)
                #expect(outcome.out.split(separator: "\n").count == 3)
                #expect(living(outcome) == [])
                #expect(outcome.duration >= .seconds(6))
                let polite = try sh(harness, "trap 'echo bye; exit 3' TERM; while :; do sleep 0.1; done", timeout: .milliseconds(500))
                #expect(polite.timedOut && polite.exitCode == 3 && polite.out == "bye\n")
            }
        }

        @Test("A cancellation ends one run and no other; output up to there is told")
        func cancellation() throws {
            try Harness.run { harness in
                let runs = DirectRuns(loop: harness.loop, spawner: harness.spawner)
                var outcomes: [Int: DirectOutcome] = [:]
                var heard: [UInt8] = []
                let first = try runs.start(
                    plan(harness, ["/bin/sh", "-c", "echo begun; sleep 600"]), progress: { _, bytes in heard += bytes }
                ) { outcomes[1] = $0 }
                let second = try runs.start(plan(harness, ["/bin/sh", "-c", "read x; echo $x"]), stdin: Array("y\n".utf8)) {
                    outcomes[2] = $0
                }
                let third = try runs.start(plan(harness, ["/bin/sleep", "600"])) { outcomes[3] = $0 }
                #expect(runs.count == 3)
                try harness.wait { heard == Array("begun\n".utf8) }
                first.cancel()
                try harness.wait { outcomes[1] != nil && outcomes[2] != nil }
                #expect(outcomes[1]?.cancelled == true && outcomes[1]?.out == "begun\n" && outcomes[1]?.signal == .terminate)
                #expect(outcomes[2]?.cancelled == false && outcomes[2]?.out == "y\n" && outcomes[2]?.exitCode == 0)
                #expect(first.isFinished && second.isFinished && !third.isFinished)
                var gone = false
                runs.endAll { gone = true }
                try harness.wait { gone }
                #expect(outcomes[3]?.cancelled == true)
                #expect(throws: DirectFailure.shutDown) {
                    try runs.start(plan(harness, ["/bin/true"])) { _ in }
                }
            }
        }

        @Test("The end of everything needs no loop")
        func endNow() throws {
            try Harness.run { harness in
                let runs = DirectRuns(loop: harness.loop, spawner: harness.spawner)
                var outcomes: [DirectOutcome] = []
                for _ in 0..<5 {
                    try runs.start(plan(harness, ["/bin/sh", "-c", "trap '' TERM; setsid sleep 600 & echo $!; sleep 600"])) {
                        outcomes.append($0)
                    }
                }
                let pause = harness.loop.now + .milliseconds(300)
                while harness.loop.now < pause { try harness.loop.runOnce(timeout: .milliseconds(20)) }
                runs.endAllNow()
                #expect(outcomes.count == 5 && runs.count == 0)
                #expect(outcomes.allSatisfy { $0.cancelled && living($0) == [] && $0.survivors == 0 })
            }
        }

        @Test("Two hundred at once each get their own end, and leave no descriptor")
        func many() throws {
            // As the server does at its start: a run holds five descriptors.
            ThisProcess.raiseDescriptorLimit()
            try Harness.run { harness in
                let runs = DirectRuns(loop: harness.loop, spawner: harness.spawner)
                let before = try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count
                var outcomes: [Int: DirectOutcome] = [:]
                for index in 0..<200 {
                    try runs.start(plan(harness, ["/bin/sh", "-c", "cat; exit \(index)"]), stdin: Array("in \(index)".utf8)) {
                        outcomes[index] = $0
                    }
                }
                try harness.wait { outcomes.count == 200 }
                for (index, outcome) in outcomes {
                    #expect(outcome.exitCode == index && outcome.out == "in \(index)")
                }
                outcomes = [:]
                try harness.loop.runOnce(timeout: .zero)
                #expect(try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count == before)
            }
        }
    }
}

extension DirectOutcome {
    var out: String { String(decoding: stdout.contents(), as: UTF8.self) }
    var err: String { String(decoding: stderr.contents(), as: UTF8.self) }
}

extension RealShells {
    @Suite("Secrets of a session", .serialized)
    struct SessionSecrets {
        @Test("They are in the environment of that shell and of no other, in place of what was inherited", arguments: TestShell.present)
        func environment(shell: TestShell) throws {
            try Harness.run { harness in
                var options = harness.options(shell)
                options.environment = [.init(name: "PLANTED", value: "open")]
                var secrets = EnvironmentBlock()
                let value = Array("value of the session".utf8)
                try secrets.set("PLANTED", to: value)
                try secrets.set("SECOND", to: "x")
                var made: Result<any Session, SessionStartFailure>?
                harness.table.createLocal(options, secrets: secrets) { made = $0 }
                try harness.wait { made != nil }
                let session = try made!.get()
                #expect(try harness.run(session, "echo $PLANTED $SECOND; env | grep -c PLANTED").out == "value of the session x\n1\n")
                let other = try harness.open(shell)
                #expect(try harness.run(other, "echo ${PLANTED-none}").out == "none\n")
            }
        }
    }
}
