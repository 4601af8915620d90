import EventLoop
import Foundation
import Testing

@testable import Sessions

extension RealShells {
    @Suite("Scripts beside a session", .serialized)
    struct SideRunners {
        /// A runner in the place of a transport.
        func runner(_ transport: Transport, _ harness: Harness) throws -> any SideRunner {
            guard let place = try harness.place(of: transport) else {
                return LocalSideRunner(loop: harness.loop, runs: DirectRuns(loop: harness.loop, spawner: harness.spawner))
            }
            return RemoteSideRunner(in: place.place, loop: harness.loop)
        }

        func run(
            _ runner: any SideRunner, _ harness: Harness, _ script: String, _ arguments: [[UInt8]] = [], stdin: [UInt8] = []
        ) throws -> SideOutcome {
            var result: Result<SideOutcome, SideFailure>?
            runner.run(script: Array(script.utf8), arguments: arguments, stdin: stdin, timeout: .seconds(120)) { result = $0 }
            #expect(result == nil)
            try harness.wait { result != nil }
            return try result!.get()
        }

        @Test("Arguments and input of any bytes come through; streams and the exit code are told apart", arguments: Transport.present)
        func bytes(transport: Transport) throws {
            try Harness.run { harness in
                let runner = try runner(transport, harness)
                let odd = [UInt8](1...255)
                let input = (0..<100_000).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 9) }
                let outcome = try run(
                    runner, harness, "printf %s \"$2\"; cat; echo \"$# $1\" >&2; exit 7", [Array("-n".utf8), odd, []], stdin: input)
                #expect(outcome.exitCode == 7)
                #expect(outcome.stdout.contents() == odd + input)
                #expect(outcome.stderr.contents() == Array("3 -n\n".utf8))
            }
        }

        @Test("A script may be longer than a command of the place", arguments: Transport.present)
        func long(transport: Transport) throws {
            try Harness.run { harness in
                let runner = try runner(transport, harness)
                let script = (0..<2000).map { "x\($0)='it'\\''s \($0)'" }.joined(separator: "\n") + "\nprintf '%s' \"$x1999 $1\"; cat"
                let outcome = try run(runner, harness, script, [Array("a b".utf8)], stdin: [0, 10, 0])
                #expect(outcome.stdout.contents() == Array("it's 1999 a b".utf8) + [0, 10, 0])
            }
        }

        @Test("Nothing a session's shell was told reaches it", arguments: Transport.present)
        func apart(transport: Transport) throws {
            try Harness.run { harness in
                let session = try harness.open(transport)
                _ = try harness.run(session, "printf() { echo forged; }; PATH=/nowhere; cd /tmp")
                let outcome = try run(try runner(transport, harness), harness, "printf x; command -v cat >/dev/null && printf y")
                #expect(outcome.stdout.contents() == Array("xy".utf8))
            }
        }

        @Test("Many at once all have their own answer", arguments: Transport.present)
        func many(transport: Transport) throws {
            try Harness.run { harness in
                let runner = try runner(transport, harness)
                var answers: [Int: [UInt8]] = [:]
                for number in 0..<12 {
                    runner.run(
                        script: Array("printf %s $1".utf8), arguments: [Array("\(number)".utf8)], stdin: [], timeout: .seconds(120)
                    ) { answers[number] = (try? $0.get())?.stdout.contents() }
                }
                try harness.wait { answers.count == 12 }
                #expect(answers.allSatisfy { $0.value == Array("\($0.key)".utf8) })
            }
        }

        @Test("A script that is cancelled or late is ended there, with what it started", arguments: Transport.present)
        func ended(transport: Transport) throws {
            try Harness.run { harness in
                let runner = try runner(transport, harness)
                var cancelled: Result<SideOutcome, SideFailure>?
                let marker = harness.directory + "/started"
                let side = runner.run(
                    script: Array("trap '' HUP; (sleep 654321); :".utf8), arguments: [], stdin: [], timeout: .seconds(600)
                ) { cancelled = $0 }
                var late: Result<SideOutcome, SideFailure>?
                runner.run(
                    script: Array(": >\"$1\"; (sleep 654321); :".utf8), arguments: [Array(marker.utf8)], stdin: [], timeout: .seconds(4)
                ) { late = $0 }
                try harness.wait { FileManager.default.fileExists(atPath: marker) }
                side.cancel()
                side.cancel()
                try harness.wait { cancelled != nil && late != nil }
                #expect(throws: SideFailure.cancelled) { try cancelled?.get() }
                #expect(throws: SideFailure.timedOut) { try late?.get() }
                #expect(try harness.processes("sleep 654321", transport).isEmpty)
            }
        }

        @Test("One script after the other has its own output and code, and leaves nothing to the next", arguments: Transport.remote)
        func sequence(transport: Transport) throws {
            try Harness.run { harness in
                let runner = try runner(transport, harness)
                for number in 0..<20 {
                    let outcome = try run(
                        runner, harness, "printf '%s' \"${left-none}$1$#\"; printf 'e%s' \"$1\" >&2; cat; left=x; cd /tmp; set -e; exit $1",
                        [Array("\(number)".utf8)])
                    #expect(outcome.exitCode == number)
                    #expect(outcome.stdout.contents() == Array("none\(number)1".utf8))
                    #expect(outcome.stderr.contents() == Array("e\(number)".utf8))
                }
                // Output without an end of line, and none at all.
                #expect(try run(runner, harness, "printf 'a\\036b'").stdout.contents() == [97, 30, 98])
                #expect(try run(runner, harness, ":").stdout.totalBytes == 0)
            }
        }

        @Test("When the shell that waits for scripts is killed, the next script has another", arguments: Transport.remote)
        func replaced(transport: Transport) throws {
            try Harness.run { harness in
                let runner = try runner(transport, harness)
                let number = String(decoding: try run(runner, harness, "printf %s $$").stdout.contents(), as: UTF8.self)
                #expect(try run(runner, harness, "printf %s $$").stdout.contents() == Array(number.utf8))
                #expect(throws: SideFailure.unreachable) { try run(runner, harness, "kill -9 \(number); sleep 1") }
                let next = try run(runner, harness, "printf %s $$")
                #expect(next.exitCode == 0 && next.stdout.contents() != Array(number.utf8))
            }
        }

        @Test("Half of a script does not run")
        func half() throws {
            let token = String(repeating: "a", count: 32)
            let script = SideScript(Array("touch \"$1\"\nexit 0".utf8), arguments: [Array("/nowhere/x".utf8)], token: token)
            for input in [script.preface, SideScript.shell(token) + script.shellInput] {
                for cut in [input.count, input.count - 1, input.count - token.utf8.count, input.count / 2, 3] {
                    let done = try TestMachine.run([
                        "/bin/sh", "-c", "printf %s \"$2\" | head -c \(cut) | /bin/sh -c \"$1\"", "sh",
                        String(decoding: SideScript.command, as: UTF8.self), String(decoding: input, as: UTF8.self),
                    ])
                    // touch complains, so that it shows whether it ran.
                    #expect(done.err.contains("nowhere") == (cut == input.count), "\(cut) of \(input.count): \(done.code) \(done.err)")
                }
            }
        }

        @Test("What a login shell prints before is not the script's")
        func noise() throws {
            try Harness.run { harness in
                let relay = RelayPlace(shell: TestShell.present[0].rawValue, loop: harness.loop, spawner: harness.spawner)
                let runner = RemoteSideRunner(in: NoisyPlace(relay), loop: harness.loop)
                let outcome = try run(runner, harness, "echo out; echo err >&2")
                #expect(outcome.stdout.contents() == Array("out\n".utf8))
                #expect(outcome.stderr.contents() == Array("err\n".utf8))
            }
        }

        @Test("A place without a shell, and one that is gone, give failures")
        func failures() throws {
            try Harness.run { harness in
                let relay = RelayPlace(shell: "/bin/false", loop: harness.loop, spawner: harness.spawner)
                #expect(throws: SideFailure.notStarted) { try run(RemoteSideRunner(in: relay, loop: harness.loop), harness, ":") }
                let gone = RemoteSideRunner(in: GonePlace(loop: harness.loop), loop: harness.loop)
                #expect(throws: SideFailure.unreachable) { try run(gone, harness, ":") }
            }
        }
    }
}

/// A login shell with something to say.
private final class NoisyPlace: RemotePlace {
    let place: RelayPlace
    let label = "noisy"
    let transport = "noisy"

    init(_ place: RelayPlace) { self.place = place }

    func openChannel(command: [UInt8], then: @escaping (Result<any RemoteChannel, PlaceFailure>) -> Void) {
        place.openChannel(command: Array("echo welcome; echo mail >&2;".utf8) + command, then: then)
    }

    func explain(_ end: RemoteEnd, said: [UInt8]?, then: @escaping (PlaceFailure) -> Void) {
        place.explain(end, said: said, then: then)
    }
}

private final class GonePlace: RemotePlace {
    let loop: EventLoop
    let label = "gone"
    let transport = "gone"

    init(loop: EventLoop) { self.loop = loop }

    func openChannel(command: [UInt8], then: @escaping (Result<any RemoteChannel, PlaceFailure>) -> Void) {
        loop.soon { then(.failure(.connectionLost)) }
    }

    func explain(_ end: RemoteEnd, said: [UInt8]?, then: @escaping (PlaceFailure) -> Void) {
        loop.soon { then(.connectionLost) }
    }
}
