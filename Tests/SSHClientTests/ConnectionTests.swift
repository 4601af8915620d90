import EventLoop
import Foundation
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
        connection.close()
    }
}
