import EventLoop
import Foundation
import KnownHosts
import PrivateFiles
import SSHTestServer
import Testing

@testable import SSHClient

@Suite("Host keys of a real sshd", .serialized, .enabled(if: Sshd.isMissing == nil, "sshd is not installed here"))
struct HostKeyTests {
    private func fingerprint(_ server: Sshd, _ kind: String) throws -> String {
        String(try run("/usr/bin/ssh-keygen", ["-lf", server.scratch("host_\(kind).pub")]).split(separator: " ")[1])
    }

    @Test("Of two connections that meet a host at once with two keys, the second is refused")
    func twoFirstUses() throws {
        let scratch = try Scratch()
        let target = SSHTarget(
            host: "h", user: "u", trust: .knownHosts(.trustFirstUse), knownHosts: try scratch.absolute("known_hosts"), credentials: [])
        let keys = (1...2).map { HostKey(blob: [0, 0, 0, 11] + Array("ssh-ed25519".utf8) + [0, 0, 0, 1, $0])! }
        let (first, second) = (HostKeyCheck(target), HostKeyCheck(target))
        #expect(try first.check(keys[0]))
        #expect(throws: SSHFailure.hostKeyChanged(keys[1].fingerprint, lines: [1])) { try second.check(keys[1]) }
        #expect(try HostKeyCheck(target).check(keys[0]) == false)
    }

    @Test("A server that offers nothing but broken ciphers, digests or groups is not talked to",
        arguments: ["Ciphers aes128-cbc,3des-cbc", "MACs hmac-md5,hmac-sha1", "KexAlgorithms diffie-hellman-group14-sha1"])
    func onlyBroken(option: String) throws {
        let server = try Sshd(options: [option])
        let result = try connect(try server.target(), on: try EventLoop())
        guard case .failure(.noCommonAlgorithm) = result else { throw Missing("\(result)") }
    }

    @Test("A first use is trusted, told and recorded as ssh-keygen reads it; the next is known; a changed key is refused")
    func firstUseAndChange() throws {
        let server = try Sshd()
        let loop = try EventLoop()
        let first = try connect(try server.target(), on: loop).get()
        #expect(first.hostKeyWasNew)
        #expect(first.hostKey?.fingerprint.text == (try fingerprint(server, "ed25519")))
        let file = server.scratch.read("known_hosts")
        #expect(file.hasPrefix("|1|") && file.hasSuffix("\n") && !file.contains("127.0.0.1"))
        let found = try run("/usr/bin/ssh-keygen", ["-F", "[127.0.0.1]:\(server.port)", "-f", server.scratch("known_hosts")])
        #expect(found.contains("found: line 1"))
        #expect(try connect(try server.target(), on: loop).get().hostKeyWasNew == false)
        #expect(server.scratch.read("known_hosts") == file)

        // The key changes between two calls; the connection that is open stays.
        server.stop()
        try server.makeKey("host_ed25519", kind: "ed25519")
        try server.start()
        let failure = try failure(try server.target(), on: loop)
        guard case .hostKeyChanged(let key, lines: [1]) = failure else { throw Missing("\(String(describing: failure))") }
        #expect(key.text == (try fingerprint(server, "ed25519")))
        #expect(failure!.explanation.contains("HOST KEY HAS CHANGED") && failure!.explanation.contains(key.text))
        #expect(server.scratch.read("known_hosts") == file)
    }

    @Test("An unknown host is refused when the first use is not trusted, and nothing is recorded")
    func strict() throws {
        let server = try Sshd()
        let loop = try EventLoop()
        let failure = try failure(try server.target(trust: .knownHosts(.refuse)), on: loop)
        guard case .hostKeyUnknown(let key) = failure else { throw Missing("\(String(describing: failure))") }
        #expect(key.text == (try fingerprint(server, "ed25519")))
        #expect(server.scratch.read("known_hosts") == "")
    }

    @Test("A pin does not make a changed key good: who pins may have it from the refusal")
    func pinOfChangedKey() throws {
        let server = try Sshd()
        let loop = try EventLoop()
        try server.makeKey("other", kind: "ed25519")
        let line = "[127.0.0.1]:\(server.port) " + server.scratch.read("other.pub")
        try server.scratch.write("known_hosts", line)
        let pin = try #require(FingerprintPin(try fingerprint(server, "ed25519")))
        guard case .hostKeyChanged = try failure(try server.target(trust: .pin(pin)), on: loop) else { throw Missing("a refusal") }
        #expect(server.scratch.read("known_hosts") == line)
    }

    @Test("A pin holds without an entry in the file, and a wrong one is told apart")
    func pins() throws {
        let server = try Sshd()
        let loop = try EventLoop()
        let pin = try #require(FingerprintPin(try fingerprint(server, "ed25519")))
        #expect(try connect(try server.target(trust: .pin(pin)), on: loop).get().hostKeyWasNew == false)
        try server.makeKey("other", kind: "ed25519")
        let other = try run("/usr/bin/ssh-keygen", ["-lf", server.scratch("other.pub")]).split(separator: " ")[1]
        let wrong = try #require(FingerprintPin(String(other)))
        guard case .hostKeyNotPinned = try failure(try server.target(trust: .pin(wrong)), on: loop) else { throw Missing("a refusal") }
        #expect(server.scratch.read("known_hosts") == "")
    }

    @Test("A revoked key is refused, even when it is pinned")
    func revoked() throws {
        let server = try Sshd()
        let loop = try EventLoop()
        try server.scratch.write("known_hosts", "# a comment\n@revoked * " + server.scratch.read("host_ed25519.pub"))
        let pin = try #require(FingerprintPin(try fingerprint(server, "ed25519")))
        for trust in [HostKeyTrust.knownHosts(.trustFirstUse), .pin(pin)] {
            guard case .hostKeyRevoked(_, line: 2) = try failure(try server.target(trust: trust), on: loop)
            else { throw Missing("a refusal") }
        }
    }

    @Test("A server with several keys is asked for the kind that is known; a new kind of a known host is refused")
    func kinds() throws {
        let server = try Sshd(hostKeys: ["ed25519", "ecdsa"])
        let loop = try EventLoop()
        for kind in ["ed25519", "ecdsa"] {
            let key = server.scratch.read("host_\(kind).pub")
            try server.scratch.write("known_hosts", "[127.0.0.1]:\(server.port) \(key)")
            let connection = try connect(try server.target(trust: .knownHosts(.refuse)), on: loop).get()
            #expect(connection.hostKey?.fingerprint.text == (try fingerprint(server, kind)))
        }
        let lone = try Sshd(hostKeys: ["ecdsa"])
        try lone.scratch.write("known_hosts", "[127.0.0.1]:\(lone.port) " + server.scratch.read("host_ed25519.pub"))
        guard case .hostKeyOfOtherKind(_, lines: [1]) = try failure(try lone.target(), on: loop) else { throw Missing("a refusal") }
    }

    @Test("A file that others can write, a link, or a file that cannot be written trusts nobody")
    func unusableFile() throws {
        let server = try Sshd()
        let loop = try EventLoop()
        try server.scratch.write("known_hosts", "", mode: 0o666)
        #expect(chmod(server.scratch("known_hosts"), 0o666) == 0)
        guard case .knownHostsUnusable(.writableByOthers) = try failure(try server.target(), on: loop) else { throw Missing("a refusal") }
        #expect(unlink(server.scratch("known_hosts")) == 0)
        #expect(symlink("/dev/null", server.scratch("known_hosts")) == 0)
        guard case .knownHostsUnusable(.symbolicLink) = try failure(try server.target(), on: loop) else { throw Missing("a refusal") }
        var target = try server.target()
        target.knownHosts = try AbsolutePath("/proc/known_hosts")
        guard case .knownHostsUnusable = try failure(target, on: loop) else { throw Missing("a refusal") }
    }

    @Test("A line is appended behind one that has no newline; an alias stands for host and port")
    func appending() throws {
        let server = try Sshd()
        let loop = try EventLoop()
        try server.scratch.write("known_hosts", "other.example " + server.scratch.read("id.pub").dropLast())
        var target = try server.target()
        target.hostKeyAlias = "the-server"
        #expect(try connect(target, on: loop).get().hostKeyWasNew)
        #expect(server.scratch.read("known_hosts").split(separator: "\n").count == 2)
        let found = try run("/usr/bin/ssh-keygen", ["-F", "the-server", "-f", server.scratch("known_hosts")])
        #expect(found.contains("found: line 2"))
    }
}
