/// When to ask, when to force and when to give up ending a tree of processes. Pure: told what is left and how much time
/// has gone, it says what to do next.
public struct Escalation: Equatable, Sendable {
    public enum Action: Equatable, Sendable {
        /// SIGTERM to all of the tree, SIGCONT behind it; look again after this time.
        case terminate(then: Duration)
        /// Nothing yet; look again after this time.
        case wait(Duration)
        /// SIGSTOP to all until none is new, then SIGKILL to all; look again after this time.
        case kill(then: Duration)
        /// Nothing is left.
        case finished
        /// The limit has gone and processes are left (in uninterruptible sleep, or of another user).
        case gaveUp
    }

    private enum Phase { case fresh, asked, forcing }

    /// From SIGTERM to SIGKILL.
    public let grace: Duration
    /// From the first SIGKILL to giving up.
    public let limit: Duration
    private var phase = Phase.fresh
    private var pause = Duration.milliseconds(2)

    /// - Parameter grace: zero starts with SIGKILL.
    public init(grace: Duration = .seconds(5), limit: Duration = .seconds(5)) {
        self.grace = grace
        self.limit = limit
    }

    /// What to do when `remaining` processes are left and `elapsed` has gone since the start.
    public mutating func next(remaining: Int, elapsed: Duration) -> Action {
        guard remaining > 0 else { return .finished }
        if phase == .fresh, grace > .zero {
            phase = .asked
            return .terminate(then: min(pause, grace))
        }
        if phase == .asked, elapsed < grace {
            return .wait(min(nextPause(), grace - elapsed))
        }
        if phase != .forcing {
            phase = .forcing
            pause = .milliseconds(1)
        } else if elapsed >= grace + limit {
            return .gaveUp
        }
        return .kill(then: nextPause())
    }

    /// Doubles up to 50 ms: quick ends are noticed quickly, slow ones cost little.
    private mutating func nextPause() -> Duration {
        defer { pause = min(pause * 2, .milliseconds(50)) }
        return pause
    }
}
