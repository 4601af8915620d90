import EventLoop
import Foundation
import SecretMemory
import SSHTestServer
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

    @Test("A flood of packets that nobody asked for ends the connection before it takes memory")
    func flood() throws {
        let loop = try EventLoop()
        let server = try Paramiko("flood")
        let connection = try connect(try server.target([.password(try secret("correct horse"))]), on: loop).get()
        func resident() throws -> Int {
            let fields = try String(contentsOfFile: "/proc/self/statm", encoding: .utf8).split(separator: " ")
            return Int(fields[1])! * Int(getpagesize())
        }
        let before = try resident()
        #expect(try connection.run("flood", on: loop).end == .lost(.flood(.session)))
        #expect(try resident() - before < 64 << 20)
    }

    @Test("Nothing of a password or a passphrase is left in this process, whether it was refused or taken")
    func noTrace() throws {
        let loop = try EventLoop()
        for mode in ["any", "any-interactive", "password"] {
            let server = try Paramiko(mode)
            let mask = (0..<24).map { _ in UInt8.random(in: 33...126) }
            func made() throws -> SSHSecret {
                var buffer = try SecretBuffer()
                // Never 0 and never in one piece outside of secret memory.
                for byte in mask { try buffer.append(byte ^ 0x15) }
                return SSHSecret(try buffer.take())
            }
            func log() throws {
                var result: Result<SSHConnection, SSHFailure>?
                SSHConnection.connect(try server.target([.password(try made())]), on: loop) { result = $0 }
                try turn(loop) { result != nil }
                if case .success(let connection) = result { connection.close() }
                #expect((try? result?.get()) != nil || mode == "password")
            }
            try log()
            try turn(loop, atMost: .seconds(1)) { true }
            let left = try traces { $0 ^ 0x15 } (mask)
            #expect(left == 0, "\(mode)")
        }
        // The search finds what is there.
        let mask = (0..<24).map { _ in UInt8.random(in: 33...126) }
        let open = mask.map { $0 ^ 0x15 }
        let found = try traces { $0 ^ 0x15 } (mask)
        withExtendedLifetime(open) { #expect(found > 0) }
    }

    /// How often the bytes that `decode` makes of a mask stand in the memory of this process.
    private func traces(_ decode: @escaping (UInt8) -> UInt8) -> ([UInt8]) throws -> Int {
        { mask in
            let memory = Glibc.open("/proc/self/mem", O_RDONLY | O_CLOEXEC)
            defer { close(memory) }
            var count = 0
            let size = 1 << 20
            let buffer = UnsafeMutableRawPointer.allocate(byteCount: size, alignment: 16)
            defer { buffer.deallocate() }
            let own = UInt(bitPattern: buffer)..<(UInt(bitPattern: buffer) + UInt(size))
            for line in try String(contentsOfFile: "/proc/self/maps", encoding: .utf8).split(separator: "\n") {
                let fields = line.split(separator: " ")
                // What is mapped from a file and cannot be written holds no secret.
                guard fields[1].hasPrefix("rw"), !line.hasSuffix("[vvar]") else { continue }
                let ends = fields[0].split(separator: "-").map { UInt($0, radix: 16)! }
                var at = ends[0]
                while at < ends[1] {
                    let wanted = min(size, Int(ends[1] - at))
                    let got = pread(memory, buffer, wanted, off_t(at))
                    guard got > mask.count else { break }
                    var start = buffer
                    let end = buffer + got - mask.count
                    while start <= end, let hit = memchr(start, Int32(decode(mask[0])), end - start + 1) {
                        let bytes = hit.assumingMemoryBound(to: UInt8.self)
                        if mask.indices.allSatisfy({ bytes[$0] == decode(mask[$0]) }), !own.contains(at + UInt(bitPattern: hit - buffer)) {
                            count += 1
                        }
                        start = hit + 1
                    }
                    at += UInt(got == wanted && wanted == size ? got - mask.count : got)
                }
            }
            return count
        }
    }
}
