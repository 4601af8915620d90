public import EventLoop

/// Scripts in any place, each on a channel of its own, beside the session's shell.
///
/// A few run at a time, the others wait: a server may allow no more than ten channels a connection (`MaxSessions` of
/// sshd_config(5)), and the session and its background commands need some.
public final class RemoteSideRunner: SideRunner {
    private let place: any RemotePlace
    private let loop: EventLoop
    private var running: [ObjectIdentifier: RemoteSideRun] = [:]
    private var waiting: [RemoteSideRun] = []

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
        let run: RemoteSideRun
        do throws(SystemError) {
            run = RemoteSideRun(
                SideScript(script, arguments: arguments, token: Hexadecimal.text(try SystemRandom.bytes(16))), stdin: stdin,
                timeout: timeout, place: place, loop: loop)
        } catch {
            loop.soon { completion(.failure(.notStarted)) }
            return SideRun {}
        }
        run.onFinish = { [weak self, unowned run] result in
            self?.forget(run)
            completion(result)
        }
        waiting.append(run)
        startWaiting()
        return SideRun { [weak run] in run?.stop(.cancelled) }
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
