/// The forced end of a set of processes that may be growing.
enum ProcessSweep {
    /// Stops everybody until nobody new is found (a stopped process makes no others), then kills all but the adopters.
    ///
    /// A reading of the whole process table is slower than a process that forks and goes. So each reading by `look` is
    /// followed by short readings of who the `adopters` and those already stopped have for children: a child whose
    /// parent went is with an adopter at once. An adopter must therefore outlive the rest. `sparing` are children of an
    /// adopter that are not meant. Bounded: after 64 readings what is known is killed, and the caller looks again.
    ///
    /// - Returns: how many were found besides the adopters.
    static func kill(adopters: Set<Int32>, sparing: Set<Int32>, _ look: () -> [ProcessRecord]) -> Int {
        var chase = Chase(adopters: adopters, sparing: sparing)
        for _ in 0..<64 {
            guard look().count(where: { chase.stop($0) }) > 0 else { break }
            chase.follow()
        }
        let others = chase.stopped.values.filter { !adopters.contains($0.process) }
        for process in others { process.signal(.kill) }
        return others.count
    }
}

/// Who was stopped, and how the next ones are found.
private struct Chase {
    let adopters: Set<Int32>
    let sparing: Set<Int32>
    private(set) var stopped: [ProcessRecord.Identity: ProcessRecord] = [:]
    private var ended: Set<Int32> = []

    init(adopters: Set<Int32>, sparing: Set<Int32>) {
        self.adopters = adopters
        self.sparing = sparing
    }

    /// Whether it is one that was not stopped before.
    mutating func stop(_ process: ProcessRecord) -> Bool {
        guard stopped[process.identity] == nil else { return false }
        process.signal(.stop)
        stopped[process.identity] = process
        return true
    }

    /// Reads children until nothing moves: a child that has just gone may have left one behind after the reading.
    mutating func follow() {
        for _ in 0..<1000 {
            var moved = false
            for parent in adopters.union(stopped.keys.map(\.process)) {
                for number in Fence.children(of: parent).numbers where !sparing.contains(number) {
                    if let child = Fence.record(of: number), child.parent == parent, !child.hasEnded {
                        if stop(child) { moved = true }
                    } else if ended.insert(number).inserted {
                        moved = true
                    }
                }
            }
            if !moved { return }
        }
    }
}
