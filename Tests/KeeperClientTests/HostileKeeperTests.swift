import EventLoop
import Foundation
import KeeperProtocol
import Spawn
import Testing

@testable import KeeperClient

extension WithKeepers {
    @Suite("Keepers that lie, stall and die", .serialized)
    struct Hostile {
        static let lies: [(String, [UInt8])] = [
            ("text", Array("HTTP/1.1 200 OK\r\n\r\nhello, this is another protocol".utf8)),
            ("no JSON", [0, 0, 0, 0, 0, 0, 0, 0]),
            ("endless JSON", [255, 255, 255, 255, 0, 0, 0, 0]),
            ("endless values", [0, 0, 0, 2, 255, 255, 255, 255]),
            ("not JSON", [0, 0, 0, 3, 0, 0, 0, 0] + Array("{{{".utf8)),
            ("another version", [0, 0, 0, 44, 0, 0, 0, 0] + Array(#"{"version":2,"id":1,"kind":"acknowledged"}  "#.utf8)),
            ("an unknown kind", [0, 0, 0, 32, 0, 0, 0, 0] + Array(#"{"version":1,"id":1,"kind":"x"} "#.utf8)),
            ("another id", try! frame(9, missing)),
            ("another kind", try! frame(1, .projects([]))),
            ("values nobody asked for", try! frame(1, opened([("A", 3)]), "abc")),
            ("values that do not fit", try! KeeperFrame.head(json: KeeperReply(id: 1, missing).json, secretBytes: 3) + [1, 2, 3]),
            ("two answers", try! frame(1, .projects([])) + frame(1, missing)),
        ]

        @Test("Nonsense ends a keeper, and whoever waits is told", arguments: 0..<Self.lies.count)
        func nonsense(index: Int) throws {
            try Harness.run { harness in
                try harness.write("lie", Self.lies[index].1)
                let client = harness.client(try harness.script("cat lie >&3; trap '' TERM; setsid sleep 600 & sleep 600"))
                var results: [Result<KeeperReply.Answer, KeeperFailure>] = []
                for _ in 0..<3 { client.ask(.status) { results.append($0) } }
                try harness.wait { results.count == 3 }
                #expect(results.allSatisfy { $0.failure == .nonsense }, "\(Self.lies[index].0)")
                #expect(!client.isRunning)
                try harness.waitUntilGone()
                try harness.wait { harness.spawner.orphans().isEmpty }
            }
        }

        @Test("Values in an answer of the wrong kind, or more of them than asked, are not taken")
        func wrongValues() throws {
            try Harness.run { harness in
                try harness.write("1", try frame(1, .acknowledged))
                let client = harness.client(try harness.script(Harness.answering))
                #expect(try harness.open(client).failure == .nonsense)
            }
        }

        @Test("An answer that is cut off, before or within its values, is the end", arguments: [3, 12, -5])
        func cut(place: Int) throws {
            try Harness.run { harness in
                let whole = try frame(1, opened([("A", 20)]), "value of twenty byte")
                try harness.write("part", Array(place > 0 ? whole.prefix(place) : whole.dropLast(-place)))
                let client = harness.client(try harness.script("cat part >&3"))
                #expect(try harness.open(client).failure == .ended)
            }
        }

        @Test("A keeper that dies is started again when it is next needed, and not in a loop")
        func death() throws {
            try Harness.run { harness in
                let client = harness.client(try harness.script("exit 1"))
                for _ in 0..<50 { #expect(try harness.ask(client).failure == .ended) }
                let starts = harness.text("started").split(separator: "\n").count
                #expect((1...50).contains(starts))
                // Fifty in less than a second are one start; a slow machine may need more seconds than one.
                let begin = harness.loop.now
                for _ in 0..<50 { #expect(try harness.ask(client).failure == .ended) }
                let seconds = Int((harness.loop.now - begin) / .seconds(1)) + 2
                #expect(harness.text("started").split(separator: "\n").count - starts <= seconds)
                let pause = harness.loop.now + .milliseconds(1100)
                while harness.loop.now < pause { try harness.loop.runOnce(timeout: .milliseconds(50)) }
                let before = harness.text("started").split(separator: "\n").count
                _ = try harness.ask(client)
                #expect(harness.text("started").split(separator: "\n").count == before + 1)
            }
        }

        @Test("A keeper that is killed between two requests is replaced at once")
        func replaced() throws {
            try Harness.run { harness in
                try harness.write("1", try frame(1, missing))
                let client = harness.client(try harness.script(Harness.answering))
                #expect(try harness.ask(client).failure == nil)
                kill(Int32(harness.text("started").split(separator: "\n")[0])!, SIGKILL)
                try harness.wait { !client.isRunning }
                // The next one counts its answers from the start, and the client its questions on.
                try harness.write("1", try frame(2, missing))
                #expect(try harness.ask(client).failure == nil)
                #expect(harness.text("started").split(separator: "\n").count == 2)
            }
        }

        @Test("A keeper that is silent, or sends a byte now and then, is ended when the time is up")
        func silence() throws {
            for body in ["trap '' TERM HUP; sleep 600", "while printf '\\0'; sleep 0.05; do :; done >&3"] {
                try Harness.run { harness in
                    let client = harness.client(try harness.script(body), patience: .milliseconds(400))
                    let failure = try harness.ask(client).failure
                    #expect(failure == .noAnswer || body.hasPrefix("while") && failure == .nonsense)
                    try harness.waitUntilGone()
                }
            }
        }

        @Test("A keeper that reads nothing cannot fill this process")
        func deaf() throws {
            try Harness.run { harness in
                let client = harness.client(try harness.script("exec sleep 600"))
                var failures: [KeeperFailure] = []
                for _ in 0..<(KeeperClient.mostWaiting + 10) { client.ask(.status) { failures += [$0.failure].compactMap { $0 } } }
                try harness.wait { failures.count == 10 }
                #expect(failures.allSatisfy { $0 == .tooManyRequests })
                client.shutdown()
                #expect(failures.count == KeeperClient.mostWaiting + 10)
                let long = harness.client(try harness.script("exec sleep 600"))
                var refused: KeeperFailure?
                for _ in 0..<5 {
                    long.ask(.current(directory: String(repeating: "d", count: 9 << 20))) { refused = refused ?? $0.failure }
                }
                try harness.wait { refused != nil }
                #expect(refused == .tooManyRequests)
            }
        }
    }
}
