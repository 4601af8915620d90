import EventLoop
import Foundation
import Testing

@Suite("Descriptors", .serialized)
struct DescriptorTests {
    @Test("Reads and writes tell bytes, would-block and the end apart") func outcomes() throws {
        let pair = try DescriptorPair.pipe()
        let reader = pair.first
        let writer = pair.second
        try reader.setNonblocking()
        try writer.setNonblocking()
        var buffer = [UInt8](repeating: 9, count: 4)
        #expect(reader.read(into: &buffer) == .wouldBlock)
        #expect(writer.write([]) == .bytes(0))
        #expect(writer.write([1, 2, 3, 4][1...2]) == .bytes(2))
        #expect(reader.read(into: &buffer, at: 2) == .bytes(2))
        #expect(buffer == [9, 9, 2, 3])
        let block = [UInt8](repeating: 0, count: 1 << 20)
        guard case .bytes(let taken) = writer.write(block), taken < block.count else {
            Issue.record("a pipe took a megabyte")
            return
        }
        #expect(writer.write(block) == .wouldBlock)
        try writer.setNonblocking(false)
        #expect(fcntl(writer.rawValue, F_GETFL) & O_NONBLOCK == 0)
        _ = consume writer
    }

    @Test("A descriptor of the wrong kind fails with its error") func failed() throws {
        let pair = try DescriptorPair.pipe()
        let reader = pair.first
        let writer = pair.second
        var buffer = [UInt8](repeating: 0, count: 4)
        #expect(writer.read(into: &buffer) == .failed(EBADF))
        #expect(reader.write([1]) == .failed(EBADF))
    }

    @Test("An owner closes its descriptor once, unless it gave it away") func ownership() throws {
        _ = try EventLoop()  // Ignores SIGPIPE.
        let pair = try DescriptorPair.sockets()
        let peer = pair.second
        let duplicate = try pair.first.duplicate(above: 100)
        #expect(duplicate.rawValue >= 100)
        #expect(fcntl(duplicate.rawValue, F_GETFD) == FD_CLOEXEC)
        #expect(peer.write([7]) == .bytes(1))
        let number = duplicate.take()
        #expect(readOnce(number) == [7])
        close(number)
        _ = consume pair.first
        #expect(peer.write([7]) == .brokenPipe)
    }

    @Test("The writing side of a socket can be ended alone") func shutdown() throws {
        let pair = try DescriptorPair.sockets()
        let left = pair.first
        let right = pair.second
        try left.shutdownWrite()
        var buffer = [UInt8](repeating: 0, count: 4)
        #expect(right.read(into: &buffer) == .endOfFile)
        #expect(right.write([1]) == .bytes(1))
        #expect(left.read(into: &buffer) == .bytes(1))
        let isTerminal = left.isTerminal
        #expect(!isTerminal)
    }

    @Test("A memory file grows at its end and is read anywhere") func memoryFile() throws {
        var file = try MemoryFile()
        var model: [UInt8] = []
        var generator = SeededGenerator(state: 11)
        for _ in 0..<100 {
            let part = (0..<Int.random(in: 0..<3000, using: &generator)).map { _ in UInt8(truncatingIfNeeded: generator.next()) }
            try file.append(part[...])
            model += part
            let offset = Int.random(in: 0...model.count + 10, using: &generator)
            let length = Int.random(in: 0..<5000, using: &generator)
            let end = min(model.count, offset + length)
            #expect(try file.bytes(at: offset, length: length) == (offset < end ? Array(model[offset..<end]) : []))
        }
        #expect(file.count == model.count)
        #expect(try MemoryFile.size(of: file.descriptor) == model.count)
        try file.removeAll()
        #expect(try file.bytes(at: 0, length: 10) == [])
        #expect(try MemoryFile.size(of: file.descriptor) == 0)
    }

    @Test("A sealed file is read from its start, and nobody can change it or open it to write")
    func sealed() throws {
        struct Refused: Error {}
        let file = try SealedFile { number in
            guard write(number, "content", 7) == 7 else { throw Refused() }
        }
        let number = file.descriptor.rawValue
        var buffer = [UInt8](repeating: 0, count: 16)
        #expect(file.descriptor.read(into: &buffer) == .bytes(7))
        #expect(buffer.prefix(7) == Array("content".utf8)[...])
        #expect(pwrite(number, "x", 1, 0) == -1)
        #expect(ftruncate(number, 0) == -1 && ftruncate(number, 100) == -1)
        #expect(fcntl(number, 1033, 1) == -1)
        var info = stat()
        #expect(fstat(number, &info) == 0 && info.st_mode & 0o777 == 0o400)
        let again = open("/proc/self/fd/\(number)", O_RDONLY)
        #expect(read(again, &buffer, 16) == 7)
        close(again)
        #expect(throws: SealedFileError<Refused>.self) {
            _ = try SealedFile { (_) throws(Refused) in throw Refused() }.descriptor.rawValue
        }
    }

    @Test("Random bytes fill the whole buffer") func random() throws {
        #expect(try SystemRandom.bytes(0) == [])
        let some = try SystemRandom.bytes(4096)
        #expect(some.count == 4096)
        // 4096 bytes of a good source miss a given value with a chance of 1 in 10^7 and none misses 200 of them.
        #expect(Set(some).count > 56)
        #expect(try SystemRandom.bytes(16) != SystemRandom.bytes(16))
    }

    @Test("Signals come as events and end with the source") func signals() throws {
        let loop = try EventLoop()
        var seen: [Int32] = []
        // SIGWINCH and SIGURG are ignored by default: the test run survives even one that is missed.
        let source = try SignalSource([SIGWINCH, SIGURG], on: loop) { seen.append($0) }
        raise(SIGWINCH)
        try turn(loop) { seen == [SIGWINCH] }
        raise(SIGURG)
        try turn(loop) { seen == [SIGWINCH, SIGURG] }
        source.cancel()
        source.cancel()
        var mask = sigset_t()
        pthread_sigmask(SIG_BLOCK, nil, &mask)
        #expect(sigismember(&mask, SIGWINCH) == 0)
    }
}
