import EventLoop
import Foundation
import SSHTestServer
import Testing

@testable import SSHClient

@Suite("Jump hosts", .serialized, .enabled(if: Sshd.isMissing == nil, "sshd is not installed here"))
struct JumpTests {
    @Test("Through one and two hosts, with megabytes both ways")
    func hops() throws {
        let (first, second, last) = (try Sshd(), try Sshd(), try Sshd())
        let loop = try EventLoop()
        for jumps in [[first], [first, second]] {
            let connection = try connect(try last.target(), through: jumps.map { try $0.target() }, on: loop).get()
            let input = [UInt8](repeating: 7, count: 3_000_000)
            #expect(try connection.run("cat", input: input, on: loop) == Ran(output: input, error: [], end: .exited(0)))
            connection.close()
        }
    }

    @Test("What fails on the way says at which host; the end of a jump host ends what goes through it")
    func failures() throws {
        let (first, last) = (try Sshd(), try Sshd(options: ["MaxSessions 3"]))
        let loop = try EventLoop()
        let closed = try Sshd(options: ["AllowTcpForwarding no"])
        var dead = try last.target()
        dead.port = try freePort()
        #expect(try failure(try last.target(), through: [dead], on: loop) == .atJump(1, .unreachable(.refused)))
        #expect(try failure(dead, through: [try first.target()], on: loop) == .channelRefused)
        #expect(try failure(try last.target(), through: [try closed.target()], on: loop) == .channelRefused)
        #expect(try failure(try last.target(), through: [try first.target([])], on: loop) == .atJump(1, .notAuthenticated([], closed: false)))
        #expect(try failure(try last.target([]), through: [try first.target()], on: loop) == .notAuthenticated([], closed: false))
        let connection = try connect(try last.target(), through: [try first.target()], on: loop).get()
        let box = connection.begin("echo before; sleep 600")
        try turn(loop) { !box.ran.output.isEmpty }
        first.killAll()
        try turn(loop) { box.ran.end != nil }
        #expect(box.ran.text == "before\n" && box.ran.end == .lost(.closedByServer(.session)))
    }
}
