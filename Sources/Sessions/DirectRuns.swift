public import EventLoop
public import Spawn

/// Programs that run without a shell, any number at once.
///
/// Every one leads a session of its own and runs to its end, a timeout, a cancellation or the end of all. Then whatever
/// it started and left is ended too, wherever it went: nothing stays behind. Its completion is called once, behind that
/// and behind the last byte of its output, and never before `start` has returned.
public final class DirectRuns {
    private let loop: EventLoop
    private let spawner: Spawner
    private let buffer = ReadBuffer()
    private var running: [ObjectIdentifier: DirectRun] = [:]
    private var waiting: [() -> Void] = []
    private var isShutDown = false
    /// For the next run.
    private var spare: DirectStreams?

    /// - Parameter spawner: one that adopts orphans; else daemons that a program leaves are not found.
    public init(loop: EventLoop, spawner: Spawner) {
        self.loop = loop
        self.spawner = spawner
    }

    /// How many run now.
    public var count: Int { running.count }

    /// Makes now what the next run needs of this process: for somebody who waits for something else before the start.
    public func prepare() {
        if spare == nil, !isShutDown { spare = try? DirectStreams(buffer: buffer) }
    }

    /// Starts the plan's program and returns when it runs, or throws why it does not; its environment is wiped then.
    ///
    /// - Parameters:
    ///   - plan: its descriptors 0, 1 and 2 are replaced by the run's own; all others are kept.
    ///   - stdin: what the program reads, from a memory file; `nil` is /dev/null.
    ///   - timeout: from the start; then SIGTERM goes to all of its tree, and after five seconds SIGKILL. `nil`: no limit.
    ///   - progress: raw output as it comes. The slice is only borrowed.
    @discardableResult
    public func start(
        _ plan: consuming SpawnPlan, stdin: [UInt8]? = nil, timeout: Duration? = nil,
        progress: ((OutputStream, ArraySlice<UInt8>) -> Void)? = nil, completion: @escaping (DirectOutcome) -> Void
    ) throws(DirectFailure) -> DirectRun {
        guard !isShutDown else { throw .shutDown }
        let streams: DirectStreams
        do throws(SystemError) {
            streams = if let ready = spare.take() { ready } else { try DirectStreams(buffer: buffer) }
        } catch {
            throw .system(errno: error.errno)
        }
        let run = try DirectRun(
            plan, stdin: stdin, loop: loop, spawner: spawner, streams: streams, progress: progress, completion: completion)
        running[ObjectIdentifier(run)] = run
        run.onFinish = { [unowned self, unowned run] in forget(run) }
        if let timeout { run.limit(to: timeout) }
        return run
    }

    private func forget(_ run: DirectRun) {
        running[ObjectIdentifier(run)] = nil
        guard running.isEmpty else { return }
        let bodies = waiting
        waiting = []
        for body in bodies { loop.soon(body) }
    }

    /// Ends every run with two seconds between SIGTERM and SIGKILL, takes no new ones, and tells when nothing is left.
    public func endAll(whenGone: @escaping () -> Void) {
        isShutDown = true
        spare = nil
        guard !running.isEmpty else { return loop.soon(whenGone) }
        waiting.append(whenGone)
        for run in running.values { run.cancel(grace: .seconds(2)) }
    }

    /// The same without an event loop: nothing is left when it returns, but what has withstood SIGKILL for `limit`.
    public func endAllNow(within limit: Duration = .seconds(5)) {
        isShutDown = true
        spare = nil
        let deadline = loop.now + limit
        for run in running.values { run.endNow(by: deadline) }
    }
}
