internal import EventLoop
public import KnownHosts

/// A connection to a server, over a socket or through a jump host; many commands run over it at once.
///
/// Everything happens on the thread of the loop, in closures; nothing blocks. Keep the object as long as it is wanted: the last
/// reference closes it.
public final class SSHConnection {
    enum Phase {
        case handshake
        case authentication(Authentication)
        case open
        case over
    }

    /// The key by which the server proved itself.
    public private(set) var hostKey: HostKey?
    /// Whether that was a first use: the key stands in `known_hosts` from now on. Tell the person its fingerprint.
    public private(set) var hostKeyWasNew = false
    /// The same of the jump hosts on the way, the first reached first.
    public internal(set) var jumpHostKeys: [(key: HostKey, wasNew: Bool)] = []
    /// Told once when the connection is lost; not after `close()`. Its channels have been told before.
    public var onLost: ((SSHFailure) -> Void)?

    /// Without its credentials, once a login has them: they are to be wiped when that is over.
    private(set) var target: SSHTarget
    let loop: EventLoop
    let wire: Wire
    let transport: any Transport
    private let check: HostKeyCheck
    var phase = Phase.handshake
    var then: ((Result<SSHConnection, SSHFailure>) -> Void)?
    var deadline: Timer?
    private var gate = BannerGate()
    var channels: [SSHChannel] = []
    var openings: [Opening] = []
    private(set) var isPumping = false
    private var isAgain = false
    private var isScheduled = false
    private var inputEnded = false
    var keepAlive: Timer?
    var lastHeard: MonotonicInstant

    /// The most bytes a server may send before anyone is let in: keys, lists, banners to be read by a person.
    static let mostBeforeLogin = 1 << 20
    /// As long as more waits to be sent, nobody may add to it.
    static let mostToSend = 128 << 10

    init(
        _ target: SSHTarget, over transport: any Transport, on loop: EventLoop, deadline: MonotonicInstant,
        then: @escaping (Result<SSHConnection, SSHFailure>) -> Void
    ) throws(SSHFailure) {
        self.target = target
        self.loop = loop
        self.transport = transport
        self.then = then
        wire = try Wire()
        check = HostKeyCheck(target)
        lastHeard = loop.now
        for list in SSHLibrary.List.allCases {
            let usable = SSHLibrary.usable(wire, list)
            let order = list == .hostKey ? check.preference(among: usable) ?? usable : usable
            guard wire.prefer(list, order.joined(separator: ",")) else { throw .noCommonAlgorithm }
        }
        self.deadline = loop.at(deadline) { [weak self] in self.map { $0.fail(.timedOut($0.stage)) } }
        transport.onRoom = { [weak self] in self?.wire.room ?? 0 }
        transport.onBytes = { [weak self] in self?.came($0) }
        transport.onEnd = { [weak self] in self?.ended() }
        transport.onWritable = { [weak self] in self?.pump() }
        schedule()
    }

    deinit {
        deadline?.cancel()
        keepAlive?.cancel()
        transport.close()
        wire.end()
    }

    var stage: SSHFailure.Stage {
        switch phase {
        case .handshake: .handshake
        case .authentication: .authentication
        case .open, .over: .session
        }
    }

    var isOpen: Bool { if case .open = phase { true } else { false } }
    var isOver: Bool { if case .over = phase { true } else { false } }
    var hasRoomToSend: Bool { wire.outputCount < Self.mostToSend }

    // MARK: Bytes

    private func came(_ bytes: ArraySlice<UInt8>) {
        guard !isOver else { return }
        lastHeard = loop.now
        if !isOpen {
            gate.take(bytes)
            if !gate.isSSH, gate.count > BannerGate.most { return fail(.notSSH(bytes: gate.count)) }
            if gate.count > Self.mostBeforeLogin { return fail(.flood(stage)) }
        }
        wire.feed(bytes)
        pump()
    }

    private func ended() {
        inputEnded = true
        pump()
    }

    /// Pumps in the next turn of the loop.
    func schedule() {
        guard !isScheduled else { return }
        isScheduled = true
        loop.soon { [weak self] in
            self?.isScheduled = false
            self?.pump()
        }
    }

    /// Lets the library work on what came, and sends what it made of it.
    func pump() {
        guard !isPumping else { return isAgain = true }
        isPumping = true
        var isDrained = true
        repeat {
            isAgain = false
            isDrained = advance()
            flush()
        } while isAgain && !isOver
        isPumping = false
        guard !isOver else { return }
        if !isDrained { schedule() }
        if wire.room > 0 { transport.resume() }
        if inputEnded, isDrained, !channels.contains(where: \.isHoldingBack) { endOfInput() }
    }

    func flush() {
        while !isOver, wire.outputCount > 0 {
            let bytes = wire.output(atMost: 64 << 10)
            let taken = transport.write(bytes[...])
            wire.sent(taken)
            if taken < bytes.count { break }
        }
    }

    private func endOfInput() {
        switch phase {
        case .handshake where !gate.isSSH && gate.count > 0: fail(.notSSH(bytes: gate.count))
        case .authentication(let authentication): fail(authentication.closed)
        default: fail(.closedByServer(stage))
        }
    }

    // MARK: Steps

    /// False when more can be delivered in a later turn.
    private func advance() -> Bool {
        switch phase {
        case .handshake: handshake()
        case .authentication(let authentication): authenticate(authentication)
        case .open: return advanceChannels()
        case .over: break
        }
        return true
    }

    private func handshake() {
        switch wire.handshake() {
        case .again: return
        case .failed(let code): return fail(handshakeFailure(code))
        case .done: break
        }
        do throws(SSHFailure) {
            guard let key = HostKey(blob: wire.hostKey) else { throw .hostKeyUnreadable }
            hostKeyWasNew = try check.check(key)
            hostKey = key
        } catch {
            return fail(error)
        }
        let authentication = Authentication(wire, user: target.user, credentials: target.credentials, on: loop)
        target.credentials = []
        authentication.onProgress = { [weak self] in self?.pump() }
        phase = .authentication(authentication)
        isAgain = true
    }

    private func handshakeFailure(_ code: Int32) -> SSHFailure {
        switch code {
        case WireStep.Code.memory: .noMemory
        case WireStep.Code.banner: .notSSH(bytes: gate.count)
        case WireStep.Code.noCommonAlgorithm: .noCommonAlgorithm
        case WireStep.Code.disconnected: .closedByServer(.handshake)
        default: .broken(.handshake, code: code)
        }
    }

    private func authenticate(_ authentication: Authentication) {
        switch authentication.step() {
        case .again: return
        case .failed(let failure): fail(failure)
        case .authenticated:
            authentication.onProgress = nil
            deadline?.cancel()
            deadline = nil
            phase = .open
            startKeepAlive()
            let then = then
            self.then = nil
            then?(.success(self))
            isAgain = true
        }
    }
}
