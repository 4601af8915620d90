public import EventLoop
public import Spawn

/// The sessions of a program: their names, their limit, and their end when nobody uses them.
public final class SessionTable {
    /// At most so many open or starting sessions.
    public let limit: Int
    /// A session in which nothing happened for so long is closed. `nil`: never.
    public let idleLimit: Duration?
    let loop: EventLoop
    let spawner: Spawner
    let buffer = ReadBuffer()
    private var entries: [any Session] = []
    private var starting: [any Session] = []
    private var leaving: [any Session] = []
    private var reaper: Timer?
    private var isShutDown = false
    /// Called when a session of the list ends, for whatever reason, when it is out of the list.
    public var onEnd: ((any Session, SessionEnd) -> Void)?

    public init(loop: EventLoop, spawner: Spawner, limit: Int, idleLimit: Duration?) {
        self.loop = loop
        self.spawner = spawner
        self.limit = limit
        self.idleLimit = idleLimit
    }

    /// The open sessions, oldest first.
    public var sessions: [any Session] { entries }

    public func session(_ identifier: String) -> (any Session)? { entries.first { $0.identifier == identifier } }

    /// Starts a shell on this machine. `completion` is called once: with the session, which is then in the list, or
    /// with the reason why there is none; nothing is left behind then.
    ///
    /// - Parameter secrets: variables of the shell's environment that exist nowhere else: they are wiped before this
    ///   returns. Everything the shell starts gets them.
    public func createLocal(
        _ options: LocalShellOptions, secrets: consuming EnvironmentBlock = EnvironmentBlock(),
        completion: @escaping (Result<any Session, SessionStartFailure>) -> Void
    ) {
        switch make(options, secrets) {
        case .failure(let failure):
            loop.soon { completion(.failure(failure)) }
        case .success(let session):
            start(session, limit: options.startLimit, completion: completion)
        }
    }

    /// Takes a session into the list when its shell has answered.
    private func start(
        _ session: any Session, limit: Duration,
        completion: @escaping (Result<any Session, SessionStartFailure>) -> Void
    ) {
        starting.append(session)
        greet(session, limit: limit) { [self] failure in
            starting.removeAll { $0 === session }
            if let failure { return completion(.failure(failure)) }
            admit(session)
            completion(.success(session))
        }
    }

    /// Starts a shell in any place. As `createLocal`.
    public func createRemote(
        in place: any RemotePlace, _ options: RemoteShellOptions,
        completion: @escaping (Result<any Session, SessionStartFailure>) -> Void
    ) {
        let result: Result<RemoteSession, SessionStartFailure>
        if isShutDown {
            result = .failure(.closed(.shutdown))
        } else if entries.count + starting.count >= limit {
            result = .failure(.limitReached(limit: limit))
        } else {
            result = RemoteSession.make(in: place, options, loop: loop)
        }
        switch result {
        case .failure(let failure): loop.soon { completion(.failure(failure)) }
        case .success(let session): start(session, limit: options.startLimit, completion: completion)
        }
    }

    private func make(
        _ options: LocalShellOptions, _ secrets: consuming EnvironmentBlock
    ) -> Result<LocalSession, SessionStartFailure> {
        guard !isShutDown else { return .failure(.closed(.shutdown)) }
        guard entries.count + starting.count < limit else { return .failure(.limitReached(limit: limit)) }
        if let directory = options.workingDirectory, !directory.hasPrefix("/") { return .failure(.directoryNotAbsolute) }
        do {
            let random = try SystemRandom.bytes(16)
            return .success(
                try LocalSession(
                    identifier: Hexadecimal.text(random) + "_local", label: "local", options: options, secrets: secrets,
                    loop: loop, spawner: spawner, buffer: buffer))
        } catch let error as SystemError {
            return .failure(.system(errno: error.errno))
        } catch ShellProcess.Failure.spawn(let error) {
            return .failure(.notSpawned(error))
        } catch ShellProcess.Failure.system(let error) {
            return .failure(.system(errno: error.errno))
        } catch {
            return .failure(.system(errno: 0))
        }
    }

    /// Waits for the first answer of the shell.
    private func greet(
        _ session: any Session, limit: Duration, completion: @escaping (SessionStartFailure?) -> Void
    ) {
        var isLate = false
        let timer = loop.after(limit) {
            isLate = true
            session.closeNow(.shutdown)
        }
        session.execute(ExecRequest(":"), progress: nil) { result in
            timer.cancel()
            completion(isLate ? .noAnswer : SessionTable.failure(of: result))
        }
    }

    private static func failure(of result: Result<ExecOutcome, ExecFailure>) -> SessionStartFailure? {
        switch result {
        case .success(let outcome): outcome.sessionEnd.map(failure)
        case .failure(.system(let errno)): .system(errno: errno)
        case .failure(.sessionEnded(let end)): failure(of: end)
        case .failure: .noAnswer
        }
    }

    private static func failure(of end: SessionEnd) -> SessionStartFailure {
        switch end {
        case .shellEnded(let exit), .replaced(let exit): .shellEnded(exit)
        case .closed(let reason): .closed(reason)
        case .placeLost(let failure): .place(failure)
        case .uninterruptible, .descriptorsLost: .noAnswer
        }
    }

    /// Takes a started session of any transport into the list and looks after its end.
    public func admit(_ session: any Session) {
        entries.append(session)
        session.onEnd = { [weak self, weak session] end in
            guard let self, let session else { return }
            entries.removeAll { $0 === session }
            leaving.append(session)
            onEnd?(session, end)
            session.close(.destroyed) { [weak self] _ in self?.leaving.removeAll { $0 === session } }
        }
        armReaper()
    }

    // MARK: Idle sessions

    /// One timer, for the session that would be idle first.
    private func armReaper() {
        guard let idleLimit, reaper?.isArmed != true else { return }
        guard let oldest = entries.filter({ !$0.isBusy }).map(\.lastUsed).min() ?? (entries.isEmpty ? nil : loop.now)
        else { return }
        reaper = loop.at(max(oldest + idleLimit, loop.now + .milliseconds(10))) { [weak self] in
            self?.reapIdle()
        }
    }

    private func reapIdle() {
        reaper = nil
        guard let idleLimit else { return }
        let now = loop.now
        for session in entries where !session.isBusy && now - session.lastUsed >= idleLimit { session.close(.idle) }
        armReaper()
    }

    // MARK: Shutdown

    /// Closes every session, takes no new ones, and tells when no process of any is left (with how many withstood).
    public func closeAll(whenGone: @escaping (Int) -> Void) {
        isShutDown = true
        reaper?.cancel()
        let all = entries + starting + leaving
        guard !all.isEmpty else { return loop.soon { whenGone(0) } }
        var open = all.count
        var left = 0
        for session in all {
            session.close(.shutdown) { count in
                open -= 1
                left += count
                if open == 0 { whenGone(left) }
            }
        }
    }

    /// The same without an event loop: nothing is left when it returns, but what has withstood SIGKILL for `limit`.
    public func closeAllNow(within limit: Duration = .seconds(5)) {
        isShutDown = true
        reaper?.cancel()
        let deadline = loop.now + limit
        let all = entries + starting + leaving
        // All are asked before one is waited for.
        for session in all { session.close(.shutdown) }
        for session in all { session.closeNow(.shutdown, within: max(deadline - loop.now, .zero)) }
    }
}
