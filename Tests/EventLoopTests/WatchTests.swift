import EventLoop
import Foundation
import Testing

@Suite("Watches", .serialized)
struct WatchTests {
    @Test("A readable pipe is reported until it is read") func levelTriggered() throws {
        let loop = try EventLoop()
        let pair = try DescriptorPair.pipe()
        let reader = pair.first
        let writer = pair.second
        var calls = 0
        let number = reader.rawValue
        let watch = try loop.watch(number, .read) { ready in
            #expect(ready == .read)
            calls += 1
            if calls == 3 { #expect(readOnce(number) == [1, 2]) }
        }
        #expect(writer.write([1, 2]) == .bytes(2))
        try turn(loop) { calls == 3 }
        try loop.runOnce(timeout: .zero)
        #expect(calls == 3)
        watch.cancel()
        #expect(!watch.isActive)
        #expect(reader.rawValue == number)
    }

    @Test("A closed writer is the end of file, a closed reader a broken pipe") func hangups() throws {
        let loop = try EventLoop()
        let first = try DescriptorPair.pipe()
        let reader = first.first
        _ = consume first.second
        var buffer = [UInt8](repeating: 0, count: 8)
        var ready: Interest = []
        let readWatch = try loop.watch(reader.rawValue, .read) { ready = $0 }
        try turn(loop) { ready == .read }
        #expect(reader.read(into: &buffer) == .endOfFile)
        readWatch.cancel()

        let second = try DescriptorPair.pipe()
        let writer = second.second
        _ = consume second.first
        let writeWatch = try loop.watch(writer.rawValue, .write) { ready = $0 }
        try turn(loop) { ready == .write }
        #expect(writer.write([1]) == .brokenPipe)
        writeWatch.cancel()
    }

    @Test("A paused watch is silent, even for a hang-up, and resumes") func pause() throws {
        let loop = try EventLoop()
        let pair = try DescriptorPair.pipe()
        let reader = pair.first
        _ = consume pair.second
        var calls = 0
        let watch = try loop.watch(reader.rawValue, []) { _ in calls += 1 }
        for _ in 0..<5 { try loop.runOnce(timeout: .zero) }
        #expect(calls == 0)
        watch.interest = .read
        try turn(loop) { calls == 1 }
        watch.interest = []
        for _ in 0..<5 { try loop.runOnce(timeout: .zero) }
        #expect(calls == 1)
        watch.interest = [.read, .write]
        watch.interest = .read
        try turn(loop) { calls == 2 }
        watch.cancel()
        watch.interest = .write
        try loop.runOnce(timeout: .zero)
        #expect(calls == 2)
        #expect(reader.rawValue >= 0)
    }

    @Test("Cancelled by another handler of the same turn, a handler is not called") func cancelInTurn() throws {
        let loop = try EventLoop()
        let pairs = [try Sockets(), try Sockets(), try Sockets()]
        var watches: [Watch] = []
        var calls = 0
        for pair in pairs {
            pair.right.write([1])
            watches.append(
                try loop.watch(pair.left.number, .read) { _ in
                    calls += 1
                    for watch in watches { watch.cancel() }
                })
        }
        try turn(loop) { calls > 0 }
        for _ in 0..<3 { try loop.runOnce(timeout: .zero) }
        #expect(calls == 1)
    }

    @Test("An event of a closed descriptor does not reach the next owner of its number") func reuse() throws {
        let loop = try EventLoop()
        let old = try Sockets(), other = try Sockets()
        old.right.write([1])
        other.right.write([1])
        var stale = 0, fresh = 0, done = false
        var oldWatch: Watch?, newWatch: Watch?
        var replacement: Sockets?
        // The number is taken over by a silent socket in one step, which closes the old one: it is never free for
        // another test's descriptor.
        let number = old.left.number
        oldWatch = try loop.watch(number, .read) { _ in stale += 1 }
        let otherWatch = try loop.watch(other.left.number, .read) { _ in
            guard !done else { return }
            done = true
            oldWatch?.cancel()
            stale = 0
            replacement = try? Sockets()
            _ = dup2(replacement!.left.number, number)
            newWatch = try? loop.watch(number, .read) { _ in fresh += 1 }
        }
        try turn(loop) { done }
        otherWatch.cancel()
        for _ in 0..<3 { try loop.runOnce(timeout: .zero) }
        #expect(stale == 0)
        #expect(fresh == 0)
        replacement?.right.write([1])
        try turn(loop) { fresh > 0 }
        newWatch?.cancel()
    }

    @Test("Regular files are always ready") func files() throws {
        let loop = try EventLoop()
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("loop-\(UUID().uuidString)").path
        try Data("hello".utf8).write(to: URL(fileURLWithPath: path))
        defer { try? FileManager.default.removeItem(atPath: path) }
        let file = Descriptor(adopting: open(path, O_RDONLY | O_CLOEXEC))
        let number = file.rawValue
        var text: [UInt8] = [], ended = false
        var watch: Watch?
        watch = try loop.watch(number, .read) { _ in
            let bytes = readOnce(number, count: 2)
            text += bytes
            if bytes.isEmpty {
                ended = true
                watch?.cancel()
            }
        }
        watch?.interest = []
        try loop.runOnce(timeout: .zero)
        #expect(text.isEmpty)
        watch?.interest = .read
        try loop.run()
        #expect(ended)
        #expect(text == Array("hello".utf8))
        #expect(file.rawValue == number)
    }

    @Test("What cannot be watched is an error") func refusals() throws {
        let loop = try EventLoop()
        #expect(throws: SystemError(call: .epollControl, errno: EBADF)) { try loop.watch(1_000_000, .read) { _ in } }
        let sockets = try Sockets()
        try loop.watch(sockets.left.number, .read) { _ in }
        #expect(throws: SystemError(call: .epollControl, errno: EEXIST)) {
            try loop.watch(sockets.left.number, .read) { _ in }
        }
    }

    @Test("More ready descriptors than one turn takes are all served") func many() throws {
        let loop = try EventLoop()
        let pairs = try (0..<150).map { _ in try Sockets() }
        var seen = Set<Int32>()
        var watches: [Watch] = []
        for pair in pairs {
            pair.right.write([1])
            let number = pair.left.number
            watches.append(
                try loop.watch(number, .read) { _ in
                    _ = readOnce(number)
                    seen.insert(number)
                })
        }
        try turn(loop) { seen.count == 150 }
        for watch in watches { watch.cancel() }
    }
}

/// A descriptor in a class, so that it can be held in arrays and closures.
final class Held {
    let number: Int32

    init(_ descriptor: consuming Descriptor) { number = descriptor.take() }

    func write(_ bytes: [UInt8]) { _ = Foundation.write(number, bytes, bytes.count) }

    deinit { close(number) }
}

/// A pair of connected sockets.
final class Sockets {
    let left: Held
    let right: Held

    init() throws {
        let pair = try DescriptorPair.sockets()
        left = Held(pair.first)
        right = Held(pair.second)
    }
}
