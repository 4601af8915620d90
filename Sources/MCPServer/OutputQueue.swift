import EventLoop

/// What is still to be written to the client, in order. Writes at once what the client takes, and waits with the rest.
final class OutputQueue {
    /// Called once, when nothing can be written any more.
    var onLost: (() -> Void)?
    /// Called when what waits has fallen below `lowMark` after it was above `highMark`.
    var onRelief: (() -> Void)?

    private let descriptor: Descriptor
    private let loop: EventLoop
    private var watch: Watch?
    private var blocks: [[UInt8]] = []
    private var firstOffset = 0
    private(set) var waiting = 0
    private var isLost = false
    private var wasCongested = false

    /// Above this many waiting bytes the client is not listened to any more.
    static let highMark = 8 << 20
    static let lowMark = 1 << 20

    init(adopting descriptor: consuming Descriptor, loop: EventLoop) throws(SystemError) {
        // A terminal may be shared with other programs, which do not expect it to be non-blocking.
        if !descriptor.isTerminal { try descriptor.setNonblocking() }
        self.descriptor = descriptor
        self.loop = loop
    }

    var isCongested: Bool { waiting > Self.highMark }

    /// Queues whole lines. Nothing is written before `flush`, so that what belongs to one turn goes out together.
    func append(_ bytes: [UInt8]) {
        guard !isLost else { return }
        blocks.append(bytes)
        waiting += bytes.count
        if isCongested { wasCongested = true }
    }

    /// Writes what the client takes now.
    func flush() {
        while !isLost, let first = blocks.first {
            // Small answers that wait together go out in one write.
            if blocks.count > 1, first.count - firstOffset < 65_536 { gather() }
            switch descriptor.write(blocks[0][firstOffset...]) {
            case .bytes(let count): drop(count)
            case .wouldBlock: return awaitRoom()
            case .brokenPipe, .failed: return lose()
            }
        }
        watch?.interest = []
    }

    private func gather() {
        var joined = Array(blocks[0][firstOffset...])
        var taken = 1
        while taken < blocks.count, joined.count < 65_536 {
            joined += blocks[taken]
            taken += 1
        }
        blocks.replaceSubrange(0..<taken, with: [joined])
        firstOffset = 0
    }

    private func drop(_ count: Int) {
        waiting -= count
        firstOffset += count
        if firstOffset == blocks[0].count {
            blocks.removeFirst()
            firstOffset = 0
        }
        if wasCongested, waiting < Self.lowMark {
            wasCongested = false
            onRelief?()
        }
    }

    private func awaitRoom() {
        if let watch {
            watch.interest = .write
            return
        }
        do {
            watch = try loop.watch(descriptor.rawValue, .write) { [weak self] _ in self?.flush() }
        } catch {
            lose()
        }
    }

    private func lose() {
        isLost = true
        blocks = []
        waiting = 0
        watch?.cancel()
        watch = nil
        let onLost = onLost
        self.onLost = nil
        onLost?()
    }

    /// Stops watching; what still waits is not written.
    func close() {
        watch?.cancel()
        watch = nil
    }
}
