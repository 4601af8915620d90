import EventLoop
import Foundation
import KnownHosts
import PrivateFiles
import SSHClient
import SSHTestServer
import Sessions
import Testing

@testable import SSHPlaces

@Suite("Hosts that are wrong, each in its own words", .serialized, .enabled(if: Sshd.isMissing == nil, "sshd is not installed here"))
struct BadInputTests {
    @Test("A wrong password, a wrong user, no key, a key outside the directory, an encrypted key")
    func credentials() throws {
        let server = try Sshd(options: ["PasswordAuthentication yes"])
        let world = try World(server)
        world.login.password = try secret("not it")
        let wrong = try world.connect()
        world.login.password = nil
        guard case .failure(.other("not_authenticated", let text)) = wrong else { throw Missing("a failure") }
        #expect(text.contains("refused") && !text.contains("not it"))
        #expect(try world.word { $0.user = "nobody-of-this-name" } == "not_authenticated")
        #expect(try world.word { $0.key = "missing" } == "not_authenticated")
        #expect(try world.word { $0.key = server.scratch("id") } == "not_authenticated")
        try server.makeKey("locked", kind: "ed25519", passphrase: "open sesame")
        try server.authorize(["id", "locked"])
        try world.scratch.write("keys/locked", server.scratch.read("locked"))
        guard case .failure(.other(_, let missing)) = try world.connect("there", { $0.key = "locked" }) else { throw Missing("a failure") }
        #expect(missing.contains("encrypted"))
        world.login.passphrase = try secret("open door")
        #expect(try world.word { $0.key = "locked" } == "not_authenticated")
        world.login.passphrase = try secret("open sesame")
        #expect(try world.word { $0.key = "locked" } == nil)
    }

    @Test("A host key that changes between two calls stops the second, in every way it can")
    func hostKeys() throws {
        let server = try Sshd()
        let world = try World(server)
        let before = try #require(try world.connect().get().hostKey)
        try server.makeKey("host_ed25519", kind: "ed25519")
        server.stop()
        try server.start()
        #expect(try world.word() == "host_key_changed")
        // With an alias for the key the name is another one, so it is unknown.
        try world.config(world.there(server, "there", "HostKeyAlias fresh"))
        #expect(try world.connect().get().hostKeyWasNew)
        #expect(try world.word { $0.fingerprint = before.text } == "host_key_mismatch")
        world.ground.unknownHosts = .refuse
        try world.config(world.there(server, "there", "HostKeyAlias other"))
        #expect(try world.word() == "host_key_unknown")
        let key = server.scratch.read("host_ed25519.pub").split(separator: " ")[0...1].joined(separator: " ")
        try world.scratch.write("known_hosts", "@revoked * \(key)\n")
        #expect(try world.word() == "host_key_revoked")
        world.ground.acceptsAnyHostKey = true
        #expect(try world.word() == "host_key_revoked")
        world.ground.acceptsAnyHostKey = false
        let rsa = try Sshd(hostKeys: ["rsa"])
        let other = rsa.scratch.read("host_rsa.pub").split(separator: " ")[0...1].joined(separator: " ")
        try world.scratch.write("known_hosts", "other \(other)\n")
        #expect(try world.word() == "host_key_of_other_kind")
        try world.config(world.there(server, "there", "UserKnownHostsFile /dev/null"))
        #expect(try world.word() == "known_hosts_elsewhere")
        world.ground.knownHosts = try AbsolutePath("/dev/null")
        #expect(try world.word() == "known_hosts_unusable")
    }

    @Test("A port where nothing listens, a name that is none, a host that is none")
    func nobody() throws {
        let world = try World()
        let port = try freePort()
        #expect(try world.word("127.0.0.1") { $0.port = port } == "connection_refused")
        #expect(try world.word("a b") == "invalid_host")
        #expect(try world.word("127.0.0.1") { $0.fingerprint = "SHA256:x" } == "invalid_fingerprint")
        try FileManager.default.createSymbolicLink(atPath: world.scratch("keys/config"), withDestinationPath: "/etc/hosts")
        #expect(try world.word("127.0.0.1") { $0.port = port } == "ssh_config_unusable")
    }

    @Test("A host that takes the connection and never answers ends when its time is up, one that floods much earlier")
    func silenceAndFlood() throws {
        let garbage = (0..<65_536).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 7) | 1 }
        let line = [UInt8](repeating: UInt8(ascii: "x"), count: 65_536)
        let cases: [([UInt8], FakeServer.Then, Int, Set<String>)] = [
            ([], .silence, 1, ["connect_timed_out"]), ([], .end, 90, ["closed_by_server"]),
            (Array("SSH-2.0-x".utf8), .silence, 1, ["connect_timed_out"]),
            (Array("HTTP/1.1 400 Bad Request\r\n\r\n".utf8), .end, 90, ["not_ssh"]),
            (line, .again, 90, ["not_ssh"]), (garbage, .again, 90, ["not_ssh", "protocol_broken"]),
        ]
        for (bytes, then, timeout, expected) in cases {
            let server = try FakeServer(bytes, then)
            let world = try World()
            try world.config("Host *\nConnectTimeout \(timeout)\n")
            var wish = SSHWish(host: "127.0.0.1")
            wish.port = server.listener.port
            var result: Result<SSHPlace, PlaceFailure>?
            SSHOpening.connect(try SSHDestination(wish, ground: world.ground), login: SSHLogin(), on: world.loop) { result = $0 }
            try world.turn {
                server.turn()
                return result != nil
            }
            guard case .failure(.other(let word, _)) = result else { throw Missing("a failure") }
            #expect(expected.contains(word), "\(word)")
            #expect(server.sent < 64 << 20)
        }
    }

    @Test("Every failure has a word, and only those that say the same share one")
    func words() {
        let key = Fingerprint.example
        let failures: [SSHFailure] = [
            .unreachable(.noSuchName), .unreachable(.refused), .unreachable(.timedOut), .unreachable(.unreachable), .notSSH(bytes: 1),
            .flood(.handshake), .noCommonAlgorithm, .broken(.handshake, code: -1), .closedByServer(.handshake), .closedByServer(.session),
            .hostKeyUnknown(key), .hostKeyUnconfirmed(key, line: 1), .hostKeyChanged(key, lines: [1]), .hostKeyOfOtherKind(key, lines: [1]), .hostKeyRevoked(key, line: 1),
            .hostKeyNotPinned(key), .knownHostsUnusable(.symbolicLink), .hostKeyUnreadable, .notAuthenticated([], closed: false), .badText,
            .channelRefused, .noMemory,
        ]
        #expect(Set(failures.map(\.word)).count == failures.count)
        #expect(failures.allSatisfy { $0.word.allSatisfy { $0.isLowercase || $0 == "_" } })
        #expect(SSHFailure.atJump(2, .notSSH(bytes: 1)).word == "jump_not_ssh")
        #expect(SSHPlace.failure(.lost, hadAnswered: true, loss: nil) == .ssh(.closedByServer(.session)))
        #expect(SSHPlace.failure(.exited(127), hadAnswered: true, loss: nil) == .connectionLost)
        #expect(SSHPlace.failure(.exited(127), hadAnswered: false, loss: nil) == .noShell)
    }
}

extension Fingerprint {
    static var example: Fingerprint {
        HostKey(blob: [0, 0, 0, 11] + Array("ssh-ed25519".utf8) + [0, 0, 0, 1, 7])!.fingerprint
    }
}
