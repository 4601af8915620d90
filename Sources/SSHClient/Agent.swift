internal import Dial
internal import EventLoop

/// A connection to ssh-agent: one question at a time, nothing blocks. What it holds open ends with it.
final class Agent {
    private let socket: Socket
    private var outgoing: ArraySlice<UInt8> = []
    private var incoming: [UInt8] = []
    private var then: ((Result<ArraySlice<UInt8>, AgentFailure>) -> Void)?

    init(path: [UInt8], on loop: EventLoop) throws(AgentFailure) {
        do throws(DialFailure) {
            socket = try Socket.unix(path, on: loop)
        } catch {
            throw .unavailable
        }
        socket.onReady = { [weak self] ready in
            if ready.contains(.write) { self?.write() }
            if ready.contains(.read) { self?.read() }
        }
    }

    deinit { socket.close() }

    /// Asks; the answer is one whole message with its length. An answer that never comes is the caller's deadline.
    func ask(_ message: [UInt8], then: @escaping (Result<ArraySlice<UInt8>, AgentFailure>) -> Void) {
        self.then = then
        outgoing = message[...]
        incoming = []
        socket.waits(for: [.read, .write])
    }

    private func write() {
        switch socket.write(outgoing) {
        case .bytes(let count):
            outgoing = outgoing.dropFirst(count)
            if outgoing.isEmpty { socket.waits(for: .read) }
        case .wouldBlock: break
        case .brokenPipe, .failed: finish(.failure(.unavailable))
        }
    }

    private func read() {
        var buffer = [UInt8](repeating: 0, count: 16 << 10)
        switch socket.read(into: &buffer) {
        case .bytes(let count): incoming += buffer[..<count]
        case .wouldBlock: return
        case .endOfFile, .failed: return finish(.failure(.unavailable))
        }
        do throws(AgentFailure) {
            if let length = try AgentMessage.length(incoming) { finish(.success(incoming[..<length])) }
        } catch {
            finish(.failure(error))
        }
    }

    /// No answer is awaited any more.
    func abandon() {
        socket.close()
        then = nil
    }

    private func finish(_ result: Result<ArraySlice<UInt8>, AgentFailure>) {
        socket.waits(for: [])
        let then = then
        self.then = nil
        then?(result)
    }
}
