import EventLoop
import Foundation
import SSHTestServer
import Testing

@testable import SSHClient

@Suite("Hostile servers", .serialized)
struct HostileTests {
    private func target(_ port: UInt16, timeout: Duration = .seconds(90)) -> SSHTarget {
        SSHTarget(
            host: "127.0.0.1", port: port, user: "ann", trust: .any, knownHosts: nil, credentials: [], connectTimeout: timeout)
    }

    private func outcome(_ bytes: [UInt8], _ then: FakeServer.Then, timeout: Duration = .seconds(90)) throws -> (SSHFailure?, Int) {
        let server = try FakeServer(bytes, then)
        let loop = try EventLoop()
        var result: Result<SSHConnection, SSHFailure>?
        SSHConnection.connect(target(server.listener.port, timeout: timeout), on: loop) { result = $0 }
        let deadline = loop.now + .seconds(120)
        while result == nil, loop.now < deadline {
            server.turn()
            try loop.runOnce(timeout: .milliseconds(1))
        }
        if case .failure(let failure) = result { return (failure, server.sent) }
        return (nil, server.sent)
    }

    @Test("A flood without a banner ends after 64 KiB: text, one endless line, zeros")
    func floods() throws {
        for line in [Array("welcome\n".utf8), Array("x".utf8), [0]] as [[UInt8]] {
            let block = Array(repeatElement(line, count: 65_536 / line.count).joined())
            let (failure, sent) = try outcome(block, .again)
            guard case .notSSH(let bytes) = failure else { throw Missing("\(String(describing: failure))") }
            #expect(bytes <= 256 << 10 && sent < 16 << 20)
        }
    }

    @Test("A flood behind a banner ends: packets that nobody asked for, garbage, a length of all bits")
    func behindBanner() throws {
        let banner = Array("SSH-2.0-x\r\n".utf8)
        // SSH_MSG_IGNORE in the clear: length, padding, type, an empty string, padding.
        let ignore: [UInt8] = [0, 0, 0, 12, 6, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]
        let failure = try outcome(banner + Array(repeatElement(ignore, count: 8192).joined()), .again).0
        #expect(failure != nil && failure != .timedOut(.handshake))
        for garbage in [[UInt8](repeating: 0xff, count: 4096), (0..<4096).map { UInt8(truncatingIfNeeded: $0 &* 37) }] {
            let failure = try outcome(banner + garbage, .end).0
            #expect(failure != nil && failure != .timedOut(.handshake))
        }
    }

    @Test("Another protocol, an end at once, silence, half a banner: each has its answer in time")
    func others() throws {
        let page = Array("HTTP/1.1 400 Bad Request\r\n\r\n".utf8)
        #expect(try outcome(page, .end).0 == .notSSH(bytes: page.count))
        #expect(try outcome([], .end).0 == .closedByServer(.handshake))
        #expect(try outcome([], .silence, timeout: .seconds(2)).0 == .timedOut(.handshake))
        #expect(try outcome(Array("SSH-2.0-".utf8), .silence, timeout: .seconds(2)).0 == .timedOut(.handshake))
        guard case .some = try outcome(Array("SSH-1.5-old\n".utf8), .silence, timeout: .seconds(2)).0 else { throw Missing("a failure") }
    }

    @Test("Random cuts and flips of a real server's first bytes never crash and always end", .enabled(if: Sshd.isMissing == nil, "sshd is not installed here"))
    func mutations() throws {
        let server = try Sshd()
        let recorded = try firstBytes(server.port)
        #expect(recorded.count > 500)
        var generator = SeededGenerator(state: 11)
        for _ in 0..<60 {
            var bytes = recorded
            for _ in 0..<Int.random(in: 1...8, using: &generator) {
                bytes[Int.random(in: 8..<bytes.count, using: &generator)] = UInt8.random(in: 0...255, using: &generator)
            }
            if Bool.random(using: &generator) { bytes.removeLast(Int.random(in: 0..<bytes.count, using: &generator)) }
            #expect(try outcome(bytes, .end).0 != nil)
        }
    }

    /// The banner and the lists of algorithms of a server.
    private func firstBytes(_ port: UInt16) throws -> [UInt8] {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        let isConnected = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Glibc.connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
        guard isConnected else { throw Missing("a connection") }
        let hello = Array("SSH-2.0-x\r\n".utf8)
        _ = write(descriptor, hello, hello.count)
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 4096)
        while bytes.count < 700 {
            let count = read(descriptor, &buffer, buffer.count)
            guard count > 0 else { break }
            bytes += buffer[..<count]
        }
        return bytes
    }
}
