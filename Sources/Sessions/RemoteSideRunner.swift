public import EventLoop

/// Scripts in any place beside the session's shell: those that read nothing in one shell that waits for them, the others, and
/// what comes while that is busy, each on a channel of its own.
///
/// A few run at a time, the others wait: a server may allow no more than ten channels a connection (`MaxSessions` of
/// sshd_config(5)), and the session and its background commands need some.
public final class RemoteSideRunner: SideRunner {
    private let place: any RemotePlace
    private let loop: EventLoop
    private var running: [ObjectIdentifier: RemoteSideRun] = [:]
    private var waiting: [RemoteSideRun] = []
    private var shell: SideShell?

    /// At a time.
    static let most = 3

    public init(in place: any RemotePlace, loop: EventLoop) {
        self.place = place
        self.loop = loop
    }

    @discardableResult
    public func run(
        script: [UInt8], arguments: [[UInt8]], stdin: [UInt8], timeout: Duration,
        completion: @escaping (Result<SideOutcome, SideFailure>) -> Void
    ) -> SideRun {
        let sideScript: SideScript
        do throws(SystemError) {
            sideScript = SideScript(script, arguments: arguments, token: Hexadecimal.text(try SystemRandom.bytes(16)))
            if stdin.isEmpty, let shell = try freeShell() {
                return shell.run(sideScript, timeout: timeout, completion: completion)
            }
        } catch {
            loop.soon { completion(.failure(.notStarted)) }
            return SideRun {}
        }
        let run = RemoteSideRun(sideScript, stdin: stdin, timeout: timeout, place: place, loop: loop)
        // Holds this until it has ended, for those that wait.
        run.onFinish = { [self, unowned run] result in
            forget(run)
            completion(result)
        }
        waiting.append(run)
        startWaiting()
        return SideRun { [weak run] in run?.stop(.cancelled) }
    }

    /// The shell that waits, made when there is none; `nil` when it is busy.
    private func freeShell() throws(SystemError) -> SideShell? {
        if let shell { return shell.isFree ? shell : nil }
        let made = SideShell(in: place, loop: loop, hello: Hexadecimal.text(try SystemRandom.bytes(16)))
        made.onEnd = { [weak self, weak made] in
            if let made, self?.shell === made { self?.shell = nil }
        }
        shell = made
        return made
    }

    private func startWaiting() {
        while running.count < Self.most, !waiting.isEmpty {
            let run = waiting.removeFirst()
            running[ObjectIdentifier(run)] = run
            run.start()
        }
    }

    private func forget(_ run: RemoteSideRun) {
        waiting.removeAll { $0 === run }
        running[ObjectIdentifier(run)] = nil
        startWaiting()
    }
}
