/// The one entry through which processes are made. It knows its living children.
///
/// One for a program, used on one thread.
public final class Spawner {
    /// Numbers of children that were not reaped yet, so that they are told from adopted processes.
    private(set) var unreaped: Set<Int32> = []
    /// Children whose handle was dropped while they ran: killed, to be reaped once they are gone.
    private var abandoned: [(process: Int32, descriptor: Int32)] = []
    /// Whether this process adopts the orphans of its descendants.
    public let adoptsOrphans: Bool

    /// - Parameter adoptsOrphans: this process becomes a child subreaper (prctl(2)): every descendant whose parents
    ///   have ended becomes its child and can be found and ended. For programs whose every child comes from this
    ///   spawner.
    public init(adoptsOrphans: Bool = false) {
        self.adoptsOrphans = adoptsOrphans && Fence.setSubreaper(true) >= 0
    }

    /// Makes the process, in its own session, with nothing but what the plan gives; returns once its program runs.
    ///
    /// The plan's environment is wiped when this returns. A child is dumpable again from its exec on (the kernel's
    /// rule for readable programs), but has no core dumps and cannot get them back.
    public func spawn(_ plan: consuming SpawnPlan) throws(SpawnError) -> Child {
        reapAbandoned()
        try plan.validate()
        let made = Fence.spawn(
            Fence.Plan(
                executable: plan.executable, arguments: plan.arguments, directory: plan.workingDirectory,
                mappings: plan.descriptors, fileModeMask: plan.fileModeMask.map(Int32.init) ?? -1,
                deathSignal: plan.deathSignal?.rawValue ?? 0, isSubreaper: plan.adoptsDescendants),
            environment: plan.environment)
        guard made.process > 0 else {
            throw .failed(step: SpawnError.Step(rawValue: made.step) ?? .clone, errno: made.error)
        }
        unreaped.insert(made.process)
        return Child(process: made.process, descriptor: made.descriptor, spawner: self)
    }

    func didReap(_ process: Int32) { unreaped.remove(process) }

    /// Takes over a killed child without a handle. It stays known until it is reaped.
    func abandon(_ process: Int32, descriptor: Int32) {
        abandoned.append((process, descriptor))
        reapAbandoned()
    }

    /// Reaps killed children whose handles are gone, as far as they have ended.
    func reapAbandoned() {
        abandoned.removeAll { child in
            guard Fence.wait(descriptor: child.descriptor, reap: true).status != 0 else { return false }
            Fence.close(child.descriptor)
            didReap(child.process)
            return true
        }
    }
}
