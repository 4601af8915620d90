internal import EventLoop
internal import Spawn

/// Ends a child and everything that came from it, without blocking the loop, and then tells so.
///
/// First SIGTERM to all but the child itself (a shell ignores it), which keeps adopting orphans meanwhile; after the
/// grace, or as soon as it is alone, SIGKILL until nothing is left. Keeps itself alive until then.
final class TreeCloser {
    private let loop: EventLoop
    private let child: Child
    private let spawner: Spawner
    private let deadline: MonotonicInstant
    private var ending: TreeEnding?
    private var timer: Timer?
    private var exitWatch: Watch?
    private var waiting: [(Int) -> Void] = []
    /// How many processes are left, once that is final.
    private(set) var left: Int?

    init(loop: EventLoop, spawner: Spawner, child: Child, grace: Duration) {
        self.loop = loop
        self.spawner = spawner
        self.child = child
        deadline = loop.now + grace
    }

    /// Starts; everything else follows by timers.
    func start() {
        spawner.reapOrphans()
        if child.isAlone { return endAlone() }
        let others = others()
        if others.isEmpty { return endAlone() }
        for process in others { process.signal(.terminate) }
        for process in others where process.isStopped { process.signal(.resume) }
        again(after: .milliseconds(2)) { [self] in wait(pause: .milliseconds(2)) }
    }

    /// The usual case, without the sweep: an idle shell with nobody. Whoever it still made is found afterwards.
    private func endAlone() {
        child.signal(.kill)
        exitWatch = try? loop.watch(child.pidDescriptor, .read) { [self] _ in
            exitWatch?.cancel()
            exitWatch = nil
            conclude()
        }
        if exitWatch == nil { force() }
    }

    /// The shell has ended. Whoever it made after the look at it was adopted before its end was told.
    private func conclude() {
        spawner.reapOrphans()
        if child.exitStatus() != nil, child.isAlone { finished(.ended) } else { force() }
    }

    /// Calls `body` with how many processes are left, when that is final.
    func whenGone(_ body: @escaping (Int) -> Void) {
        if let left { return loop.soon { body(left) } }
        waiting.append(body)
    }

    /// SIGKILL and nothing left before this returns, unless something withstands that until `deadline`.
    func finishNow(by deadline: MonotonicInstant) {
        guard left == nil else { return }
        timer?.cancel()
        exitWatch?.cancel()
        exitWatch = nil
        spawner.reapOrphans()
        if child.isAlone {
            child.signal(.kill)
            _ = child.wait(atMost: max(deadline - loop.now, .zero))
            spawner.reapOrphans()
            if child.exitStatus() != nil, child.isAlone { return finished(.ended) }
        }
        let limit = max(deadline - loop.now, .zero)
        finished(TreeEnding(child, escalation: Escalation(grace: .zero, limit: limit)).finish())
    }

    private func others() -> [ProcessRecord] {
        child.members().filter { $0.process != child.processIdentifier }
    }

    private func wait(pause: Duration) {
        if loop.now >= deadline || others().isEmpty { return force() }
        let next = min(pause * 2, .milliseconds(50))
        again(after: next) { [self] in wait(pause: next) }
    }

    private func force() {
        if ending == nil { ending = TreeEnding(child, escalation: Escalation(grace: .zero)) }
        guard let progress = ending?.step() else { return }
        if case .again(let pause) = progress {
            again(after: pause) { [self] in force() }
        } else {
            finished(progress)
        }
    }

    private func again(after delay: Duration, _ body: @escaping () -> Void) {
        timer = loop.after(delay, body)
    }

    private func finished(_ progress: TreeEnding.Progress) {
        let count = if case .gaveUp(let left) = progress { left } else { 0 }
        left = count
        timer = nil
        child.reap()
        spawner.reapOrphans()
        let bodies = waiting
        waiting = []
        for body in bodies { body(count) }
    }
}
