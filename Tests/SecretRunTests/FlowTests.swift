import EventLoop
import Foundation
import KeeperClient
import KeeperProtocol
import Keyring
import SecretMemory
import Sessions
import Spawn
import Testing

@testable import SecretRun

extension WithVault {
    @Suite("The order of things", .serialized)
    struct Flow {
        func ran(_ bench: Bench) -> Bool { FileManager.default.fileExists(atPath: bench.root + "/ran") }

        @Test("Nothing is opened when it cannot be recorded")
        func record() throws {
            try Bench.run { bench in
                try bench.set(["KEY": "value of the key"])
                bench.recordFails = true
                let before = try bench.log().count
                #expect(try bench.sh("touch ran", ["KEY"]).failure == .notRecorded)
                #expect(try !ran(bench) && bench.log().count == before && !bench.keeper.isRunning)
            }
        }

        @Test("What cannot run is told before anything is opened")
        func programs() throws {
            try Bench.run { bench in
                try bench.set(["KEY": "value of the key"])
                let before = try bench.log().count
                _ = FileManager.default.createFile(atPath: bench.root + "/text", contents: Data())
                #expect(try bench.run(bench.request(["no-such-program-here"], ["KEY"])).failure == .programNotFound)
                #expect(try bench.run(bench.request(["./missing"], ["KEY"])).failure == .programNotFound)
                #expect(try bench.run(bench.request(["./text"], ["KEY"])).failure == .programNotExecutable)
                #expect(try bench.run(bench.request([], ["KEY"])).failure == .emptyCommand)
                var request = bench.request(["true"], ["KEY"])
                request.workingDirectory = "here"
                #expect(try bench.run(request).failure == .directoryNotAbsolute)
                #expect(try bench.recorded.isEmpty && bench.log().count == before)
                request.workingDirectory = bench.root + "/missing"
                #expect(try bench.run(request).failure == .notStarted(.workingDirectory(errno: 2)))
                try bench.waitForEnd(.notStarted)
            }
        }

        @Test("The program that is judged is the one that runs: found once, without dots")
        func judged() throws {
            try Bench.run { bench in
                try bench.set(["KEY": "value of the key"])
                let tool = bench.root + "/tool"
                _ = FileManager.default.createFile(
                    atPath: tool, contents: Data("#!/bin/sh\necho $KEY\n".utf8), attributes: [.posixPermissions: 0o700])
                try bench.rule("KEY") { $0.programs = [tool] }
                for name in ["./tool", "../\((bench.root as NSString).lastPathComponent)/./tool", tool] {
                    #expect(try bench.run(bench.request([name], ["KEY"])).out == "value of the key\n")
                }
                #expect(bench.recorded == [tool, tool, tool])
                guard case .refused(let refusal) = try bench.sh("echo $KEY", ["KEY"]).failure else { throw Bench.Missing() }
                #expect(refusal.code == .rule)
                // What was found once is not looked for again, whatever the name leads to by then.
                let request = bench.request(["./later"], ["KEY"])
                try FileManager.default.copyItem(atPath: tool, toPath: bench.root + "/later")
                let found = try bench.secrets.program(of: request)
                try FileManager.default.removeItem(atPath: found)
                var result: Result<SecretRunOutcome, SecretRunFailure>?
                bench.secrets.start(request, program: tool, steps: bench.steps) { result = $0 }
                try bench.wait { result != nil }
                #expect(found == bench.root + "/later" && result?.out == "value of the key\n")
            }
        }

        @Test("A value that cannot be kept out of output is not handed over, unless the person says so")
        func weak() throws {
            try Bench.run { bench in
                try bench.set(["GOOD": "a long and good value", "PIN": "84512", "TINY": "abc"])
                let result = try bench.sh("touch ran", ["GOOD", "PIN"])
                #expect(result.failure == .unusable(key: "PIN", .weak))
                #expect(result.failure?.explanation.contains("execkit rule set PIN --allow-weak") == true)
                #expect(!ran(bench))
                try bench.waitForEnd(.notStarted)
                try bench.rule("PIN") { $0.allowsWeakValue = true }
                #expect(try bench.sh("echo $PIN", ["PIN"]).out == "84512\n")
                try bench.rule("TINY") { $0.allowsWeakValue = true }
                #expect(try bench.sh("touch ran", ["TINY"]).failure == .unusable(key: "TINY", .tooShort))
            }
        }

        @Test("The person is asked for exactly this run; a no runs nothing")
        func confirmation() throws {
            try Bench.run { bench in
                try bench.set(["KEY": "value of the key"])
                try bench.rule("KEY") { $0.ask = .always }
                bench.answer = false
                #expect(try bench.sh("touch ran", ["KEY"]).failure == .declined(keys: ["KEY"]))
                #expect(!ran(bench) && bench.asked.count == 1)
                bench.answer = true
                #expect(try bench.sh("echo $KEY", ["KEY"]).out == "value of the key\n")
                #expect(bench.asked.count == 2)
                // An answer that comes twice counts once.
                bench.answer = nil
                var results: [Result<SecretRunOutcome, SecretRunFailure>] = []
                bench.secrets.start(bench.request(["sh", "-c", "echo $KEY >> twice"], ["KEY"]), steps: bench.steps) { results.append($0) }
                try bench.wait { bench.pending.count == 1 }
                for _ in 0..<3 { bench.pending[0](true) }
                try bench.wait { results.count == 1 }
                #expect(try String(contentsOfFile: bench.root + "/twice", encoding: .utf8) == "value of the key\n")
            }
        }

        @Test("A locked vault says what to do, and a refusal names what is missing")
        func refusals() throws {
            try Bench.run { bench in
                try bench.set(["KEY": "value of the key"])
                guard case .refused(let unknown) = try bench.sh("touch ran", ["NO_SUCH"]).failure else { throw Bench.Missing() }
                #expect(unknown.code == .unknownKey && unknown.keys == ["NO_SUCH"])
                bench.keeper.ask(.status) { _ in }
                UnlockedKey(vault: bench.vaultID).forget()
                var other: SecretRunFailure?
                try bench.wait {
                    other = try bench.sh("touch ran", ["KEY"]).failure
                    return other != nil
                }
                #expect(other?.explanation.contains("execkit unlock") == true)
            }
        }

        @Test("A secret named twice, and more of them than a request holds, are refused before the record")
        func tooMany() throws {
            try Bench.run { bench in
                for keys in [["A", "B", "A"], (0...OpenRequest.mostKeys).map { "KEY_\($0)" }] {
                    guard case .refused(let refusal) = try bench.sh("touch ran", keys).failure else { throw Bench.Missing() }
                    #expect(refusal.code == .tooLarge)
                }
                #expect(bench.recorded.isEmpty && !ran(bench) && !bench.keeper.isRunning)
            }
        }

        @Test("A run without secrets needs no keeper")
        func none() throws {
            try Bench.run { bench in
                let result = try bench.sh("echo fine", [])
                #expect(result.out == "fine\n")
                #expect(!bench.keeper.isRunning && bench.recorded.count == 1)
            }
        }

        @Test("Cancelled before, while the person is asked, and while it runs")
        func cancellation() throws {
            try Bench.run { bench in
                try bench.set(["KEY": "value of the key", "ASK": "value to ask for"])
                try bench.rule("ASK") { $0.ask = .always }
                bench.answer = nil
                var results: [Int: Result<SecretRunOutcome, SecretRunFailure>] = [:]
                let first = bench.secrets.start(bench.request(["touch", "ran"], ["KEY"]), steps: bench.steps) { results[1] = $0 }
                first.cancel()
                #expect(results[1]?.failure == .cancelled)
                let second = bench.secrets.start(bench.request(["touch", "ran"], ["ASK"]), steps: bench.steps) { results[2] = $0 }
                try bench.wait { bench.pending.count == 1 }
                second.cancel()
                bench.pending[0](true)
                #expect(results[2]?.failure == .cancelled)
                try bench.waitForEnd(.notStarted)
                let third = bench.secrets.start(bench.request(["sh", "-c", "echo $KEY; sleep 600"], ["KEY"]), steps: bench.steps) {
                    results[3] = $0
                }
                try bench.wait { third.stdout?.totalBytes ?? 0 > 0 }
                third.cancel()
                try bench.wait { results[3] != nil }
                #expect(try results[3]?.get().direct.cancelled == true)
                #expect(!ran(bench))
                try bench.waitForEnd(.cancelled)
            }
        }

        @Test("A keeper that is killed while values are asked for is an error, and the next run works")
        func keeperDies() throws {
            try Bench.run { bench in
                try bench.set(["KEY": "value of the key"])
                #expect(try bench.sh("echo $KEY", ["KEY"]).out == "value of the key\n")
                let child = try #require(ProcessTable.read().first { $0.parent == getpid() && !$0.hasEnded }).process
                kill(child, SIGSTOP)
                var result: Result<SecretRunOutcome, SecretRunFailure>?
                bench.secrets.start(bench.request(["touch", "ran"], ["KEY"]), steps: bench.steps) { result = $0 }
                for _ in 0..<5 { try bench.loop.runOnce(timeout: .milliseconds(10)) }
                #expect(result == nil)
                kill(child, SIGKILL)
                try bench.wait { result != nil }
                #expect(result?.failure == .keeper(.ended) && !ran(bench))
                #expect(try bench.sh("echo $KEY", ["KEY"]).out == "value of the key\n")
            }
        }

        @Test("A session's shell gets its secrets, and no other shell does")
        func session() throws {
            try Bench.run { bench in
                try bench.set(["KEY": "value of the key", "FILE": "value in a file", "FD": "value by descriptor"])
                try bench.rule("FILE") { $0.delivery = .file }
                try bench.rule("FD") { $0.delivery = .descriptor }
                func open(_ keys: [String]) throws -> Result<SessionSecrets, SecretRunFailure> {
                    var result: Result<SessionSecrets, SecretRunFailure>?
                    let selection = SecretSelection(keys: keys, project: "shop", environment: "dev", origin: bench.root)
                    bench.secrets.open(SecretSessionRequest(shell: "/bin/bash", secrets: selection), steps: bench.steps) { result = $0 }
                    try bench.wait { result != nil }
                    return result!
                }
                if case .failure(let failure) = try open(["KEY", "FD"]) {
                    #expect(failure == .noDescriptorsInSessions(key: "FD"))
                } else { Issue.record("a session has no descriptors") }
                let secrets = try open(["KEY", "FILE"]).get()
                let table = SessionTable(loop: bench.loop, spawner: bench.spawner, limit: 4, idleLimit: nil)
                defer { table.closeAllNow() }
                func shell(_ environment: consuming EnvironmentBlock) throws -> any Session {
                    var made: Result<any Session, SessionStartFailure>?
                    table.createLocal(LocalShellOptions(shell: "/bin/bash"), secrets: environment) { made = $0 }
                    try bench.wait { made != nil }
                    return try made!.get()
                }
                func run(_ session: any Session, _ command: String) throws -> String {
                    var result: Result<ExecOutcome, ExecFailure>?
                    session.execute(ExecRequest(command), progress: nil) { result = $0 }
                    try bench.wait { result != nil }
                    return String(decoding: try result!.get().stdout.contents(), as: UTF8.self)
                }
                let session = try shell(secrets.takeEnvironment())
                #expect(try run(session, "echo $KEY; cat $FILE; sh -c 'echo $KEY'") == "value of the key\nvalue in a filevalue of the key\n")
                let other = try shell(secrets.takeEnvironment())
                #expect(try run(other, "echo ${KEY-none}") == "none\n")
                #expect(bench.valueFiles().count == 1)
                secrets.ended(.closed)
                #expect(bench.valueFiles().isEmpty)
                try bench.waitForEnd(.closed)
            }
        }
    }
}
