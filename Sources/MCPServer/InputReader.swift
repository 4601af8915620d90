import EventLoop

/// Reads the client's bytes in bounded pieces, and not at all while it is paused.
final class InputReader {
    private let descriptor: Descriptor
    private var watch: Watch?
    private var buffer = [UInt8](repeating: 0, count: 65_536)
    private let onBytes: (ArraySlice<UInt8>) -> Void
    private let onEnd: () -> Void

    /// - Parameter onEnd: called once, at the end of the input or when it cannot be read any more.
    init(
        adopting descriptor: consuming Descriptor, loop: EventLoop, onBytes: @escaping (ArraySlice<UInt8>) -> Void,
        onEnd: @escaping () -> Void
    ) throws(SystemError) {
        self.descriptor = descriptor
        self.onBytes = onBytes
        self.onEnd = onEnd
        let raw = self.descriptor.rawValue
        watch = try loop.watch(raw, .read) { [weak self] _ in self?.read() }
    }

    var isPaused = false {
        didSet {
            guard isPaused != oldValue else { return }
            watch?.interest = isPaused ? [] : .read
        }
    }

    /// One read a turn: readiness was announced, so it does not block, and other descriptors get their turn.
    private func read() {
        switch descriptor.read(into: &buffer) {
        case .bytes(let count): onBytes(buffer[..<count])
        case .wouldBlock: return
        case .endOfFile, .failed:
            close()
            onEnd()
        }
    }

    func close() {
        watch?.cancel()
        watch = nil
    }
}
