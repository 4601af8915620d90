internal import EventLoop
internal import KeeperProtocol
internal import Spawn

/// One running keeper: its process, and the socket on which it is talked to.
final class KeeperLink {
    private let loop: EventLoop
    private let spawner: Spawner
    private let child: Child
    private let socket: Descriptor
    private var watch: Watch?
    private var exitWatch: Watch?
    private var reader = KeeperFrameReader()
    private var arriving: ArrivingValues?
    private var buffer = [UInt8](repeating: 0, count: 64 << 10)
    private var unsent: [UInt8] = []
    private var sent = 0
    private var ending: TreeEnding?
    private var nextStep: Timer?
    /// Called with each answer; values belong to an answer `opened`.
    var onReply: ((KeeperReply, OpenedValues?) -> Void)?
    /// Called once, when nothing more can come.
    var onFailure: ((KeeperFailure) -> Void)?
    /// Called once nothing of its process is left.
    var onGone: (() -> Void)?

    /// More than any number of sensible requests; a keeper that reads nothing fills it.
    static let mostUnsent = 32 << 20

    init(_ program: KeeperProgram, loop: EventLoop, spawner: Spawner) throws(KeeperFailure) {
        self.loop = loop
        self.spawner = spawner
        do {
            let pair = try DescriptorPair.sockets()
            try pair.first.setNonblocking()
            socket = pair.first
            child = try program.start(spawner, socket: pair.second.rawValue)
            watch = try loop.watch(socket.rawValue, .read) { [unowned self] ready in serve(ready) }
            exitWatch = try loop.watch(child.pidDescriptor, .read) { [unowned self] _ in childEnded() }
        } catch let error as KeeperFailure {
            throw error
        } catch let error as SystemError {
            throw .system(errno: error.errno)
        } catch {
            throw .system(errno: 0)
        }
    }

    deinit {
        watch?.cancel()
        exitWatch?.cancel()
    }

    // MARK: To the keeper

    /// - Returns: false when too much waits to be sent already.
    func send(_ frame: [UInt8]) -> Bool {
        guard unsent.count - sent + frame.count <= Self.mostUnsent else { return false }
        unsent += frame
        flush()
        return true
    }

    private func flush() {
        while sent < unsent.count {
            switch socket.write(unsent[sent...]) {
            case .bytes(let count): sent += count
            case .wouldBlock:
                watch?.interest = [.read, .write]
                return
            // The end is told by the reading side, behind what was said before it.
            case .brokenPipe, .failed: sent = unsent.count
            }
        }
        (unsent, sent) = ([], 0)
        watch?.interest = .read
    }

    // MARK: From the keeper

    private func serve(_ ready: Interest) {
        if ready.contains(.write) { flush() }
        guard ready.contains(.read) else { return }
        // Bounded, so that a keeper that never stops talking does not starve the others of the loop.
        for _ in 0..<64 where watch != nil {
            guard receive() else { return }
        }
    }

    /// One read; false when there is nothing more to do now.
    private func receive() -> Bool {
        if let arriving { return receive(arriving) }
        let room = min(reader.wanted, buffer.count)
        let start = buffer.count - room
        switch socket.read(into: &buffer, at: start) {
        case .bytes(let count):
            do {
                if let message = try reader.push(buffer[start..<(start + count)]) { try take(message) }
                return true
            } catch {
                return fail(.nonsense)
            }
        case .wouldBlock: return false
        case .endOfFile, .failed: return fail(.ended)
        }
    }

    private func take(_ message: KeeperFrameReader.Message) throws(KeeperMessageError) {
        let reply = try KeeperReply(json: message.json, secretBytes: message.secretBytes)
        guard case .opened(let summary) = reply.answer else {
            onReply?(reply, nil)
            return
        }
        arriving = ArrivingValues(id: reply.id, summary)
    }

    private func receive(_ arriving: ArrivingValues) -> Bool {
        switch arriving.read(from: socket.rawValue) {
        case .waiting: return false
        case .endOfFile: return fail(.ended)
        case .failed(let failure): return fail(failure)
        case .complete(let values):
            self.arriving = nil
            onReply?(KeeperReply(id: arriving.id, .opened(values.summary)), values)
            return true
        }
    }

    private func childEnded() {
        exitWatch?.cancel()
        exitWatch = nil
        // What it said before its end is still in the socket.
        while watch != nil, receive() {}
        _ = fail(.ended)
    }

    // MARK: The end

    /// Ends the keeper and tells `failure`; always false.
    @discardableResult
    func fail(_ failure: KeeperFailure) -> Bool {
        guard watch != nil else { return false }
        let told = onFailure
        stopListening()
        ending = TreeEnding(child, escalation: Escalation(grace: .zero))
        child.signal(.kill)
        told?(failure)
        step()
        return false
    }

    /// Lets it end by itself behind what it was told, for `grace`; then ends it.
    func retire(grace: Duration) {
        guard watch != nil else { return }
        stopListening()
        try? socket.shutdownWrite()
        ending = TreeEnding(child, escalation: Escalation(grace: .zero))
        exitWatch = try? loop.watch(child.pidDescriptor, .read) { [unowned self] _ in step() }
        nextStep = loop.after(exitWatch == nil ? .zero : grace) { [unowned self] in step() }
    }

    /// The same without an event loop.
    func retireNow(grace: Duration) {
        if watch != nil {
            flush()
            stopListening()
            try? socket.shutdownWrite()
        }
        nextStep?.cancel()
        exitWatch?.cancel()
        _ = child.wait(atMost: grace)
        _ = (ending ?? TreeEnding(child, escalation: Escalation(grace: .zero))).finish()
        gone()
    }

    private func stopListening() {
        watch?.cancel()
        exitWatch?.cancel()
        (watch, exitWatch) = (nil, nil)
        arriving = nil
        (onReply, onFailure) = (nil, nil)
    }

    private func step() {
        nextStep?.cancel()
        exitWatch?.cancel()
        guard let ending else { return }
        if case .again(let pause) = ending.step() {
            nextStep = loop.after(pause) { [unowned self] in step() }
        } else {
            gone()
        }
    }

    private func gone() {
        ending = nil
        child.reap()
        spawner.reapOrphans()
        let told = onGone
        onGone = nil
        told?()
    }
}
