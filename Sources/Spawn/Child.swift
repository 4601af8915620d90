/// A process made by a `Spawner`, by its pidfd: what is done to it never reaches another process of the same number.
///
/// It leads its own session and process group, whose numbers are `processIdentifier`. Ended or not, it is reaped only
/// by `reap()` or when the handle goes, so those numbers stay its own as long. A handle that goes while the child runs
/// kills the child (not its tree; see `TreeEnding`).
public final class Child {
    /// Its process, session and group number.
    public let processIdentifier: Int32
    /// Readable once the child has ended (pidfd_open(2)): watch it in an event loop; cancel the watch before the handle
    /// goes.
    public let pidDescriptor: Int32
    let spawner: Spawner
    private var status: ProcessExit?
    /// Whether its number was given back to the kernel.
    public private(set) var isReaped = false

    init(process: Int32, descriptor: Int32, spawner: Spawner) {
        processIdentifier = process
        pidDescriptor = descriptor
        self.spawner = spawner
    }

    deinit {
        if isReaped {
            Fence.close(pidDescriptor)
        } else {
            _ = Fence.signal(descriptor: pidDescriptor, Signal.kill.rawValue)
            spawner.abandon(processIdentifier, descriptor: pidDescriptor)
        }
    }

    /// How it ended, `nil` while it runs. Does not wait and does not reap.
    public func exitStatus() -> ProcessExit? {
        if status == nil {
            let ended = Fence.wait(descriptor: pidDescriptor, reap: false)
            if ended.status == 1 { status = ProcessExit(ended.exit) }
        }
        return status
    }

    /// Reaps it when it has ended. Its session number may be taken by others from then on.
    ///
    /// Not before its tree was ended: descendants are found by that number.
    @discardableResult
    public func reap() -> ProcessExit? {
        guard let status = exitStatus() else { return nil }
        if !isReaped {
            _ = Fence.wait(descriptor: pidDescriptor, reap: true)
            isReaped = true
            spawner.didReap(processIdentifier)
        }
        return status
    }

    /// Waits at most `limit` for its end, without an event loop: for shutdown.
    public func wait(atMost limit: Duration) -> ProcessExit? {
        let deadline = Deadline(after: limit)
        while exitStatus() == nil, let left = deadline.millisecondsLeft {
            Fence.poll(pidDescriptor, milliseconds: left)
        }
        return exitStatus()
    }

    /// Signals the child itself. `false` when it has ended or the signal was refused.
    @discardableResult
    public func signal(_ signal: Signal) -> Bool {
        !isReaped && Fence.signal(descriptor: pidDescriptor, signal.rawValue) == 0
    }

    /// Signals the child's process group: a shell without job control and its foreground commands. `false` when the
    /// group is empty or the child is reaped.
    @discardableResult
    public func signalGroup(_ signal: Signal) -> Bool {
        !isReaped && Fence.signal(group: processIdentifier, signal.rawValue) == 0
    }

    /// Signals every member of the tree (see `members()`), the child included; gives how many were reached.
    @discardableResult
    public func signalTree(_ signal: Signal) -> Int {
        members().count { $0.signal(signal) }
    }

    /// The directory it stands in by the kernel's word (`/proc/PID/cwd`), whatever its own variables say; a removed one
    /// ends in ` (deleted)`. `nil` when it has ended.
    public var workingDirectory: String? { isReaped ? nil : Fence.directory(of: processIdentifier) }

    /// Whether it runs a program, its own or one that was put in its place. `false` from the moment it exits, which comes
    /// before its descriptors are closed (proc(5), statm).
    public var isExecuting: Bool { !isReaped && Fence.hasMemory(processIdentifier) }

    /// Whether nothing of its tree can be left but itself: it has no children, and this process adopted nobody.
    ///
    /// Two short readings, or one behind its end, instead of the whole process table. `false` also when it cannot be told
    /// this way. Sure as long as a living child has one thread: whoever loses its parent goes to the child while that lives
    /// and then, before its end is told, to this process, whose children only this process can reap.
    public var isAlone: Bool {
        guard !isReaped, spawner.adoptsOrphans else { return false }
        // An ended process has no children: the kernel gives them away before anybody can wait for its end.
        if exitStatus() == nil {
            let own = Fence.children(of: processIdentifier)
            guard own.isComplete, own.numbers.isEmpty else { return false }
        }
        return spawner.hasAdoptedNobody
    }

    /// The living processes of its tree: itself, its descendants, and whoever is in its session.
    ///
    /// A descendant that left the session is found through its parents, which the child's adopting role keeps true
    /// while the child lives. Empty once the child is reaped.
    public func members() -> [ProcessRecord] {
        guard !isReaped else { return [] }
        return ProcessTree(ProcessTable.read()).members(of: processIdentifier, known: []).filter { !$0.hasEnded }
    }
}

/// A point of time that a bounded wait ends at.
struct Deadline {
    private let end: Int64

    init(after duration: Duration) {
        let (seconds, attoseconds) = duration.components
        let whole = max(0, min(seconds, 1_000_000_000)) * 1_000_000_000 + attoseconds / 1_000_000_000
        end = Fence.monotonicNanoseconds() + whole
    }

    /// At least 1 while there is time left, then `nil`.
    var millisecondsLeft: Int32? {
        let left = end - Fence.monotonicNanoseconds()
        return left > 0 ? Int32(clamping: left / 1_000_000 + 1) : nil
    }
}
