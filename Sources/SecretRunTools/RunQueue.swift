import EventLoop

/// Runs that take place at a time, so that a thousand calls do not take all descriptors. The others wait in order.
final class RunQueue {
    private let loop: EventLoop
    private let limit: Int
    private let mostWaiting: Int
    private var taken = 0
    private var waiting: [RunPlace] = []

    init(loop: EventLoop, limit: Int, mostWaiting: Int) {
        self.loop = loop
        self.limit = limit
        self.mostWaiting = mostWaiting
    }

    /// A place in the line.
    ///
    /// - Parameter onTurn: called once, later, unless the place has its turn at once (`hasTurn`) or is left before.
    /// - Returns: nil when too many wait.
    func enter(_ onTurn: @escaping () -> Void) -> RunPlace? {
        if taken < limit {
            taken += 1
            return RunPlace(self, nil)
        }
        guard waiting.count < mostWaiting else { return nil }
        let place = RunPlace(self, onTurn)
        waiting.append(place)
        return place
    }

    /// How many wait.
    var length: Int { waiting.count }

    fileprivate func left(_ place: RunPlace, hadTurn: Bool) {
        guard hadTurn else {
            waiting.removeAll { $0 === place }
            return
        }
        taken -= 1
        guard !waiting.isEmpty else { return }
        let next = waiting.removeFirst()
        taken += 1
        let onTurn = next.takeTurn()
        // Not within the end of another run: a thousand runs that end at once would else stand on one stack.
        loop.soon { if next.isHeld { onTurn() } }
    }
}

/// A place in the line of runs. It is left once, when the run has ended or gives its place to others.
final class RunPlace {
    private let queue: RunQueue
    private var onTurn: (() -> Void)?
    private(set) var isHeld = true

    /// Whether it waits no more.
    var hasTurn: Bool { onTurn == nil }

    fileprivate init(_ queue: RunQueue, _ onTurn: (() -> Void)?) {
        self.queue = queue
        self.onTurn = onTurn
    }

    fileprivate func takeTurn() -> () -> Void {
        defer { onTurn = nil }
        return onTurn ?? {}
    }

    /// Harmless more than once.
    func leave() {
        guard isHeld else { return }
        isHeld = false
        let hadTurn = hasTurn
        onTurn = nil
        queue.left(self, hadTurn: hadTurn)
    }
}
