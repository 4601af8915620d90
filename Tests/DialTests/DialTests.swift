import EventLoop
import Foundation
import Testing

@testable import Dial

struct Timeout: Error {}
struct Missing: Error {}

private func turn(_ loop: EventLoop, until condition: () -> Bool) throws {
    let deadline = loop.now + .seconds(120)
    while !condition() {
        guard loop.now < deadline else { throw Timeout() }
        try loop.runOnce(timeout: .milliseconds(50))
    }
}

/// A socket of the loopback address: a listener, or a name server.
private final class Bound {
    let descriptor: Int32
    let port: UInt16

    init(_ kind: __socket_type, address text: String = "127.0.0.1", port wanted: UInt16 = 0, backlog: Int32? = 16) throws {
        descriptor = socket(AF_INET, Int32(kind.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = wanted.bigEndian
        inet_pton(AF_INET, text, &address.sin_addr)
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isBound = withUnsafeMutablePointer(to: &address) { [descriptor] in
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, length) == 0 && getsockname(descriptor, $0, &length) == 0
            }
        }
        guard isBound else { throw Missing() }
        if let backlog, kind == SOCK_STREAM { guard listen(descriptor, backlog) == 0 else { throw Missing() } }
        port = UInt16(bigEndian: address.sin_port)
    }

    deinit { close(descriptor) }
}

/// Answers questions of the DNS from a table; a name that is not in it is answered with `code`.
private final class NameServer {
    let bound: Bound
    let watch: Watch
    private(set) var questions = 0

    init(_ table: [String: [String]], code: UInt8 = 3, on loop: EventLoop) throws {
        let bound = try Bound(SOCK_DGRAM)
        self.bound = bound
        var count = { }
        watch = try loop.watch(bound.descriptor, .read) { _ in
            count()
            var buffer = [UInt8](repeating: 0, count: 600)
            var peer = sockaddr_storage()
            var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
            let got = withUnsafeMutablePointer(to: &peer) {
                $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { recvfrom(bound.descriptor, &buffer, 600, 0, $0, &length) }
            }
            guard got > 12 else { return }
            let answer = Self.answer(Array(buffer[..<got]), table, code)
            _ = withUnsafePointer(to: &peer) {
                $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { sendto(bound.descriptor, answer, answer.count, 0, $0, length) }
            }
        }
        count = { [weak self] in self?.questions += 1 }
    }

    deinit { watch.cancel() }

    private static func answer(_ question: [UInt8], _ table: [String: [String]], _ code: UInt8) -> [UInt8] {
        var at = 12
        var labels: [String] = []
        while question[at] != 0 {
            let count = Int(question[at])
            labels.append(String(decoding: question[(at + 1)...(at + count)], as: UTF8.self))
            at += count + 1
        }
        let isAddress4 = question[at + 2] == 1
        let known = table[labels.joined(separator: ".").lowercased()]
        let found = isAddress4 ? known ?? [] : []
        var answer = Array(question[..<2]) + [0x81, known == nil ? 0x80 | code : 0x80, 0, 1, 0, UInt8(found.count), 0, 0, 0, 0]
        answer += question[12..<(at + 5)]
        for address in found {
            answer += [0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4] + address.split(separator: ".").map { UInt8($0)! }
        }
        return answer
    }
}

@Suite("Dialling", .serialized)
struct DialTests {
    private func dial(
        _ host: String, _ port: UInt16, _ loop: EventLoop, servers: String? = nil, within: Duration = .seconds(60)
    ) throws -> Result<Socket, DialFailure> {
        var result: Result<Socket, DialFailure>?
        let dialing = Dialing(host: host, port: port, on: loop, deadline: loop.now + within, servers: servers) { result = $0 }
        try turn(loop) { result != nil }
        withExtendedLifetime(dialing) {}
        return result!
    }

    @Test("Numbers and names of /etc/hosts need no name server; bytes go both ways", arguments: ["127.0.0.1", "localhost"])
    func withoutServer(_ host: String) throws {
        let loop = try EventLoop()
        let listener = try Bound(SOCK_STREAM)
        let socket = try dial(host, listener.port, loop, servers: "127.0.0.1:1").get()
        let peer = accept(listener.descriptor, nil, nil)
        defer { close(peer) }
        #expect(socket.write([1, 2, 3]) == .bytes(3))
        var buffer = [UInt8](repeating: 0, count: 8)
        #expect(read(peer, &buffer, 8) == 3)
        #expect(write(peer, buffer, 2) == 2)
        var isReady = false
        socket.onReady = { _ in isReady = true }
        socket.waits(for: .read)
        try turn(loop) { isReady }
        #expect(socket.read(into: &buffer) == .bytes(2))
        socket.close()
        #expect(socket.write([1]) == .brokenPipe && socket.read(into: &buffer) == .endOfFile)
    }

    @Test("A name server is asked; all addresses are tried in turn until one answers")
    func names() throws {
        let loop = try EventLoop()
        let listener = try Bound(SOCK_STREAM, address: "127.0.0.3")
        let server = try NameServer(["three.test": ["127.0.0.1", "127.0.0.2", "127.0.0.3"], "one.test": ["127.0.0.1"]], on: loop)
        let servers = "127.0.0.1:\(server.bound.port)"
        try dial("three.test", listener.port, loop, servers: servers).get().close()
        #expect(server.questions >= 1)
        guard case .failure(.refused) = try dial("one.test", listener.port, loop, servers: servers) else { throw Missing() }
        guard case .failure(.noSuchName) = try dial("none.test", listener.port, loop, servers: servers) else { throw Missing() }
    }

    @Test("No server, one that refuses to answer, one that is mute, and names that cannot be: each is told in time")
    func noAnswer() throws {
        let loop = try EventLoop()
        guard case .failure(.noNameServer) = try dial("a.test", 1, loop, servers: "127.0.0.1:1") else { throw Missing() }
        let refusing = try NameServer([:], code: 5, on: loop)
        guard case .failure(.noNameServer) = try dial("a.test", 1, loop, servers: "127.0.0.1:\(refusing.bound.port)") else { throw Missing() }
        let mute = try Bound(SOCK_DGRAM)
        guard case .failure(.timedOut) = try dial("a.test", 1, loop, servers: "127.0.0.1:\(mute.port)", within: .seconds(1)) else { throw Missing() }
        for name in ["", "a\0b", "a..b", String(repeating: "x", count: 300), "-.!"] {
            guard case .failure = try dial(name, 1, loop, servers: "127.0.0.1:1") else { throw Missing() }
        }
    }

    @Test("Refused, and a black hole: the time is divided, so that a living address behind a dead one has its turn")
    func deadAddresses() throws {
        let loop = try EventLoop()
        let closed = try Bound(SOCK_STREAM, backlog: nil)
        guard case .failure(.refused) = try dial("127.0.0.1", closed.port, loop) else { throw Missing() }
        // A listener whose queue is full swallows what comes, as a filter does.
        let hole = try Bound(SOCK_STREAM, backlog: 0)
        var fillers: [Int32] = []
        defer { for filler in fillers { close(filler) } }
        for _ in 0..<4 {
            let filler = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue), 0)
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_port = hole.port.bigEndian
            address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
            _ = withUnsafePointer(to: &address) {
                $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { connect(filler, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) }
            }
            fillers.append(filler)
        }
        let start = loop.now
        guard case .failure(.timedOut) = try dial("127.0.0.1", hole.port, loop, within: .seconds(2)) else { throw Missing() }
        #expect(loop.now - start >= .seconds(2))
        let living = try Bound(SOCK_STREAM, address: "127.0.0.2", port: hole.port)
        let server = try NameServer(["both.test": ["127.0.0.1", "127.0.0.2"]], on: loop)
        try dial("both.test", living.port, loop, servers: "127.0.0.1:\(server.bound.port)", within: .seconds(6)).get().close()
    }

    @Test("Cancelled at any turn, nothing is called and no descriptor stays")
    func cancelling() throws {
        let loop = try EventLoop()
        let listener = try Bound(SOCK_STREAM)
        let server = try NameServer(["one.test": ["127.0.0.1"]], on: loop)
        func descriptors() throws -> Int { try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count }
        let before = try descriptors()
        for turns in 0..<12 {
            var isCalled = false
            let dialing = Dialing(
                host: "one.test", port: listener.port, on: loop, deadline: loop.now + .seconds(60),
                servers: "127.0.0.1:\(server.bound.port)"
            ) { _ in isCalled = true }
            for _ in 0..<turns where !isCalled { try loop.runOnce(timeout: .milliseconds(5)) }
            let was = isCalled
            dialing.cancel()
            for _ in 0..<3 { try loop.runOnce(timeout: .milliseconds(2)) }
            #expect(isCalled == was)
        }
        #expect(try descriptors() == before)
    }

    @Test("A Unix socket is connected at once or not at all")
    func unix() throws {
        let loop = try EventLoop()
        #expect(throws: DialFailure.badPath) { try Socket.unix([], on: loop) }
        #expect(throws: DialFailure.badPath) { try Socket.unix([0x2f, 0, 0x61], on: loop) }
        #expect(throws: DialFailure.badPath) { try Socket.unix([UInt8](repeating: 0x61, count: 108), on: loop) }
        #expect(throws: DialFailure.system(2)) { try Socket.unix(Array("/nonexistent/socket".utf8), on: loop) }
    }
}
