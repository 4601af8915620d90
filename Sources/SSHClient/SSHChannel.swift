/// How a command on a server ended.
public enum SSHChannelEnd: Equatable, Sendable {
    /// It exited. Where the server told nothing this says 0: libssh2 cannot tell that apart.
    case exited(Int32)
    /// A signal ended it: its name without `SIG`, at most 32 bytes, by the server's word.
    case signaled(String)
    /// The connection ended before the command did. What had come was delivered; what became of the command is not known.
    case lost(SSHFailure)
}

/// A command that runs on a server, without a terminal: bytes in, bytes out of two streams, an end.
///
/// Nothing is called after `close()`, and nothing but `onEnd` after the end. What is not taken waits on the server: at most
/// 256 KiB are held here (SSH's window).
public final class SSHChannel {
    /// Where bytes come from.
    public enum Stream: Sendable {
        case output
        case error
    }

    /// Told what came, in order; called with at least one byte.
    public var onData: ((Stream, [UInt8]) -> Void)?
    /// Told once, when both streams are at their end and the server has told how the command ended.
    public var onEnd: ((SSHChannelEnd) -> Void)?
    /// Told that more may be written, after a `write` that took less than was offered.
    public var onWritable: (() -> Void)?
    /// As long as it is set nothing is delivered, and the server may send only as much as the window holds.
    public var isPaused = false {
        didSet { if oldValue, !isPaused { connection?.schedule() } }
    }

    private let wire: WireChannel
    private weak var connection: SSHConnection?
    private enum State { case open, closing, over }
    private var state = State.open
    private var wantsToWrite = false
    private var inputIsClosed = false

    init(_ wire: WireChannel, of connection: SSHConnection) {
        self.wire = wire
        self.connection = connection
    }

    /// How many bytes were taken: as many as the server's window, and what waits to be sent, leave room for.
    ///
    /// When that is less than offered, `onWritable` is called later, once, and the rest can be offered again. After
    /// `closeInput()`, `close()` or the end everything is taken and thrown away.
    public func write(_ bytes: ArraySlice<UInt8>) -> Int { bytes.withRawView(write) }

    /// The same for bytes of a secret, which are copied nowhere but into libssh2, which encrypts them there.
    public func write(_ bytes: RawSpan) -> Int {
        guard state == .open, !inputIsClosed, let connection else { return bytes.byteCount }
        var taken = 0
        while taken < bytes.byteCount, connection.hasRoomToSend {
            let (step, count) = wire.write(bytes.extracting(droppingFirst: taken))
            guard step == .done else {
                if step != .again { return bytes.byteCount }
                break
            }
            taken += count
        }
        wantsToWrite = taken < bytes.byteCount
        connection.schedule()
        return taken
    }

    /// Ends the command's standard input.
    public func closeInput() {
        guard state == .open, !inputIsClosed else { return }
        inputIsClosed = true
        _ = wire.sendEnd()
        // At once: at a shutdown all are told before any is waited for, and the loop does not turn.
        connection?.flush()
        connection?.schedule()
    }

    /// Lets the command go: nothing of it is told any more. The server ends its streams; the command itself lives on as long
    /// as it likes, and counts among the server's `MaxSessions` so long.
    public func close() {
        guard state == .open else { return }
        state = .closing
        release()
        connection?.schedule()
    }

    private func release() { (onData, onEnd, onWritable) = (nil, nil, nil) }

    // MARK: For the connection

    var isOver: Bool { state == .over }
    /// Whether something that came may still wait to be delivered.
    var isHoldingBack: Bool { state == .open && isPaused }

    /// Delivers what came, as much as `budget` allows. False when there may be more.
    func deliver(budget: Int, buffer: inout [UInt8]) -> Bool {
        guard state == .open else { return true }
        var left = budget
        for (number, stream) in [(0, Stream.output), (1, Stream.error)] as [(Int32, Stream)] {
            while state == .open, !isPaused {
                let (step, count) = wire.read(number, into: &buffer)
                if case .failed(let code) = step { connection?.broke(code) }
                guard step == .done, count > 0 else { break }
                onData?(stream, Array(buffer[..<count]))
                left -= count
                if left <= 0 { return false }
            }
        }
        return true
    }

    /// Looks whether it is over, and whether more can be written.
    func settle() {
        switch state {
        case .over: return
        case .closing: if wire.close() != .again { state = .over }
        case .open:
            if !isPaused, wire.isOver() == .done { return finish(ended) }
            if wantsToWrite, connection?.hasRoomToSend == true {
                wantsToWrite = false
                onWritable?()
            }
        }
    }

    private var ended: SSHChannelEnd { wire.exitSignal.map { .signaled($0) } ?? .exited(wire.exitStatus) }

    private func finish(_ end: SSHChannelEnd) {
        let onEnd = onEnd
        state = .closing
        release()
        onEnd?(end)
        if wire.close() != .again { state = .over }
    }

    /// The connection is gone.
    func lost(_ failure: SSHFailure) {
        guard state == .open else { return state = .over }
        let onEnd = onEnd
        state = .over
        release()
        onEnd?(.lost(failure))
    }
}
