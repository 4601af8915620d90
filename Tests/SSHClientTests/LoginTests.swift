import EventLoop
import Foundation
import PrivateFiles
import SSHTestServer
import Testing

@testable import SSHClient

@Suite("Keys and agents of a real sshd", .serialized, .enabled(if: Sshd.isMissing == nil, "sshd is not installed here"))
struct LoginTests {
    private func outcomes(_ server: Sshd, _ credentials: [SSHCredential], _ loop: EventLoop) throws -> [SSHCredentialOutcome] {
        switch try connect(try server.target(credentials), on: loop) {
        case .success: return []
        case .failure(.notAuthenticated(let outcomes, _)): return outcomes
        case .failure(let failure): throw Missing("\(failure)")
        }
    }

    @Test("Ed25519 and ECDSA keys, plain and encrypted, in OpenSSH's format and in PEM")
    func kinds() throws {
        let server = try Sshd()
        let loop = try EventLoop()
        try server.makeKey("ecdsa", kind: "ecdsa")
        try server.makeKey("ecdsa521", kind: "ecdsa", more: ["-b", "521"])
        try server.makeKey("locked", kind: "ed25519", passphrase: "open sesame")
        try server.makeKey("pem", kind: "ecdsa", passphrase: "open sesame", more: ["-m", "PEM"])
        try server.authorize(["ecdsa", "ecdsa521", "locked", "pem"])
        for (name, passphrase) in [("ecdsa", nil), ("ecdsa521", nil), ("locked", "open sesame"), ("pem", "open sesame")] {
            #expect(try outcomes(server, [server.credential(name, passphrase: passphrase)], loop) == [], "\(name)")
        }
        #expect(try outcomes(server, [server.credential("locked"), server.credential("pem")], loop)
            == [.passphraseMissing, .passphraseMissing])
        for name in ["locked", "pem"] {
            #expect(try outcomes(server, [server.credential(name, passphrase: "wrong")], loop) == [.passphraseWrong], "\(name)")
        }
        try server.makeKey("slow", kind: "ed25519", passphrase: "x", more: ["-a", "65"])
        #expect(try outcomes(server, [server.credential("slow", passphrase: "x")], loop) == [.tooManyRounds(limit: 64)])
    }

    @Test("RSA: where the library signs with SHA-1 alone, the refusal says so; a server that takes SHA-1 is reached")
    func rsa() throws {
        let loop = try EventLoop()
        let server = try Sshd()
        try server.makeKey("rsa", kind: "rsa")
        try server.authorize(["rsa"])
        let expected: [SSHCredentialOutcome] = SSHLibrary.signsRSAWithSHA2 ? [] : [.rsaWithoutSHA2]
        #expect(try outcomes(server, [server.credential("rsa")], loop) == expected)
        let old = try Sshd(options: ["PubkeyAcceptedAlgorithms +ssh-rsa"])
        try old.makeKey("rsa", kind: "rsa")
        try old.authorize(["rsa"])
        #expect(try outcomes(old, [old.credential("rsa")], loop) == [])
    }

    @Test("Keys are tried in order; half a success goes on with the next")
    func order() throws {
        let loop = try EventLoop()
        let server = try Sshd()
        try server.makeKey("stranger", kind: "ed25519")
        #expect(try outcomes(server, [server.credential("missing"), server.credential("stranger"), server.credential()], loop) == [])
        #expect(try outcomes(server, [.password(try secret("x")), server.credential("stranger")], loop) == [.notOffered, .refused])
        #expect(try outcomes(server, [], loop) == [])
        let both = try Sshd(options: ["AuthenticationMethods publickey,publickey"])
        try both.makeKey("second", kind: "ecdsa")
        try both.authorize(["id", "second"])
        #expect(try outcomes(both, [both.credential()], loop) == [.refused])
        #expect(try outcomes(both, [both.credential(), both.credential("second")], loop) == [])
    }

    @Test("A server that takes no more tries is told apart from one that refused them all")
    func tries() throws {
        let loop = try EventLoop()
        let server = try Sshd(options: ["MaxAuthTries 2"])
        for name in ["a", "b", "c", "d"] { try server.makeKey(name, kind: "ed25519") }
        let all = try ["a", "b", "c", "d"].map { try server.credential($0) }
        let failure = try failure(try server.target(all), on: loop)
        guard case .notAuthenticated(let outcomes, closed: true) = failure else { throw Missing("\(String(describing: failure))") }
        #expect(outcomes.allSatisfy { $0 == .refused } && (1...3).contains(outcomes.count))
    }

    @Test("A key outside the directory, behind a link, readable by others, no key or not there: one answer for all")
    func keyDirectory() throws {
        let loop = try EventLoop()
        let server = try Sshd()
        let outside = try Scratch()
        try run("/usr/bin/ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", outside("id")])
        try FileManager.default.createSymbolicLink(atPath: server.scratch("link"), withDestinationPath: server.scratch("id"))
        try FileManager.default.createSymbolicLink(atPath: server.scratch("way"), withDestinationPath: outside.path)
        try server.scratch.write("open", server.scratch.read("id"), mode: 0o644)
        #expect(chmod(server.scratch("open"), 0o644) == 0)
        try server.scratch.write("text", "no key\n")
        #expect(mkfifo(server.scratch("fifo"), 0o600) == 0)
        let names = [
            outside("id"), "../\(outside.path.split(separator: "/").last!)/id", "way/id", "link", "open", "text", "fifo", "missing",
            "/etc/passwd", "~/id", ".", "", "id.pub", "a/../id", "\(server.scratch.path)/../x",
        ]
        for name in names { #expect(try outcomes(server, [server.credential(name)], loop) == [.keyUnusable], "\(name)") }
        try FileManager.default.createDirectory(atPath: server.scratch("sub"), withIntermediateDirectories: false)
        try server.scratch.write("sub/id", server.scratch.read("id"))
        for name in ["id", "sub/id", server.scratch("id"), server.scratch("sub/id")] {
            #expect(try outcomes(server, [server.credential(name)], loop) == [], "\(name)")
        }
        let home = SSHKeyDirectory(try server.scratch.absolute("sub"), home: try AbsolutePath(server.scratch.path))
        #expect(try outcomes(server, [.keyFile(name: "~/sub/id", in: home, passphrase: nil)], loop) == [])
        #expect(try outcomes(server, [.keyFile(name: "~/id", in: home, passphrase: nil)], loop) == [.keyUnusable])
    }

    @Test("A real ssh-agent signs, among several keys and with one that is asked for; a dead, empty, mute or lying one is told apart")
    func agent() throws {
        let loop = try EventLoop()
        let server = try Sshd()
        let path = server.scratch("agent")
        let running = try Running("/usr/bin/ssh-agent", ["-D", "-a", path], log: server.scratch("agent.log"))
        try eventually { FileManager.default.fileExists(atPath: path) }
        let socket = Array(path.utf8)
        func agent(_ only: [[UInt8]]? = nil) -> SSHCredential { .agent(socket: socket, only: only) }
        #expect(try outcomes(server, [agent()], loop) == [.agentEmpty])
        #expect(try state(path, loop) == .answered(usable: 0, others: 0))
        func add(_ name: String) throws {
            let adding = try Running(
                "/usr/bin/ssh-add", ["-q", server.scratch(name)], log: server.scratch("add.log"),
                environment: [("SSH_AUTH_SOCK", path)])
            guard adding.child.wait(atMost: .seconds(60))?.shellCode == 0 else { throw Missing(server.scratch.read("add.log")) }
        }
        try server.makeKey("stranger", kind: "ecdsa")
        try add("stranger")
        #expect(try outcomes(server, [agent()], loop) == [.refused])
        try add("id")
        #expect(try outcomes(server, [agent()], loop) == [])
        let blobs = try ["stranger", "id"].map { name in
            try #require(Data(base64Encoded: String(server.scratch.read(name + ".pub").split(separator: " ")[1]))).map { $0 }
        }
        #expect(try outcomes(server, [agent([blobs[0]])], loop) == [.refused])
        #expect(try outcomes(server, [agent([blobs[1]])], loop) == [])
        #expect(try state(path, loop) == .answered(usable: 2, others: 0))
        running.kill()
        #expect(try state(path, loop) == .silent)
        #expect(try outcomes(server, [agent()], loop) == [.agentUnavailable])
        #expect(try outcomes(server, [.agent(socket: Array(repeating: 65, count: 200), only: nil)], loop) == [.agentUnavailable])
    }

    @Test("Nothing hangs on an agent that does not answer: the connection's time runs out")
    func muteAgent() throws {
        let loop = try EventLoop()
        let server = try Sshd()
        let path = server.scratch("mute")
        let listener = try unixListener(path)
        defer { close(listener) }
        var target = try server.target([.agent(socket: Array(path.utf8), only: nil)])
        target.connectTimeout = .seconds(3)
        #expect(try failure(target, on: loop) == .timedOut(.authentication))
        #expect(try state(path, loop, within: .milliseconds(100)) == .silent)
    }

    /// As `doctor` asks.
    private func state(_ path: String, _ loop: EventLoop, within limit: Duration = .seconds(60)) throws -> SSHAgentState {
        var found: SSHAgentState?
        SSHAgentState.ask(socket: Array(path.utf8), within: limit, on: loop) { found = $0 }
        let deadline = ContinuousClock.now + .seconds(60)
        while found == nil, ContinuousClock.now < deadline { try loop.runOnce(timeout: .seconds(1)) }
        return try #require(found)
    }

    private func unixListener(_ path: String) throws -> Int32 {
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        let isBound = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size)) == 0 && listen(descriptor, 4) == 0
            }
        }
        guard isBound else { throw Missing("a socket") }
        return descriptor
    }
}
