internal import Dial
public import EventLoop
internal import KnownHosts

/// An attempt to connect, over all jump hosts on the way.
///
/// It keeps itself alive until it has ended.
public final class SSHAttempt {
    private let targets: [SSHTarget]
    private let loop: EventLoop
    private var then: ((Result<SSHConnection, SSHFailure>) -> Void)?
    private var index = 0
    private var dialing: Dialing?
    private var connection: SSHConnection?
    private var jumpHostKeys: [(key: HostKey, wasNew: Bool)] = []

    init(
        _ targets: [SSHTarget], on loop: EventLoop, then: @escaping (Result<SSHConnection, SSHFailure>) -> Void
    ) {
        self.targets = targets
        self.loop = loop
        self.then = then
        guard targets.allSatisfy({ Self.isText($0.user) && Self.isText($0.host) }) else {
            loop.soon { [self] in finish(.failure(.badText)) }
            return
        }
        dial()
    }

    private static func isText(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.count <= 4096 && !text.utf8.contains(0)
    }

    /// Ends it; `then` is not called.
    public func cancel() {
        then = nil
        stop()
    }

    private func stop() {
        dialing?.cancel()
        dialing = nil
        connection?.close()
        connection = nil
    }

    private var target: SSHTarget { targets[index] }

    private func dial() {
        let deadline = loop.now + target.connectTimeout
        dialing = Dialing(
            host: target.host, port: target.port, on: loop, deadline: deadline, servers: target.nameServers
        ) { [self] result in
            dialing = nil
            switch result {
            case .failure(let failure): finish(.failure(.unreachable(failure)))
            case .success(let socket): shakeHands(SocketTransport(socket), deadline)
            }
        }
    }

    private func shakeHands(_ transport: any Transport, _ deadline: MonotonicInstant) {
        do throws(SSHFailure) {
            connection = try SSHConnection(target, over: transport, on: loop, deadline: deadline) { [self] in reached($0) }
        } catch {
            transport.close()
            finish(.failure(error))
        }
    }

    private func reached(_ result: Result<SSHConnection, SSHFailure>) {
        guard case .success(let reached) = result else { return finish(result) }
        guard index + 1 < targets.count else {
            reached.jumpHostKeys = jumpHostKeys
            return finish(result)
        }
        if let key = reached.hostKey { jumpHostKeys.append((key, reached.hostKeyWasNew)) }
        index += 1
        let deadline = loop.now + target.connectTimeout
        let timer = loop.at(deadline) { [self] in finish(.failure(.timedOut(.connecting))) }
        reached.onLost = { [self] failure in
            timer.cancel()
            finish(.failure(failure))
        }
        reached.openForward(host: target.host, port: target.port) { [self] result in
            timer.cancel()
            reached.onLost = nil
            switch result {
            case .failure(let failure): finish(.failure(failure))
            case .success(let channel): shakeHands(JumpTransport(channel, of: reached), deadline)
            }
        }
    }

    private func finish(_ result: Result<SSHConnection, SSHFailure>) {
        guard let then else { return }
        self.then = nil
        switch result {
        case .success:
            connection = nil
            then(result)
        case .failure(let failure):
            stop()
            then(.failure(index + 1 < targets.count ? .atJump(index + 1, failure) : failure))
        }
    }
}

extension SSHConnection {
    /// Connects to a server and is let in.
    ///
    /// - Parameters:
    ///   - jumps: hosts on the way, as `ProxyJump` of ssh_config(5) lists them: the first is reached directly. Each is a target
    ///     of its own, with its own key, credentials and timeout.
    ///   - then: called once, in a later turn, unless the attempt was cancelled.
    @discardableResult
    public static func connect(
        _ target: SSHTarget, through jumps: [SSHTarget] = [], on loop: EventLoop,
        then: @escaping (Result<SSHConnection, SSHFailure>) -> Void
    ) -> SSHAttempt {
        SSHAttempt(jumps + [target], on: loop, then: then)
    }
}
