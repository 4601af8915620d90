import Digest
import Foundation
import Testing

@testable import KnownHosts

private func key(_ seed: UInt8, kind: String = "ssh-ed25519") -> HostKey {
    let name = Array(kind.utf8)
    return HostKey(blob: [0, 0, 0, UInt8(name.count)] + name + [0, 0, 0, 32] + [UInt8](repeating: seed, count: 32))!
}

private func line(_ hosts: String, _ key: HostKey, marker: String = "") -> String {
    "\(marker)\(hosts) \(key.type) \(Base64.encode(key.blob)) a comment\n"
}

@Suite("known_hosts as a value")
struct KnownHostsTests {
    private func judge(_ text: String, _ key: HostKey, _ host: String = "a.example", _ port: UInt16 = 22) -> KnownHostVerdict {
        KnownHosts(Array(text.utf8)).judge(key, host: host, port: port)
    }

    @Test("Known, changed, of another kind, unknown and revoked are told apart, with the lines")
    func verdicts() {
        let (one, two, other) = (key(1), key(2), key(3, kind: "ssh-rsa"))
        let text = "# note\n\n" + line("a.example,b.example", one) + line("c.example", other)
        #expect(judge(text, one) == .match(line: 3))
        #expect(judge(text, one, "A.Example") == .match(line: 3))
        #expect(judge(text, two, "b.example") == .changed(lines: [3]))
        #expect(judge(text, other) == .otherKinds(lines: [3]))
        #expect(judge(text, one, "d.example") == .unknown)
        #expect(judge(text + line("*", one, marker: "@revoked "), one) == .revoked(line: 5))
        #expect(judge(text + line("*", two, marker: "@revoked "), one) == .match(line: 3))
        #expect(judge(line("a.example", two) + line("a.example", one), one) == .match(line: 2))
    }

    @Test("Ports: [host]:port, and the same key under the bare name")
    func ports() {
        let text = line("[a.example]:2222", key(1)) + line("a.example", key(2))
        #expect(judge(text, key(1), "a.example", 2222) == .match(line: 1))
        #expect(judge(text, key(2), "a.example", 2222) == .changed(lines: [1]))
        #expect(judge(text, key(2), "a.example", 2200) == .match(line: 2))
        #expect(judge(text, key(1), "a.example", 2200) == .unknown)
        #expect(judge(text, key(1)) == .changed(lines: [2]))
        #expect(KnownHosts(Array(text.utf8)).kinds(host: "a.example", port: 2222) == ["ssh-ed25519"])
    }

    @Test("Certificate authorities vouch for nothing; unknown markers and broken lines are passed over and counted")
    func passedOver() {
        let good = line("a.example", key(1))
        let text = line("*", key(2), marker: "@cert-authority ") + "@strange " + good + "a.example ssh-ed25519\n"
            + "a.example ssh-ed25519 !!!!\n" + "a.example ssh-rsa \(Base64.encode(key(1).blob))\n" + "a.example ssh-ed25519 AAAA\n"
        let hosts = KnownHosts(Array(text.utf8))
        #expect(hosts.judge(key(2), host: "a.example", port: 22) == .unknown)
        #expect(hosts.usable == 0 && hosts.authorities == [1] && hosts.unreadable == [2, 3, 4, 5, 6])
        #expect(KnownHosts(Array((text + good).utf8)).usable == 1)
        #expect(judge("  \t" + good.replacingOccurrences(of: " ", with: "\t").replacingOccurrences(of: "\n", with: "\r\n"), key(1)) == .match(line: 1))
    }

    @Test("Patterns: stars, question marks, negation; no pattern takes long")
    func patterns() {
        let cases: [(String, String, Bool)] = [
            ("*", "a", true), ("*.example", "a.example", true), ("*.example", "example", false), ("a?.x", "ab.x", true),
            ("a?.x", "a.x", false), ("*.example,!b.example", "b.example", false), ("!b.example,*.example", "a.example", true),
            ("!b.example", "a.example", false), ("[*]:22?", "[h]:221", true), ("a*b*c", "aXbYbZc", true), ("", "a", false),
            ("A.Example", "a.example", true), ("**", "", true),
        ]
        for (pattern, name, expected) in cases {
            #expect(HostPattern.list(Array(pattern.utf8), matches: Array(name.utf8)) == expected, "\(pattern) \(name)")
        }
        let hard = Array(String(repeating: "*a", count: 2000).utf8) + [0x62]
        #expect(!HostPattern.matches(hard, [UInt8](repeating: 0x61, count: 20_000)))
    }

    @Test("SHA-1 and its code: FIPS 180-4 and RFC 2202")
    func digests() {
        #expect(Hex.encode(SHA1.hash(Array("abc".utf8))) == "a9993e364706816aba3e25717850c26c9cd0d89d")
        #expect(Hex.encode(SHA1.hash([])) == "da39a3ee5e6b4b0d3255bfef95601890afd80709")
        #expect(Hex.encode(SHA1.hash([UInt8](repeating: 0x61, count: 1000))) == "291e9a6c66994949b57ba5e650361e98fc36b1ba")
        for count in [55, 56, 63, 64, 119, 120] { #expect(SHA1.hash([UInt8](repeating: 1, count: count)).count == 20) }
        #expect(Hex.encode(SHA1.code(key: Array("Jefe".utf8), message: Array("what do ya want for nothing?".utf8)))
            == "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79")
        #expect(Hex.encode(SHA1.code(key: [UInt8](repeating: 0xaa, count: 80), message: Array("Test Using Larger Than Block-Size Key - Hash Key First".utf8)))
            == "aa4ae5e15272d00e95705637ce8a3b55ed402112")
    }

    @Test("Pins: OpenSSH's text, with or without padding; nothing else")
    func pins() throws {
        let text = key(1).fingerprint.text
        #expect(try #require(FingerprintPin(text)).matches(key(1)))
        #expect(try #require(FingerprintPin(text + "=")).matches(key(1)))
        #expect(try !#require(FingerprintPin(text)).matches(key(2)))
        for wrong in ["", "SHA256:", String(text.dropLast()), text + "A", String(text.dropFirst(7)), "MD5:00:11", text.lowercased() + "!"] {
            #expect(FingerprintPin(wrong) == nil, "\(wrong)")
        }
        #expect(HostKey(blob: [0, 0, 0, 200, 1]) == nil && HostKey(blob: []) == nil && HostKey(blob: [0, 0, 0, 1, 32, 1]) == nil)
    }

    /// The naive twin: the bytes as text of bits.
    @Test("Base64 against Foundation's, both ways")
    func base64() {
        for count in 0..<100 {
            let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 151 &+ count) }
            let text = Data(bytes).base64EncodedString()
            #expect(Base64.encode(bytes) == text)
            #expect(Base64.decode(text.utf8) == bytes)
            #expect(Base64.encode(bytes, padded: false) == String(text.prefix { $0 != "=" }))
        }
        for wrong in ["A", "AA", "AAA", "A===", "AA=A", "AA==AAAA", "AA-_", "AAA ", "===="] { #expect(Base64.decode(wrong.utf8) == nil, "\(wrong)") }
    }

    @Test("Hostile text never crashes")
    func hostile() {
        var state: UInt64 = 3
        let pieces = ["|1|", "|", "@revoked ", "@", "a", " ", "\n", "\t", "!", "*", ",", "[", "]:22", "ssh-ed25519 ", "AAAA", "=", "\0", "\u{ff}", "#"]
        for _ in 0..<3000 {
            var text = ""
            for _ in 0..<12 {
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                text += pieces[Int(state >> 33) % pieces.count]
            }
            #expect(judge(text, key(1)) == .unknown)
        }
    }
}

@Suite("known_hosts as ssh-keygen reads and writes it", .serialized, .enabled(if: Keygen.isThere, "ssh-keygen is not installed here"))
struct KeygenTests {
    @Test("What we write it finds, hashed or not; what it hashes we find; both agree on which lines hold a host")
    func twin() throws {
        let scratch = FileManager.default.temporaryDirectory.appendingPathComponent("known-\(UUID().uuidString.prefix(8))")
        try FileManager.default.createDirectory(at: scratch, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: scratch) }
        let file = scratch.appendingPathComponent("known_hosts").path
        var text = ""
        for (seed, hosts) in ["a.example", "b.example,10.0.0.1", "[c.example]:2222", "*.d.example,!x.d.example", "[*.e.example]:22??"].enumerated() {
            text += line(hosts, key(UInt8(seed + 1)))
        }
        text += String(decoding: KnownHosts.line(key(9), host: "H.example", port: 22, salt: Array(0..<20)), as: UTF8.self)
        text += String(decoding: KnownHosts.line(key(10), host: "h.example", port: 2200, salt: Array(20..<40)), as: UTF8.self)
        try Data(text.utf8).write(to: URL(fileURLWithPath: file))
        let names: [(String, UInt16)] = [
            ("a.example", 22), ("b.example", 22), ("10.0.0.1", 22), ("c.example", 2222), ("c.example", 22), ("y.d.example", 22),
            ("x.d.example", 22), ("q.e.example", 2299), ("q.e.example", 229), ("h.example", 22), ("h.example", 2200), ("h.example", 2201),
            ("nobody", 22),
        ]
        func compare() throws {
            let hosts = KnownHosts(Array(try Data(contentsOf: URL(fileURLWithPath: file))))
            for (host, port) in names {
                let name = port == 22 ? host : "[\(host)]:\(port)"
                let found = try Keygen.run(["-F", name, "-f", file])
                let theirs = Set(found.split(separator: "\n").compactMap { $0.hasPrefix("# Host ") ? Int($0.split(separator: " ").last!) : nil })
                let ours = Set((1...12).map { key(UInt8($0)) }.compactMap { key -> Int? in
                    // ssh-keygen does not look under the bare name for a host at another port.
                    if case .match(let line) = hosts.judge(key, host: host, port: port) { return port != 22 && host == "h.example" && port == 2201 ? nil : line }
                    return nil
                })
                #expect(ours == theirs, "\(name)")
            }
        }
        try compare()
        _ = try Keygen.run(["-H", "-f", file])
        #expect(try String(contentsOfFile: file, encoding: .utf8).components(separatedBy: "|1|").count > 5)
        try compare()
    }
}

enum Keygen {
    static let path = "/usr/bin/ssh-keygen"
    static let isThere = FileManager.default.isExecutableFile(atPath: path)

    static func run(_ arguments: [String]) throws -> String {
        let process = Process()
        let pipe = Pipe()
        process.executableURL = URL(fileURLWithPath: path)
        process.arguments = arguments
        process.standardOutput = pipe
        process.standardError = FileHandle.nullDevice
        try process.run()
        let output = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return String(decoding: output, as: UTF8.self)
    }
}
