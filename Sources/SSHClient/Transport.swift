internal import Dial
internal import EventLoop

/// A way for bytes to and from a server: a socket, or a channel of another connection.
protocol Transport: AnyObject {
    /// Told what there is to read, at most as much as `onRoom` said.
    var onBytes: ((ArraySlice<UInt8>) -> Void)? { get set }
    /// How many bytes can be taken now.
    var onRoom: (() -> Int)? { get set }
    /// Told once that nothing will come any more.
    var onEnd: (() -> Void)? { get set }
    /// Told that more can be written, after a write that took less than was offered.
    var onWritable: (() -> Void)? { get set }
    /// How many bytes were taken.
    func write(_ bytes: ArraySlice<UInt8>) -> Int
    /// Whether there may be room again after there was none.
    func resume()
    /// Waits for something to do, without the loop, and does it.
    func waitNow(atMost limit: Duration)
    func close()
}

/// A connected socket as a transport.
final class SocketTransport: Transport {
    var onBytes: ((ArraySlice<UInt8>) -> Void)?
    var onRoom: (() -> Int)?
    var onEnd: (() -> Void)?
    var onWritable: (() -> Void)?
    private let socket: Socket
    private var isWaitingToWrite = false
    private var isReading = true
    private var hasEnded = false

    init(_ socket: Socket) {
        self.socket = socket
        socket.onReady = { [weak self] ready in
            if ready.contains(.write) { self?.writable() }
            if ready.contains(.read) { self?.read() }
        }
        updateInterest()
    }

    private func updateInterest() {
        var interest: Interest = isReading && !hasEnded ? .read : []
        if isWaitingToWrite { interest.insert(.write) }
        socket.waits(for: interest)
    }

    private func read() {
        let room = min(onRoom?() ?? 0, 64 << 10)
        guard room > 0 else {
            isReading = false
            return updateInterest()
        }
        var buffer = [UInt8](repeating: 0, count: room)
        switch socket.read(into: &buffer) {
        case .bytes(let count): onBytes?(buffer[..<count])
        case .wouldBlock: break
        case .endOfFile, .failed: end()
        }
    }

    private func end() {
        hasEnded = true
        isWaitingToWrite = false
        updateInterest()
        onEnd?()
    }

    private func writable() {
        isWaitingToWrite = false
        updateInterest()
        onWritable?()
    }

    func resume() {
        guard !isReading else { return }
        isReading = true
        updateInterest()
    }

    func write(_ bytes: ArraySlice<UInt8>) -> Int {
        guard !hasEnded else { return bytes.count }
        switch socket.write(bytes) {
        case .bytes(let count):
            if count < bytes.count { waitToWrite() }
            return count
        case .wouldBlock:
            waitToWrite()
            return 0
        case .brokenPipe, .failed:
            // What came before may still be read; reading then tells the end.
            return bytes.count
        }
    }

    private func waitToWrite() {
        isWaitingToWrite = true
        updateInterest()
    }

    func waitNow(atMost limit: Duration) { socket.waitNow(atMost: limit) }

    func close() {
        (onBytes, onRoom, onEnd, onWritable) = (nil, nil, nil, nil)
        socket.close()
    }
}
