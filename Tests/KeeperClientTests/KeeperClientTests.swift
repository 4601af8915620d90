import Foundation
import HelperRun
import KeeperProtocol
import SecretMemory
import Spawn
import StoreReferences
import Testing

@testable import KeeperClient

extension WithKeepers {
    @Suite("Questions and answers", .serialized)
    struct Usual {
        @Test("No keeper runs before it is asked, and one is enough")
        func lazily() throws {
            try Harness.run { harness in
                for id in 1...3 { try harness.write("\(id)", try frame(id, missing)) }
                let client = harness.client(try harness.script(Harness.answering))
                #expect(!client.isRunning && harness.text("started").isEmpty)
                for _ in 0..<3 { #expect(try harness.ask(client).get() == missing) }
                #expect(harness.text("started").split(separator: "\n").count == 1)
                #expect(client.isRunning)
                client.shutdown()
                #expect(!client.isRunning && harness.text("ended") == "bye\n")
                #expect(try harness.ask(client).failure == .shutDown)
            }
        }

        @Test("A program that is not there is a clear answer, not a start")
        func notInstalled() throws {
            try Harness.run { harness in
                let client = harness.client("\(harness.directory)/nothing")
                let failure = try #require(try harness.ask(client).failure)
                #expect(failure == .notInstalled)
                #expect(failure.explanation.contains("execkit-keeper") && failure.refusal.code == .system)
                try harness.write("text", Array("x".utf8))
                #expect(try harness.ask(harness.client("\(harness.directory)/text")).failure == .notInstalled)
                // Beside the program that runs this test there is none, or there is the real one.
                let beside = try harness.ask(harness.client(nil)).failure
                #expect(beside == nil || beside == .notInstalled)
            }
        }

        @Test("Answers may come in any order, and each finds its question")
        func order() throws {
            try Harness.run { harness in
                try harness.write("3", try frame(3, .projects([])) + frame(1, missing) + frame(2, .acknowledged))
                let client = harness.client(try harness.script(Harness.answering))
                var answers: [Int: KeeperReply.Answer] = [:]
                client.ask(.status) { answers[1] = try? $0.get() }
                client.ask(.ended(EndedRun(receipt: 1, outcome: .exited))) { answers[2] = try? $0.get() }
                client.ask(.projects) { answers[3] = try? $0.get() }
                try harness.wait { answers.count == 3 }
                #expect(answers[1] == missing && answers[2] == .acknowledged && answers[3] == .projects([]))
            }
        }

        @Test("Values arrive whole in locked memory, whatever the pieces, and are gone when they are wiped")
        func values() throws {
            try Harness.run { harness in
                let long = String(repeating: "0123456789", count: 20_000)
                let reply = try frame(1, opened([("A", 5), ("EMPTY", 0), ("LONG", 200_000), ("Z", 3)]), "first" + long + "end")
                try harness.write("1", Array(reply[..<100]))
                try harness.write("rest", Array(reply[100...]))
                let client = harness.client(
                    try harness.script(
                        Harness.answering.replacingOccurrences(
                            of: "cat $n >&3", with: "{ cat 1; head -c 600 rest | dd bs=7 2>/dev/null; sleep 0.1; tail -c +601 rest; } >&3")))
                guard case .opened(let values) = try harness.open(client, ["A", "EMPTY", "LONG", "Z"]).get() else {
                    Issue.record("nothing was opened")
                    return
                }
                #expect(values.receipt == 7 && values.entries.map(\.key) == ["A", "EMPTY", "LONG", "Z"])
                for (index, expected) in ["first", "", long, "end"].enumerated() {
                    let isSame = values.withValue(at: index) { value in
                        value.withBytes { bytes in
                            bytes.byteCount == expected.utf8.count
                                && expected.utf8.enumerated().allSatisfy { bytes.byte(at: $0) == $1 }
                        }
                    }
                    #expect(isSame)
                    let address = values.withValue(at: index) { value in
                        value.withBytes { bytes in bytes.withUnsafeBytes { UInt(bitPattern: $0.baseAddress) } }
                    }
                    #expect(expected.isEmpty || SecretMemory.owns(address: address))
                }
                let held = SecretMemory.heldBytes
                values.wipe()
                #expect(values.isWiped && SecretMemory.heldBytes < held)
            }
        }

        @Test("A question for the person and a refusal are answers")
        func others() throws {
            try Harness.run { harness in
                let confirmation = Confirmation(token: "t", reasons: ["r"], keys: ["A"])
                let refusal = Refusal(.locked, "locked: run `execkit unlock`")
                try harness.write("1", try frame(1, .confirm(confirmation)))
                try harness.write("2", try frame(2, .refused(refusal)))
                let client = harness.client(try harness.script(Harness.answering))
                guard case .confirm(confirmation) = try harness.open(client).get() else { throw Harness.Hang() }
                guard case .refused(refusal) = try harness.open(client).get() else { throw Harness.Hang() }
                #expect(harness.text("asked").contains(#""keys":["A"]"#))
            }
        }

        @Test("A keeper that nobody asks is ended, and started again")
        func idle() throws {
            try Harness.run { harness in
                try harness.write("1", try frame(1, missing))
                let client = harness.client(try harness.script(Harness.answering), idle: .milliseconds(100))
                #expect(try harness.ask(client).get() == missing)
                try harness.wait { !client.isRunning && harness.text("ended") == "bye\n" }
                try harness.waitUntilGone()
                try harness.write("1", try frame(2, missing))
                #expect(try harness.ask(client).get() == missing)
            }
        }

        @Test("A keeper gets its socket and the variables it needs, no other descriptor and no other variable")
        func inheritance() throws {
            try Harness.run { harness in
                setenv("EXECKIT_HOME", "/nowhere", 1)
                setenv("PLANTED_FOR_NOBODY", "x", 1)
                setenv("PLANTED_BY_NAME", "y", 1)
                defer { for name in ["EXECKIT_HOME", "PLANTED_FOR_NOBODY", "PLANTED_BY_NAME"] { unsetenv(name) } }
                let path = try harness.script("env > variables; ls /proc/$$/fd | tr '\\n' ' ' > descriptors; " + Harness.answering)
                let client = KeeperClient(
                    loop: harness.loop, spawner: harness.spawner, path: path, environmentNames: ["PLANTED_BY_NAME"])
                defer { client.shutdown() }
                client.ask(.status) { _ in }
                try harness.wait { harness.text("asked").hasSuffix("\n") }
                let names = Set(harness.text("variables").split(separator: "\n").compactMap { $0.split(separator: "=").first.map(String.init) })
                #expect(names.isSuperset(of: ["EXECKIT_HOME", "PLANTED_BY_NAME"]))
                let allowed = EnvironmentBlock.standardNames + KeeperStart.environmentNames + ["PLANTED_BY_NAME", "PWD", "OLDPWD", "SHLVL", "_"]
                #expect(names.isSubset(of: allowed))
                // 10 is the script itself, in dash.
                #expect(Set(harness.text("descriptors").split(separator: " ")).subtracting(["0", "1", "2", "3", "10"]).isEmpty)
            }
        }

        @Test("What the keeper gets is what the programs of other stores need")
        func names() {
            #expect(Set(KeeperStart.environmentNames).isSuperset(of: Set(HelperRun.names + StoreReference.environmentNames).subtracting(["GPG_TTY"])))
        }
    }
}
