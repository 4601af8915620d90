import EventLoop
import Foundation
import SSHTestServer
import Testing

@testable import SSHClient

@Suite("Commands over a real sshd", .serialized, .enabled(if: Sshd.isMissing == nil, "sshd is not installed here"))
struct ConnectionTests {
    @Test("A command's streams, status and signal arrive apart")
    func command() throws {
        let server = try Sshd()
        let loop = try EventLoop()
        let connection = try connect(try server.target(), on: loop).get()
        let ran = try connection.run("echo out; echo err >&2; exit 7", on: loop)
        #expect(ran == Ran(output: Array("out\n".utf8), error: Array("err\n".utf8), end: .exited(7)))
        #expect(try connection.run("kill -TERM $$", on: loop).end == .signaled("TERM"))
        #expect(try connection.run("test -t 0 || test -t 1 || echo none", on: loop).text == "none\n")
        #expect(try connection.run("", on: loop).end == .exited(0))
        connection.close()
        #expect(try connection.run("true", on: loop).end == .lost(.closed))
    }

    @Test("Bytes go both ways whole, with new keys agreed on meanwhile", arguments: [nil, "RekeyLimit 1M"])
    func bytes(_ option: String?) throws {
        let server = try Sshd(options: option.map { [$0] } ?? [])
        let loop = try EventLoop()
        let connection = try connect(try server.target(), on: loop).get()
        var generator = SeededGenerator(state: 5)
        let input = (0..<6_000_000).map { _ in UInt8.random(in: 0...255, using: &generator) }
        let ran = try connection.run("cat", input: input, on: loop)
        #expect(ran.output == input && ran.error.isEmpty && ran.end == .exited(0))
        connection.close()
    }

    @Test("A command is at most 32 KiB long and holds no NUL")
    func longCommand() throws {
        let server = try Sshd()
        let loop = try EventLoop()
        let connection = try connect(try server.target(), on: loop).get()
        let text = String(repeating: "x", count: 32_000)
        #expect(try connection.run("echo \(text)", on: loop).text == text + "\n")
        #expect(try connection.run(String(repeating: ":", count: SSHConnection.longestCommand + 1), on: loop).end == .lost(.badText))
        #expect(try connection.run("a\0b", on: loop).end == .lost(.badText))
        connection.close()
    }

    @Test("What nobody takes waits on the server: a paused channel holds no more than the window, and others go on")
    func backPressure() throws {
        let server = try Sshd()
        let loop = try EventLoop()
        let connection = try connect(try server.target(), on: loop).get()
        let flood = try connection.channel("yes | head -c 4000000", on: loop)
        var got = 0
        var end: SSHChannelEnd?
        flood.onData = { _, bytes in got += bytes.count }
        flood.onEnd = { end = $0 }
        try turn(loop) { got > 0 }
        flood.isPaused = true
        let atPause = got
        for _ in 0..<5 { #expect(try connection.run("echo here", on: loop).text == "here\n") }
        #expect(got == atPause && end == nil)
        flood.isPaused = false
        try turn(loop) { end != nil }
        #expect(got == 4_000_000 && end == .exited(0))
        // A reader that never reads: what is offered is taken up to the windows, and no further.
        let deaf = try connection.channel("sleep 600", on: loop)
        let offered = [UInt8](repeating: 65, count: 1 << 20)
        var taken = 0
        for _ in 0..<200 {
            taken += deaf.write(offered[...])
            try loop.runOnce(timeout: .milliseconds(2))
        }
        #expect(taken > 0 && taken < 16 << 20)
        deaf.close()
        connection.close()
    }

    @Test("Many channels at once, up to the server's own limit, which is told")
    func channels() throws {
        let server = try Sshd(options: ["MaxSessions 12"])
        let loop = try EventLoop()
        let connection = try connect(try server.target(), on: loop).get()
        let boxes = (0..<14).map { connection.begin("echo \($0); cat >/dev/null") }
        try turn(loop) { boxes.allSatisfy { $0.ran.end != nil } }
        for (index, box) in boxes.enumerated() where box.ran.end != .lost(.channelRefused) {
            #expect(box.ran == Ran(output: Array("\(index)\n".utf8), error: [], end: .exited(0)))
        }
        let held = (0..<14).map { _ in connection.begin("read x", input: nil) }
        try turn(loop) { held.allSatisfy { $0.channel != nil || $0.ran.end != nil } }
        #expect(held.filter { $0.ran.end == .lost(.channelRefused) }.count == 2)
        for box in held { box.channel?.close() }
        // sshd frees a place when the command has ended, which reads the end of its input.
        var texts: [String] = []
        while texts.last != "free\n", texts.count < 1000 { texts.append(try connection.run("echo free", on: loop).text) }
        #expect(texts.last == "free\n")
        connection.close()
    }

    @Test("Sixty-four connections on one loop, each with its own state; a flood in one does not stop the others")
    func connections() throws {
        let server = try Sshd()
        let loop = try EventLoop()
        var connections: [SSHConnection] = []
        var failures: [SSHFailure] = []
        for _ in 0..<64 {
            SSHConnection.connect(try server.target(), on: loop) { result in
                switch result {
                case .success(let connection): connections.append(connection)
                case .failure(let failure): failures.append(failure)
                }
            }
        }
        try turn(loop, atMost: .seconds(300)) { connections.count + failures.count == 64 }
        #expect(failures == [])
        let flood = connections[0].begin("yes")
        try turn(loop) { !flood.ran.output.isEmpty }
        let boxes = connections.enumerated().map { index, connection in connection.begin("echo \(index); exit \(index)") }
        try turn(loop) { boxes.allSatisfy { $0.ran.end != nil } }
        for (index, box) in boxes.enumerated() {
            #expect(box.ran == Ran(output: Array("\(index)\n".utf8), error: [], end: .exited(Int32(index))))
        }
        #expect(flood.ran.end == nil)
        for connection in connections { connection.close() }
        #expect(flood.ran.end == .lost(.closed))
    }

    @Test("A server killed in the middle of a command: what came is delivered, then the loss is told, to everyone once")
    func killed() throws {
        let server = try Sshd()
        let loop = try EventLoop()
        let connection = try connect(try server.target(), on: loop).get()
        var losses: [SSHFailure] = []
        connection.onLost = { losses.append($0) }
        let boxes = (0..<3).map { connection.begin("echo before\($0); sleep 600") }
        try turn(loop) { boxes.allSatisfy { !$0.ran.output.isEmpty } }
        server.killAll()
        try turn(loop) { !losses.isEmpty }
        #expect(losses == [.closedByServer(.session)])
        for (index, box) in boxes.enumerated() {
            #expect(box.ran.text == "before\(index)\n" && box.ran.end == .lost(.closedByServer(.session)))
            #expect(box.channel?.write([1, 2, 3]) == 3)
        }
        #expect(try connection.run("true", on: loop).end == .lost(.closed))
    }

    @Test("A server that falls silent is lost after the misses; one that is only idle is not")
    func silence() throws {
        let server = try Sshd()
        let loop = try EventLoop()
        var target = try server.target()
        target.keepAlive = .seconds(3)
        target.keepAliveMisses = 2
        let connection = try connect(target, on: loop).get()
        var loss: SSHFailure?
        connection.onLost = { loss = $0 }
        let box = connection.begin("echo $PPID; sleep 600")
        try turn(loop) { !box.ran.output.isEmpty }
        let idleUntil = loop.now + .seconds(9)
        try turn(loop) { loop.now > idleUntil }
        #expect(loss == nil && box.ran.end == nil)
        let process = try #require(Int32(box.ran.text.trimmingCharacters(in: .whitespacesAndNewlines)))
        kill(process, SIGSTOP)
        defer { kill(process, SIGKILL) }
        try turn(loop) { loss != nil }
        #expect(loss == .timedOut(.session) && box.ran.end == .lost(.timedOut(.session)))
    }

    @Test("Closed, cancelled or dropped in the middle of anything, nothing is called any more and no descriptor stays")
    func endings() throws {
        let server = try Sshd()
        let loop = try EventLoop()
        _ = try connect(try server.target(), on: loop).get()
        func descriptors() throws -> Int { try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count }
        let before = try descriptors()
        for turns in 0..<5 {
            let attempt = SSHConnection.connect(try server.target(), on: loop) { _ in Issue.record("called after its end") }
            for _ in 0..<turns { try loop.runOnce(timeout: .milliseconds(3)) }
            attempt.cancel()
        }
        var connection: SSHConnection? = try connect(try server.target(), on: loop).get()
        let box = connection!.begin("yes")
        try turn(loop) { !box.ran.output.isEmpty }
        box.channel!.onData = { _, _ in
            connection?.close()
            connection = nil
        }
        try turn(loop) { connection == nil }
        #expect(box.ran.end == .lost(.closed))
        weak let dropped = try connect(try server.target(), on: loop).get()
        #expect(dropped == nil)
        for _ in 0..<5 { try loop.runOnce(timeout: .milliseconds(5)) }
        #expect(try descriptors() == before)
    }
}

/// Repeatable numbers (SplitMix64).
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
