/// Ends a child and everything that came from it: SIGTERM, the grace, then SIGKILL until nothing is left.
///
/// Driven from outside: call `step()`, and again after the time it gives, until it says that the tree has ended. Found
/// are: the child, its session, its descendants, daemons that left the session (they descend from the child, which
/// adopts orphans), whoever was seen once and still lives, and, in a process that adopts orphans, everything it adopted
/// after the child has ended.
public final class TreeEnding {
    public enum Progress: Equatable, Sendable {
        /// Call `step()` again after this time, or as soon as the child's pidfd is readable.
        case again(after: Duration)
        /// Nothing of the tree is left. The child may be reaped.
        case ended
        /// This many processes withstood SIGKILL until the limit.
        case gaveUp(left: Int)
    }

    private let child: Child
    private var escalation: Escalation
    private var known: Set<ProcessRecord.Identity> = []
    private let start = Fence.monotonicNanoseconds()

    public init(_ child: Child, escalation: Escalation = Escalation()) {
        self.child = child
        self.escalation = escalation
    }

    /// Looks what is left, and does the next thing.
    public func step() -> Progress {
        let left = look()
        let elapsed = Duration.nanoseconds(Fence.monotonicNanoseconds() - start)
        switch escalation.next(remaining: left.count, elapsed: elapsed) {
        case .finished:
            return .ended
        case .gaveUp:
            return .gaveUp(left: left.count)
        case .wait(let pause):
            return .again(after: pause)
        case .terminate(let pause):
            for member in left { member.signal(.terminate) }
            for member in left where member.isStopped { member.signal(.resume) }
            return .again(after: pause)
        case .kill(let pause):
            ProcessSweep.kill(look)
            return .again(after: pause)
        }
    }

    /// Steps until the tree has ended, without an event loop: for shutdown.
    public func finish() -> Progress {
        while true {
            let progress = step()
            guard case .again(let pause) = progress else { return progress }
            Fence.poll(-1, milliseconds: Int32(clamping: pause.components.attoseconds / 1_000_000_000_000_000 + 1))
        }
    }

    private func look() -> [ProcessRecord] {
        let tree = ProcessTree(ProcessTable.read())
        var members = tree.members(of: child.isReaped ? nil : child.processIdentifier, known: known)
        if child.exitStatus() != nil {
            let seen = Set(members.map(\.process))
            members += child.spawner.adopted(in: tree).filter { !seen.contains($0.process) }
        }
        for member in members { known.insert(member.identity) }
        return members.filter { !$0.hasEnded }
    }
}

/// The forced end of a set of processes that may be growing.
enum ProcessSweep {
    /// Stops everybody `look` finds until it finds nobody new (a stopped process makes no others), then kills them all.
    ///
    /// Bounded: after 64 looks what is known is killed, and the caller looks again.
    static func kill(_ look: () -> [ProcessRecord]) {
        var seen: [ProcessRecord.Identity: ProcessRecord] = [:]
        for _ in 0..<64 {
            let fresh = look().filter { seen[$0.identity] == nil }
            if fresh.isEmpty { break }
            for process in fresh {
                process.signal(.stop)
                seen[process.identity] = process
            }
        }
        for process in seen.values { process.signal(.kill) }
    }
}
