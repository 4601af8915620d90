package import EventLoop
package import LinearRegex

/// Does the work on results in slices of a few milliseconds, so that one result, however long, holds up nothing else.
///
/// The first slice is done at once: an ordinary result is ready in the turn of the loop in which its command ended. The rest
/// takes its turns with that of other results, a slice or two a turn of the loop, which looks for other events in between.
///
/// A long result takes tens of megabytes while it is made, and a client may ask for thousands. So only the first few in line
/// are under way. Of the others the first slice is tried, in case it is enough, and forgotten if it is not.
package final class ShapingQueue {
    private let loop: EventLoop
    private var waiting: [ShapingTask] = []
    private var isPlanned = false
    /// Whose turn it is among those under way.
    private var place = 0
    /// What first slices took in this turn of the loop.
    private var spent = Duration.zero

    private static let slice = Duration.milliseconds(4)
    /// So much of one turn may go to first slices: a client may send very many calls at once.
    private static let mostInTurn = Duration.milliseconds(12)
    /// How many are under way at a time.
    package static let mostUnderWay = 4

    package init(loop: EventLoop) { self.loop = loop }

    /// Starts the work. `then` is called once, maybe before this returns, unless the task is cancelled first.
    @discardableResult
    package func start<Work: Shaping>(
        _ work: Work, then: @escaping (Result<Work.Output, SearchError>) -> Void
    ) -> ShapingTask {
        let task = ShapingTask {
            var work = work
            return {
                do throws(SearchError) {
                    guard let output = try work.step() else { return nil }
                    return { then(.success(output)) }
                } catch {
                    return { then(.failure(error)) }
                }
            }
        }
        if spent < Self.mostInTurn {
            let start = loop.now
            advance(task, isUnderWay: waiting.count < Self.mostUnderWay)
            spent += loop.now - start
        }
        if !task.isOver { waiting.append(task) }
        plan()
        return task
    }

    private func advance(_ task: ShapingTask, isUnderWay: Bool) {
        guard let step = task.step() else { return }
        let deadline = loop.now + Self.slice
        repeat {
            guard let finish = step() else { continue }
            task.cancel()
            finish()
        } while !task.isOver && loop.now < deadline
        if !isUnderWay { task.forget() }
    }

    private func plan() {
        guard !isPlanned else { return }
        isPlanned = true
        loop.soon { [weak self] in self?.turn() }
    }

    private func turn() {
        isPlanned = false
        spent = .zero
        waiting.removeAll { $0.isOver }
        guard !waiting.isEmpty else { return }
        place = (place + 1) % min(waiting.count, Self.mostUnderWay)
        let untried = waiting.dropFirst(Self.mostUnderWay).first { !$0.isTried }
        advance(waiting[place], isUnderWay: true)
        if let untried { advance(untried, isUnderWay: false) }
        if !waiting.isEmpty { plan() }
    }
}

/// Work in a `ShapingQueue`. It keeps what it works on until it is over.
package final class ShapingTask {
    package typealias Step = () -> (() -> Void)?

    /// Makes the work, from its beginning.
    private var begin: (() -> Step)?
    /// Does a piece of the work. Once that is done it answers what is to be called with the outcome.
    private var current: Step?
    /// A slice of it was done, forgotten or not.
    fileprivate private(set) var isTried = false

    fileprivate init(_ begin: @escaping () -> Step) { self.begin = begin }

    /// Done or cancelled.
    package var isOver: Bool { begin == nil }

    /// The work as far as it is done; nil when it is over.
    fileprivate func step() -> Step? {
        isTried = true
        if current == nil { current = begin?() }
        return current
    }

    /// What was done so far is done anew.
    fileprivate func forget() { current = nil }

    /// Ends the work: nobody is told anything.
    package func cancel() {
        begin = nil
        current = nil
    }
}
