import EventLoop
import Foundation
import PrivateFiles
import SecretMemory
import SSHTestServer
import Testing

@testable import SSHClient

@Suite("Pure parts of SSHClient")
struct PureTests {
    @Test("A banner is found however the bytes are cut, and only at the start of a line")
    func banner() {
        for (text, expected) in [
            ("SSH-2.0-x\r\n", true), ("hello\r\nSSH-2.0\n", true), ("xSSH-2.0\n", false), ("SSSH-\n", false), ("SSH", false), ("\n\nSSH-", true),
        ] {
            for size in 1...text.utf8.count {
                var gate = BannerGate()
                let bytes = Array(text.utf8)
                for start in stride(from: 0, to: bytes.count, by: size) { gate.take(bytes[start..<min(start + size, bytes.count)]) }
                #expect(gate.isSSH == expected && gate.count == bytes.count, "\(text)")
            }
        }
    }

    @Test("Messages of the agent: what it may say, cut anywhere, and what it may not")
    func agentMessages() throws {
        func string(_ bytes: [UInt8]) -> [UInt8] { [0, 0, UInt8(bytes.count >> 8), UInt8(bytes.count & 255)] + bytes }
        let key = string(Array("ssh-ed25519".utf8)) + string([1, 2, 3])
        let answer = string([12, 0, 0, 0, 1] + string(key) + string(Array("note".utf8)))
        for count in 0..<answer.count { #expect(try AgentMessage.length(Array(answer[..<count])) == nil) }
        #expect(try AgentMessage.length(answer + [9]) == answer.count)
        #expect(try AgentMessage.keys(answer[...]) == [key] && AgentMessage.isUsable(key))
        for wrong in [[5], [12], [12, 0, 0, 0, 2] + string(key), [12, 255, 255, 255, 255]] as [[UInt8]] {
            #expect(throws: AgentFailure.notAnAgent) { try AgentMessage.keys(string(wrong)[...]) }
        }
        let signature = string([14] + string(string(Array("ssh-ed25519".utf8)) + string([7, 7])))
        #expect(try AgentMessage.signature(signature[...]) == [7, 7])
        #expect(throws: AgentFailure.refused) { try AgentMessage.signature(string([5])[...]) }
        for length in [[0, 0, 0, 0], [0xff, 0, 0, 0], [0, 4, 0, 1]] as [[UInt8]] {
            #expect(throws: AgentFailure.notAnAgent) { try AgentMessage.length(length) }
        }
        #expect(!AgentMessage.isUsable(string(Array("ssh-ed25519-cert-v01@openssh.com".utf8))) && !AgentMessage.isUsable([1]))
        // The hash that RSA is to use stands in the name of the algorithm.
        for (name, flag) in [("rsa-sha2-256", 2), ("rsa-sha2-512", 4), ("ssh-rsa", 0)] as [(String, UInt8)] {
            let data = string([1]) + [50] + string([2]) + string([3]) + string([4]) + [1] + string(Array(name.utf8)) + string(key)
            #expect(AgentMessage.requestSignature(key: key, data: data).last == flag)
        }
    }

    @Test("The head of a private key tells its kind, its rounds and its public half, and damage is no key", .enabled(if: program("ssh-keygen") != nil, "ssh-keygen is not installed here"))
    func keyText() throws {
        let scratch = try Scratch()
        func make(_ name: String, _ more: [String]) throws -> PrivateKeyText? {
            try run("/usr/bin/ssh-keygen", ["-q", "-f", scratch(name), "-C", ""] + more)
            return try secret(scratch.read(name)).bytes.withBytes { PrivateKeyText($0) }
        }
        func publicText(_ name: String) -> [UInt8] { Array(scratch.read(name + ".pub").trimmingCharacters(in: .whitespacesAndNewlines).utf8) }
        let plain = try #require(try make("a", ["-t", "ed25519", "-N", ""]))
        #expect(plain.kind == .other && !plain.isEncrypted && plain.rounds == 0 && plain.publicKey == publicText("a"))
        let locked = try #require(try make("b", ["-t", "rsa", "-N", "xxxxx", "-a", "3"]))
        #expect(locked.kind == .rsa && locked.isEncrypted && locked.rounds == 3 && locked.publicKey == publicText("b"))
        let old = try #require(try make("c", ["-t", "rsa", "-N", "xxxxx", "-m", "PEM"]))
        #expect(old.kind == .rsa && old.isEncrypted && old.publicKey.isEmpty)
        let modern = try #require(try make("d", ["-t", "ecdsa", "-N", "xxxxx", "-m", "PKCS8"]))
        #expect(modern.kind == nil && modern.isEncrypted)
        let text = scratch.read("b")
        for count in stride(from: 0, to: text.count, by: 7) {
            _ = try secret(String(text.prefix(count))).bytes.withBytes { PrivateKeyText($0) }
        }
        for wrong in ["", "-----BEGIN OPENSSH PRIVATE KEY-----\n!!!\n", "-----BEGIN CERTIFICATE-----\n", scratch.read("a.pub")] {
            #expect(try secret(wrong).bytes.withBytes { PrivateKeyText($0) } == nil)
        }
    }

    @Test("Names of keys: relative, absolute and ~, never out of the directory")
    func keyNames() throws {
        let keys = SSHKeyDirectory(try AbsolutePath("/home/ann/.ssh"), home: try AbsolutePath("/home/ann"))
        #expect(keys.components(of: "id") == ["id"] && keys.components(of: "work/id") == ["work", "id"])
        #expect(keys.components(of: "~/.ssh/id") == ["id"] && keys.components(of: "/home/ann/.ssh/id") == ["id"])
        for name in ["../id", "a/../../id", "/home/ann/.sshx/id", "/home/ann/.ssh", "~/id", "", ".", "a//b", "a\0b", "/"] {
            #expect(keys.components(of: name) == nil, "\(name)")
        }
    }

    @Test("Every failure and outcome has a sentence, and the library tells its version and algorithms")
    func sentences() {
        let outcomes: [SSHCredentialOutcome] = [
            .notOffered, .refused, .keyUnusable, .passphraseMissing, .passphraseWrong, .tooManyRounds(limit: 1), .rsaWithoutSHA2,
            .askedForMore, .passwordExpired, .agentUnavailable, .agentEmpty, .agentRefused,
        ]
        #expect(Set(outcomes.map(\.explanation)).count == outcomes.count)
        let failures: [SSHFailure] = [
            .unreachable(.refused), .unreachable(.timedOut), .timedOut(.handshake), .notSSH(bytes: 1), .flood(.handshake), .noCommonAlgorithm,
            .broken(.session, code: -1), .closedByServer(.authentication), .notAuthenticated(outcomes, closed: true), .badText,
            .channelRefused, .noMemory, .closed, .atJump(2, .closed), .hostKeyUnreadable, .libraryMissing, .libraryLacks(function: "libssh2_init"),
        ]
        #expect(Set(failures.map(\.explanation)).count == failures.count)
        for failure in [SSHFailure.libraryMissing, .libraryLacks(function: "libssh2_init")] {
            #expect(failure.explanation.contains("apt install libssh2-1)"))
        }
        #expect(SSHLibrary.path?.hasPrefix("/") == true && SSHLibrary.path?.hasSuffix("/libssh2.so.1") == true)
        #expect(SSHLibrary.isPresent && SSHLibrary.absence == nil && SSHLibrary.version?.hasPrefix("1.") == true)
        #expect(SSHLibrary.algorithms(.hostKey).contains("ssh-ed25519") && SSHLibrary.algorithms(.cipher).contains("aes256-ctr"))
        #expect(!SSHLibrary.algorithms(.cipher).contains { $0.hasSuffix("-cbc") } && !SSHLibrary.algorithms(.mac).contains("hmac-md5"))
        #expect(!SSHLibrary.algorithms(.keyExchange).contains { $0.hasSuffix("-sha1") } && !SSHLibrary.algorithms(.hostKey).contains("ssh-dss"))
        #expect(SSHLibrary.signsRSAWithSHA2 == SSHLibrary.algorithms(.hostKey).contains("rsa-sha2-256"))
    }
}
