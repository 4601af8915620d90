/// A channel of a jump host as a transport: what `ssh -J` does. Owns the jump host's connection, which ends with it.
final class JumpTransport: Transport {
    var onBytes: ((ArraySlice<UInt8>) -> Void)?
    var onRoom: (() -> Int)?
    var onEnd: (() -> Void)?
    var onWritable: (() -> Void)?
    private let connection: SSHConnection
    private let channel: SSHChannel
    /// What came while there was no room.
    private var waiting: ArraySlice<UInt8> = []
    private var hasEnded = false

    init(_ channel: SSHChannel, of connection: SSHConnection) {
        self.connection = connection
        self.channel = channel
        channel.onData = { [weak self] stream, bytes in if stream == .output { self?.came(bytes[...]) } }
        channel.onEnd = { [weak self] _ in self?.ended() }
        channel.onWritable = { [weak self] in self?.onWritable?() }
    }

    private func came(_ bytes: ArraySlice<UInt8>) {
        waiting += bytes
        handOver()
    }

    private func handOver() {
        while !waiting.isEmpty, let room = onRoom?(), room > 0 {
            let part = waiting.prefix(room)
            waiting = waiting.dropFirst(part.count)
            onBytes?(part)
        }
        channel.isPaused = !waiting.isEmpty
        if waiting.isEmpty, hasEnded { onEnd?() }
    }

    private func ended() {
        hasEnded = true
        if waiting.isEmpty { onEnd?() }
    }

    func resume() { if !waiting.isEmpty { handOver() } }

    func write(_ bytes: ArraySlice<UInt8>) -> Int {
        guard !hasEnded else { return bytes.count }
        let taken = channel.write(bytes)
        connection.flush()
        return taken
    }

    func waitNow(atMost limit: Duration) { connection.step(atMost: limit) }

    func close() {
        (onBytes, onRoom, onEnd, onWritable) = (nil, nil, nil, nil)
        channel.close()
        connection.close()
    }
}
