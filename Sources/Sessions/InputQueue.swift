internal import EventLoop

/// Bytes on their way to a descriptor that may take them slowly.
final class InputQueue {
    private var descriptor: Descriptor?
    private let loop: EventLoop
    private var watch: Watch?
    private var pending: [UInt8] = []
    private var offset = 0
    private var endsBehind = false

    init(_ descriptor: consuming Descriptor, loop: EventLoop) throws(SystemError) {
        try descriptor.setNonblocking()
        self.descriptor = consume descriptor
        self.loop = loop
    }

    deinit { watch?.cancel() }

    /// Whether bytes can still be given.
    var isOpen: Bool { !isClosed && !endsBehind }
    private var isClosed = false
    var count: Int { pending.count - offset }

    func write(_ bytes: [UInt8]) {
        guard isOpen else { return }
        if offset == pending.count {
            pending = bytes
            offset = 0
        } else {
            pending += bytes
        }
        flush()
    }

    /// Closes behind what was written.
    func end() {
        endsBehind = true
        flush()
    }

    /// Closes now.
    func close() {
        watch?.cancel()
        watch = nil
        pending = []
        offset = 0
        isClosed = true
        descriptor = nil
    }

    private func flush() {
        while offset < pending.count, !isClosed {
            switch descriptor.write(pending[offset...]) {
            case .bytes(let count): offset += count
            case .wouldBlock: return waitForRoom()
            case .brokenPipe, .failed: return close()
            }
        }
        if isClosed { return }
        pending = []
        offset = 0
        watch?.cancel()
        watch = nil
        if endsBehind { close() }
    }

    private func waitForRoom() {
        guard watch == nil else { return }
        watch = descriptor.watch(in: loop) { [weak self] in self?.flush() }
    }
}

extension Optional where Wrapped == Descriptor {
    fileprivate borrowing func write(_ bytes: ArraySlice<UInt8>) -> WriteOutcome {
        switch self {
        case .some(let descriptor): descriptor.write(bytes)
        case .none: .brokenPipe
        }
    }

    fileprivate borrowing func watch(in loop: EventLoop, _ body: @escaping () -> Void) -> Watch? {
        switch self {
        case .some(let descriptor): try? loop.watch(descriptor.rawValue, .write) { _ in body() }
        case .none: nil
        }
    }
}
