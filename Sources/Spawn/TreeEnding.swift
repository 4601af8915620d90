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
        let left = lookThoroughly()
        // Even where /proc shows nothing, the child itself is known, and its group can be signalled.
        let remaining = max(left.count, child.exitStatus() == nil ? 1 : 0)
        let elapsed = Duration.nanoseconds(Fence.monotonicNanoseconds() - start)
        switch escalation.next(remaining: remaining, elapsed: elapsed) {
        case .finished:
            return .ended
        case .gaveUp:
            child.signal(.kill)
            return .gaveUp(left: remaining)
        case .wait(let pause):
            return .again(after: pause)
        case .terminate(let pause):
            if left.isEmpty { child.signalGroup(.terminate) }
            for member in left { member.signal(.terminate) }
            for member in left where member.isStopped { member.signal(.resume) }
            return .again(after: pause)
        case .kill(let pause):
            sweep()
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

    /// The child goes last: as long as it lives, stopped, whoever loses its parent comes to it and is found there.
    private func sweep() {
        let isAlive = child.exitStatus() == nil
        var adopters: Set<Int32> = []
        if isAlive {
            adopters = [child.processIdentifier]
        } else if child.spawner.adoptsOrphans {
            adopters = [ThisProcess.processIdentifier]
        }
        // More than once, because one pass can miss a process that is made while it goes on.
        for _ in 0..<3 where ProcessSweep.kill(adopters: adopters, sparing: child.spawner.unreaped, look) > 0 { return }
        if isAlive { child.signalGroup(.kill) }
    }

    /// What is left, asked again before it is believed that nothing is: a reading of the process table can miss a
    /// process that is made while it goes on.
    private func lookThoroughly() -> [ProcessRecord] {
        for _ in 0..<2 {
            let left = look()
            if !left.isEmpty { return left }
        }
        return look()
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
