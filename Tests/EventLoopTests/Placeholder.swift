import Testing
import EventLoop

@Suite("Event loop") struct LoopBasics {
    @Test("A pipe is reported and read") func pipe() throws {
        let loop = try EventLoop()
        let pair = try DescriptorPair.pipe()
        let reader = pair.first
        let writer = pair.second
        try reader.setNonblocking()
        var seen: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 16)
        let raw = reader.rawValue
        let watch = try loop.watch(raw, .read) { _ in
            let d = Descriptor(adopting: raw)
            if case .bytes(let n) = d.read(into: &buffer) { seen += buffer[..<n] }
            _ = d.take()
            loop.stop()
        }
        #expect(writer.write([1, 2]) == .bytes(2))
        try loop.run()
        watch.cancel()
        #expect(seen == [1, 2])
        _ = consume reader
    }
}
