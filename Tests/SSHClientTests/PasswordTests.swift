import EventLoop
import Foundation
import Testing

@testable import SSHClient

/// A server of paramiko: another implementation, which takes passwords without the system's accounts.
final class Paramiko {
    static let isMissing: String? = {
        let python = ["/usr/bin/python3"].first { FileManager.default.isExecutableFile(atPath: $0) }
        guard let python else { return "python3 is not installed" }
        let answer = try? run(python, ["-c", "import paramiko; print('there')"])
        return answer?.contains("there") == true ? nil : "python3-paramiko is not installed"
    }()

    let scratch: Scratch
    let port: UInt16
    private let running: Running

    init(_ mode: String, hostKey: String = "ed25519") throws {
        scratch = try Scratch()
        try run("/usr/bin/ssh-keygen", ["-q", "-t", hostKey, "-N", "", "-m", "PEM", "-f", scratch("host")])
        let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("paramiko_server.py").path
        let running = try Running("/usr/bin/python3", [script, scratch("host"), mode], log: scratch("log"))
        let scratch = scratch
        try eventually { scratch.read("log").contains("\n") || !running.isRunning }
        guard let line = scratch.read("log").split(separator: "\n").last(where: { UInt16($0) != nil }), let port = UInt16(line)
        else { throw Missing("a server: \(scratch.read("log"))") }
        self.port = port
        self.running = running
    }

    func target(_ credentials: [SSHCredential]) throws -> SSHTarget {
        var target = SSHTarget(
            host: "127.0.0.1", port: port, user: "ann", trust: .knownHosts(.trustFirstUse),
            knownHosts: try scratch.absolute("known_hosts"), credentials: credentials, connectTimeout: .seconds(90))
        target.keepAlive = nil
        return target
    }
}

@Suite("Passwords with paramiko's server", .serialized, .enabled(if: Paramiko.isMissing == nil, "python3-paramiko is not installed here"))
struct PasswordTests {
    private func outcomes(_ server: Paramiko, _ password: String, _ loop: EventLoop) throws -> [SSHCredentialOutcome] {
        switch try connect(try server.target([.password(try secret(password))]), on: loop) {
        case .success(let connection):
            let ran = try connection.run("echo", on: loop)
            #expect(ran == Ran(output: Array("ran echo".utf8), error: Array("aside".utf8), end: .exited(3)))
            return []
        case .failure(.notAuthenticated(let outcomes, _)): return outcomes
        case .failure(let failure): throw Missing("\(failure)")
        }
    }

    @Test("The method password, and keyboard-interactive where only that is offered", arguments: ["password", "interactive"])
    func password(_ mode: String) throws {
        let server = try Paramiko(mode)
        let loop = try EventLoop()
        #expect(try outcomes(server, "correct horse", loop) == [])
        #expect(try outcomes(server, "wrong", loop) == [.refused])
        #expect(try outcomes(server, "", loop) == [.refused])
    }

    @Test("A server that also asks for a code is not answered with the password twice, and that is told")
    func code() throws {
        #expect(try outcomes(try Paramiko("code"), "correct horse", try EventLoop()) == [.askedForMore])
    }

    @Test("A server that takes neither, and one that lets anybody in")
    func others() throws {
        let loop = try EventLoop()
        #expect(try outcomes(try Paramiko("none"), "correct horse", loop) == [.notOffered])
        #expect(try outcomes(try Paramiko("open"), "anything", loop) == [])
    }

    @Test("A server that runs no commands refuses the channel, and the connection lives")
    func noCommands() throws {
        let loop = try EventLoop()
        let server = try Paramiko("no-exec")
        let connection = try connect(try server.target([.password(try secret("correct horse"))]), on: loop).get()
        for _ in 0..<3 { #expect(try connection.run("true", on: loop).end == .lost(.channelRefused)) }
    }

    @Test("A server with nothing but rsa-sha2 for its key: no algorithm in common where the library knows SHA-1 alone")
    func rsaHost() throws {
        let server = try Paramiko("rsa-host", hostKey: "rsa")
        let result = try connect(try server.target([.password(try secret("correct horse"))]), on: try EventLoop())
        if SSHLibrary.signsRSAWithSHA2 {
            _ = try result.get()
        } else {
            guard case .failure(.noCommonAlgorithm) = result else { throw Missing("\(result)") }
        }
    }
}
