/// Adopted processes: descendants of children that have ended, or that gave up adopting for themselves.
///
/// Every child adopts its own orphans while it lives (`SpawnPlan.adoptsDescendants`), so whoever this process adopted
/// comes from a child that has ended, whatever session or group it moved to. Empty and without effect in a spawner that
/// does not adopt.
extension Spawner {
    func adopted(in tree: ProcessTree) -> [ProcessRecord] {
        guard adoptsOrphans else { return [] }
        return tree.adopted(by: ThisProcess.processIdentifier, own: unreaped)
    }

    /// Whether every child of this process is one of this spawner's. `false` also when that cannot be told quickly.
    var hasAdoptedNobody: Bool {
        let children = Fence.children(of: ThisProcess.processIdentifier)
        return children.isComplete && children.numbers.allSatisfy(unreaped.contains)
    }

    /// The adopted processes that still live, with all that descends from them.
    public func orphans() -> [ProcessRecord] {
        guard adoptsOrphans else { return [] }
        return adopted(in: ProcessTree(ProcessTable.read())).filter { !$0.hasEnded }
    }

    /// Kills every adopted process and what descends from it, again and again until none is left or `limit` has gone.
    ///
    /// - Returns: how many are left.
    @discardableResult
    public func endOrphans(atMost limit: Duration) -> Int {
        guard adoptsOrphans else { return 0 }
        let deadline = Deadline(after: limit)
        while true {
            let left = orphans()
            if left.isEmpty || deadline.millisecondsLeft == nil {
                reapOrphans()
                return left.count
            }
            _ = ProcessSweep.kill(adopters: [ThisProcess.processIdentifier], sparing: unreaped, orphans)
            reapOrphans()
            Fence.poll(-1, milliseconds: 1)
        }
    }

    /// Reaps the adopted processes that have ended, and killed children without a handle; never a child with one.
    ///
    /// Call it when a child has ended and now and then besides: an adopted zombie holds a process number.
    public func reapOrphans() {
        reapAbandoned()
        guard adoptsOrphans else { return }
        let own = ThisProcess.processIdentifier
        let children = Fence.children(of: own)
        let numbers = children.isComplete
            ? children.numbers
            : ProcessTable.read().filter { $0.parent == own && $0.hasEnded }.map(\.process)
        for number in numbers where !unreaped.contains(number) { _ = Fence.reap(process: number) }
    }
}
