import EventLoop
import Foundation
import SSHClient
import SSHPlaces
import Spawn
import Testing

@testable import Sessions

extension RealShells {
    @Suite("Sessions in other places", .serialized)
    struct Remote {
        @Test("A connection lost in mid-command gives what was received, and nothing runs again or on", arguments: Transport.remote)
        func lost(transport: Transport) throws {
            try Harness.run { harness in
                guard let place = try harness.place(of: transport) else { return }
                let wiretap = Wiretap(place.place)
                let session = try harness.open(wiretap, place.options)
                var result: Result<ExecOutcome, ExecFailure>?
                var second: Result<ExecOutcome, ExecFailure>?
                let command = session.execute(ExecRequest("echo ran >>ran; echo part; sleep 987654"), progress: nil) { result = $0 }
                session.execute(ExecRequest("echo ran >>ran"), progress: nil) { second = $0 }
                try harness.wait { command.stdout.totalBytes == 5 }
                // What carries the channel dies.
                let loss: PlaceFailure
                if let carrier = wiretap.channels.first as? ProcessChannel {
                    loss = .connectionLost
                    kill(carrier.processIdentifier, SIGKILL)
                } else {
                    loss = .ssh(.closedByServer(.session))
                    var process: Int32?
                    try harness.wait {
                        process = SSHWorld.process("sleep 987654")
                        return process != nil
                    }
                    try SSHWorld.shared.get().killServer(above: try #require(process))
                }
                try harness.wait { result != nil && second != nil }
                let outcome = try #require(try result?.get())
                #expect(outcome.out == "part\n")
                #expect(outcome.exitCode == 255)
                #expect(outcome.sessionEnd == .placeLost(loss))
                #expect(throws: ExecFailure.sessionEnded(.placeLost(loss))) { try second?.get() }
                #expect(session.end == .placeLost(loss))
                var left: Int?
                session.close(.destroyed) { left = $0 }
                try harness.wait { left != nil }
                #expect(try String(contentsOfFile: harness.directory + "/ran", encoding: .utf8) == "ran\n")
                // Nothing can be asked over a lost connection: what is left there ends itself, when it hears of that.
                if transport.kind == .ssh { try harness.wait { (try? harness.processes("sleep 987654", transport).isEmpty) ?? false } }
                #expect(try harness.processes("sleep 987654", transport).isEmpty)
            }
        }

        @Test("What a session started is ended with it, though it cleared its environment and left every group", arguments: Transport.remote)
        func daemons(transport: Transport) throws {
            try Harness.run { harness in
                let session = try harness.open(transport)
                _ = try harness.run(session, """
                    (env -i /bin/busybox setsid /bin/busybox sh -c '(/bin/busybox setsid /bin/busybox sleep 876543 &) ; :' </dev/null >/dev/null 2>&1 &)
                    /bin/busybox sleep 876543 & trap '' TERM; (trap '' TERM HUP; /bin/busybox sleep 876543; :) & :
                    """)
                let deadline = harness.loop.now + .seconds(60)
                while try harness.processes("sleep 876543", transport).count < 3, harness.loop.now < deadline {
                    try harness.loop.runOnce(timeout: .milliseconds(50))
                }
                #expect(try harness.processes("sleep 876543", transport).count == 3)
                var left: Int?
                session.close(.destroyed) { left = $0 }
                try harness.wait { left != nil }
                #expect(left == 0)
                #expect(try harness.processes("sleep 876543", transport).isEmpty)
            }
        }

        @Test("A shutdown without the loop leaves nothing either", arguments: Transport.remote)
        func shutdown(transport: Transport) throws {
            try Harness.run { harness in
                let session = try harness.open(transport)
                var result: Result<ExecOutcome, ExecFailure>?
                let command = session.execute(ExecRequest("echo up; trap '' TERM; sleep 765432"), progress: nil) { result = $0 }
                try harness.wait { command.stdout.totalBytes == 3 }
                harness.table.closeAllNow(within: .seconds(60))
                #expect(try result?.get().sessionEnd == .closed(.shutdown))
                #expect(try harness.processes("sleep 765432", transport).isEmpty)
            }
        }

        @Test("Nothing of the driver is to be seen: arguments, environment, variables, options, descriptors", arguments: Transport.remote)
        func hidden(transport: Transport) throws {
            try Harness.run { harness in
                let session = try harness.open(transport)
                let outcome = try harness.run(session, """
                    set; export -p; trap; cat /proc/[0-9]*/cmdline /proc/[0-9]*/environ 2>/dev/null | tr '\\0' '\\n'
                    ls -l /proc/self/fd 2>&1
                    """)
                // The harness's own directories have such numbers in their names.
                let text = outcome.out.replacing(harness.directory, with: "").replacing(TestMachine.scratch, with: "")
                let digits = text.split(separator: "\n").filter {
                    $0.range(of: "(^|[^0-9a-f])[0-9a-f]{32}([^0-9a-f]|$)", options: .regularExpression) != nil
                        && !$0.contains("containerd") && !$0.contains("/docker") && !$0.contains("/checkpoints/")
                }
                #expect(digits.isEmpty, "\(digits)")
                // Standard output and error: no other end of a pipe. busybox runs its programs in a fork of the shell.
                guard transport.shell != .ash else { return }
                #expect(outcome.out.split(separator: "\n").count { $0.contains("pipe:") } == 2)
            }
        }

        @Test("Input of any bytes comes through, and no file of it is left", arguments: Transport.remote)
        func input(transport: Transport) throws {
            try Harness.run { harness in
                let session = try harness.open(transport)
                // Those of others come and go; one of ours would stay.
                func files(_ session: any Session) throws -> Set<Substring> {
                    Set(try harness.run(session, "ls -a /dev/shm /tmp | grep execkit-[0-9a-f]; :").out.split(separator: "\n"))
                }
                func expectNoneLeft(_ session: any Session, but before: Set<Substring>) throws {
                    var left = try files(session).subtracting(before)
                    let deadline = harness.loop.now + .seconds(60)
                    while !left.isEmpty, harness.loop.now < deadline { left = left.intersection(try files(session)) }
                    #expect(left.isEmpty)
                }
                let before = try files(session)
                let bytes = (0..<3000).map { UInt8(truncatingIfNeeded: $0 &* 7 &+ $0 >> 8) }
                let outcome = try harness.run(session, ExecRequest(command: Array("cat; echo err >&2".utf8), stdin: bytes))
                #expect(outcome.stdout.contents() == bytes)
                #expect(outcome.err == "err\n")
                #expect(try harness.run(session, "cat").out == "")
                try expectNoneLeft(session, but: before)
                // Nor is one left when the session ends while a command has it.
                var isOver = false
                let command = session.execute(ExecRequest("cat; sleep 1000", stdin: [97]), progress: nil) { _ in isOver = true }
                try harness.wait { command.stdout.totalBytes == 1 }
                var left: Int?
                session.close(.destroyed) { left = $0 }
                try harness.wait { left != nil && isOver }
                try expectNoneLeft(try harness.open(transport), but: before)
            }
        }

        @Test("A driver asked for what the place does not have says which", arguments: Transport.remote)
        func openings(transport: Transport) throws {
            try Harness.run { harness in
                guard let (place, good) = try harness.place(of: transport) else { return }
                var options = good
                options.workingDirectory = "/nowhere/at all"
                #expect(throws: SessionStartFailure.place(.noDirectory)) { try harness.open(place, options) }
                options.workingDirectory = "relative"
                #expect(throws: SessionStartFailure.directoryNotAbsolute) { try harness.open(place, options) }
                options = good
                options.environment = [.init(name: "A", value: "a'b $x \\\n"), .init(name: "_B1", value: "")]
                let session = try harness.open(place, options)
                #expect(try harness.run(session, "printf '<%s>' \"$A\" \"$_B1\"").out == "<a'b $x \\\n><>")
                options.environment = [.init(name: "A;touch x", value: "")]
                #expect(throws: SessionStartFailure.notSpawned(.environmentName)) { try harness.open(place, options) }
                #expect(harness.table.sessions.count == 1)
                options = good
                options.shell = "/bin/nosuchshell"
                #expect(throws: SessionStartFailure.place(.noShell)) { try harness.open(place, options) }
            }
        }

        @Test("A command that kills the driver ends the session, and what it started is ended by another channel", arguments: Transport.remote)
        func parricide(transport: Transport) throws {
            try Harness.run { harness in
                let session = try harness.open(transport)
                let outcome = try harness.expire(session, ExecRequest("""
                    setsid sleep 543210 >/dev/null 2>&1 & d=$(cut -d' ' -f4 /proc/$PPID/stat)
                    for f in /proc/[0-9]*/stat; do set -- $(cat $f 2>/dev/null)
                    [ "$4" = "$d" ] && [ "$1" != $PPID ] && kill -9 $1; done; echo done
                    """), after: "done\n")
                #expect(outcome.out == "done\n")
                #expect(outcome.sessionEnd != nil)
                var left: Int?
                session.close(.destroyed) { left = $0 }
                try harness.wait { left != nil }
                #expect(left == 0)
                #expect(try harness.processes("sleep 543210", transport).isEmpty)
            }
        }

        @Test("Where there is neither /proc nor setsid a command is interrupted and a session ended all the same", arguments: [
            TestShell.bash, .dash,
        ].filter(TestShell.present.contains))
        func blind(shell: TestShell) throws {
            try Harness.run { harness in
                let place = BlindPlace(RelayPlace(shell: shell.rawValue, loop: harness.loop, spawner: harness.spawner))
                var options = RemoteShellOptions()
                options.shell = shell.rawValue
                let session = try harness.open(place, options)
                #expect(try harness.run(session, "x=5; cd /").cwd == nil)
                let outcome = try harness.expire(
                    session, ExecRequest("echo up; sh -c 'trap \"\" INT; sleep 654321; :'"), after: "up\n")
                #expect(outcome.exitCode == 124)
                #expect(outcome.sessionEnd == nil)
                #expect(try harness.run(session, "echo $x; sleep 654321 & :").out == "5\n")
                var left: Int?
                session.close(.destroyed) { left = $0 }
                try harness.wait { left != nil }
                #expect(left == 0)
                #expect(try harness.processes("sleep 654321", .relayBash).isEmpty)
            }
        }

        @Test("Garbage written to the shell's input by another process does not change a running command's result", arguments: Transport.remote)
        func injected(transport: Transport) throws {
            try Harness.run { harness in
                let session = try harness.open(transport)
                let outcome = try harness.run(session, """
                    for f in /proc/$$/fd/*; do /bin/sh -c '(exec 9>"$1"; printf "\\nfalse\\n: E_x: 0 1.hi\\n" >&9)' x "$f" & done 2>/dev/null
                    wait; (exit 42)
                    """, timeout: .seconds(60))
                #expect(outcome.exitCode == 42)
                #expect(!outcome.timedOut)
            }
        }
    }
}

/// A place that remembers what channels it opened.
final class Wiretap: RemotePlace {
    let place: any RemotePlace
    private(set) var channels: [any RemoteChannel] = []
    var label: String { place.label }
    var transport: String { place.transport }

    init(_ place: any RemotePlace) { self.place = place }

    func openChannel(command: [UInt8], then: @escaping (Result<any RemoteChannel, PlaceFailure>) -> Void) {
        place.openChannel(command: command) { [self] result in
            if case .success(let channel) = result { channels.append(channel) }
            then(result)
        }
    }

    func explain(_ end: RemoteEnd, said: [UInt8]?, then: @escaping (PlaceFailure) -> Void) {
        place.explain(end, said: said, then: then)
    }
}

extension Harness {
    /// The processes whose command line holds `text`, at the other end of a transport.
    func processes(_ text: String, _ transport: Transport) throws -> [String] {
        let script = "for f in /proc/[0-9]*/cmdline; do tr '\\0' ' ' <$f; echo; done 2>/dev/null"
        let listing = transport.kind == .docker
            ? try DockerWorld.shared.get().run("exec", DockerWorld.shared.get().container, "/bin/sh", "-c", script)
            : try TestMachine.run(["/bin/sh", "-c", script]).out
        return listing.split(separator: "\n").map(String.init).filter { $0.contains(text) && !$0.contains("eval ") && !$0.contains("-c ") }
    }
}

/// A relay whose driver finds no `/proc` and no `setsid`, as on systems that have none.
final class BlindPlace: RemotePlace {
    let place: RelayPlace
    let label = "blind"
    let transport = "blind"

    init(_ place: RelayPlace) { self.place = place }

    func openChannel(command: [UInt8], then: @escaping (Result<any RemoteChannel, PlaceFailure>) -> Void) {
        place.openChannel(command: command) { result in then(result.map { BlindChannel($0) }) }
    }

    func explain(_ end: RemoteEnd, said: [UInt8]?, then: @escaping (PlaceFailure) -> Void) {
        place.explain(end, said: said, then: then)
    }

    final class BlindChannel: RemoteChannel {
        let channel: any RemoteChannel

        init(_ channel: any RemoteChannel) { self.channel = channel }

        var onOutput: ((Sessions.OutputStream, ArraySlice<UInt8>) -> Void)? {
            get { channel.onOutput }
            set { channel.onOutput = newValue }
        }
        var onEnd: ((RemoteEnd) -> Void)? {
            get { channel.onEnd }
            set { channel.onEnd = newValue }
        }
        var unwritten: Int { channel.unwritten }
        func write(_ bytes: [UInt8]) {
            let text = String(decoding: bytes, as: UTF8.self).replacing("/proc/", with: "/none/")
            channel.write(Array(text.replacing("z=setsid", with: "z=").utf8))
        }
        func closeInput() { channel.closeInput() }
        func close() { channel.close() }
        func finishNow(by deadline: MonotonicInstant) { channel.finishNow(by: deadline) }
    }
}
