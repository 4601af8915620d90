internal import EventLoop

/// One read buffer for all pipes of the program: it is filled and handed on within one call.
public final class ReadBuffer {
    var bytes = [UInt8](repeating: 0, count: 128 << 10)

    public init() {}
}

/// The reading end of a stream of a shell. Read all the time, so that nobody who writes to it ever waits for us.
final class OutputPipe {
    private let descriptor: Descriptor
    private let buffer: ReadBuffer
    private var watch: Watch?
    /// Takes what comes.
    var sink: ((ArraySlice<UInt8>) -> Void)?
    /// Nothing will come any more.
    private(set) var isAtEnd = false
    /// Called once, at the end.
    var onEnd: (() -> Void)?
    /// More than a pipe can hold (pipe(7), pipe-max-size): what was in it when draining began.
    private static let drainLimit = 2 << 20

    convenience init(_ descriptor: consuming Descriptor, loop: EventLoop, buffer: ReadBuffer) throws(SystemError) {
        try self.init(descriptor, buffer: buffer)
        try listen(on: loop)
    }

    /// One that is not read before `listen(on:)`.
    init(_ descriptor: consuming Descriptor, buffer: ReadBuffer) throws(SystemError) {
        try descriptor.setNonblocking()
        self.descriptor = descriptor
        self.buffer = buffer
    }

    func listen(on loop: EventLoop) throws(SystemError) {
        watch = try loop.watch(descriptor.rawValue, .read) { [weak self] _ in self?.readOnce() }
    }

    deinit { watch?.cancel() }

    /// Hands on what is in the pipe now. A writer that never stops is left after so many bytes.
    func drain() {
        var taken = 0
        while taken < Self.drainLimit, let count = readOnce() { taken += count }
    }

    func stop() {
        watch?.cancel()
        watch = nil
        sink = nil
        onEnd = nil
    }

    /// One read; `nil` when there is nothing now.
    @discardableResult
    private func readOnce() -> Int? {
        guard !isAtEnd, watch != nil else { return nil }
        switch descriptor.read(into: &buffer.bytes) {
        case .bytes(let count):
            sink?(buffer.bytes[..<count])
            return count
        case .wouldBlock:
            return nil
        case .endOfFile, .failed:
            isAtEnd = true
            watch?.cancel()
            onEnd?()
            return nil
        }
    }
}
