/// The outermost process of a server: it does nothing but wait for the one that works, and ends everything after it.
public enum Guardian {
    /// Splits the program into guardian and worker. Returns in the worker only.
    ///
    /// Call it first in `main`, before anything was opened or allocated. The guardian keeps the number the client
    /// knows, gives standard input and output to the worker alone, and passes SIGTERM, SIGINT, SIGHUP and SIGQUIT on.
    /// When the worker ends, however it ends, the guardian kills every descendant that is left (all of them are its own by then:
    /// it is a child subreaper) and ends the same way: same code or same signal.
    ///
    /// When the guardian itself is killed, the worker gets SIGTERM, and has to end its children and itself. If both are
    /// killed at the same moment, only direct children of the worker die (`SpawnPlan.deathSignal`): commands
    /// that a shell had started live on. A worker that is stopped or hangs does not hear SIGTERM either.
    ///
    /// - Parameter detach: the worker leads a session of its own, out of reach of a SIGKILL to the client's process
    ///   group. Not for a program whose standard input is a terminal, which it would lose.
    public static func split(detach: Bool = true) throws(ThisProcess.Failure) {
        let inherited = inheritedChildren()
        let made = Fence.split(detach: detach)
        guard made.process >= 0 else { throw ThisProcess.Failure(errno: -made.process) }
        guard made.process > 0 else { return }
        serve(worker: made.process, descriptor: made.worker, inherited: inherited)
    }

    /// Children from before an exec into this program are nobody's to end.
    private static func inheritedChildren() -> Set<Int32> {
        let own = ThisProcess.processIdentifier
        let children = Fence.children(of: own)
        if children.isComplete { return Set(children.numbers) }
        return Set(ProcessTable.read().filter { $0.parent == own }.map(\.process))
    }

    private static func serve(worker: Int32, descriptor: Int32, inherited: Set<Int32>) -> Never {
        let own = ThisProcess.processIdentifier
        let end = Fence.guardWorker(process: worker, descriptor: descriptor)
        let deadline = Deadline(after: .seconds(10))
        while true {
            let left = remaining(own, except: inherited)
            if left.isEmpty || deadline.millisecondsLeft == nil { break }
            _ = ProcessSweep.kill(adopters: [own], sparing: inherited) { remaining(own, except: inherited) }
            _ = Fence.reapAll()
            Fence.poll(-1, milliseconds: 1)
        }
        if end.isSignal { Fence.die(by: end.value) }
        Fence.exit(end.value)
    }

    private static func remaining(_ own: Int32, except inherited: Set<Int32>) -> [ProcessRecord] {
        ProcessTree(ProcessTable.read()).adopted(by: own, own: inherited).filter { !$0.hasEnded }
    }
}
