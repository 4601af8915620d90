import EventLoop
import LinearRegex

/// Does the work on results in slices of a few milliseconds, so that one result, however long, holds up nothing else.
///
/// The first slice is done at once: an ordinary result is ready in the turn of the loop in which its command ended. The rest
/// takes its turns with that of other results, one slice a turn of the loop, which looks for other events in between.
final class ShapingQueue {
    private let loop: EventLoop
    private var waiting: [ShapingTask] = []
    private var isPlanned = false
    /// What first slices took in this turn of the loop.
    private var spent = Duration.zero

    private static let slice = Duration.milliseconds(4)
    /// So much of one turn may go to first slices: a client may send very many calls at once.
    private static let mostInTurn = Duration.milliseconds(12)

    init(loop: EventLoop) { self.loop = loop }

    /// Starts the work. `then` is called once, maybe before this returns, unless the task is cancelled first.
    @discardableResult
    func start<Work: Shaping>(
        _ work: Work, then: @escaping (Result<Work.Output, SearchError>) -> Void
    ) -> ShapingTask {
        var work = work
        let task = ShapingTask {
            do throws(SearchError) {
                guard let output = try work.step() else { return nil }
                return { then(.success(output)) }
            } catch {
                return { then(.failure(error)) }
            }
        }
        if spent < Self.mostInTurn {
            let start = loop.now
            advance(task)
            spent += loop.now - start
        }
        if !task.isOver { waiting.append(task) }
        plan()
        return task
    }

    private func advance(_ task: ShapingTask) {
        let deadline = loop.now + Self.slice
        repeat {
            guard let finish = task.step?() else { continue }
            task.cancel()
            finish()
        } while !task.isOver && loop.now < deadline
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
        let task = waiting.removeFirst()
        advance(task)
        if !task.isOver { waiting.append(task) }
        if !waiting.isEmpty { plan() }
    }
}

/// Work in a `ShapingQueue`. It keeps what it works on until it is over.
final class ShapingTask {
    /// Does a piece of the work. Once that is done it answers what is to be called with the outcome.
    fileprivate var step: (() -> (() -> Void)?)?

    fileprivate init(_ step: @escaping () -> (() -> Void)?) { self.step = step }

    /// Done or cancelled.
    var isOver: Bool { step == nil }

    /// Ends the work: nobody is told anything.
    func cancel() { step = nil }
}
