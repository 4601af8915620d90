/// Lets one piece of work in at a time, in the order in which they came.
///
/// A turn waits, then prepares (it can still be refused: what it is for has not happened), then is committed. It leaves once,
/// from wherever it is. When the gate closes, every turn that is not committed is refused, at once.
final class TurnGate {
    /// One piece of work on its way through.
    final class Turn {
        fileprivate enum State { case waiting, preparing, committed, left }
        fileprivate var state = State.waiting
        fileprivate weak var gate: TurnGate?
        fileprivate var begin: (() -> Void)?
        fileprivate var refused: (() -> Void)?

        /// Whether it is in and was not refused.
        var isIn: Bool { state == .preparing || state == .committed }

        /// From now on the closing of the gate does not concern it.
        func commit() {
            guard state == .preparing else { return }
            state = .committed
            refused = nil
        }

        /// Lets the next one in. Without effect when it has left.
        func leave() { gate?.leave(self) }
    }

    private var waiting: [Turn] = []
    private var current: Turn?
    private var isClosed = false
    /// `begin` of a turn is being called: the next one waits until it has returned.
    private var isLettingIn = false

    /// Whether somebody is in or waits.
    var isOccupied: Bool { current != nil || !waiting.isEmpty }
    /// Whether somebody waits.
    var hasWaiting: Bool { !waiting.isEmpty }

    /// Calls `begin` when it is this turn's turn: at once when nobody is in.
    ///
    /// - Parameters:
    ///   - turn: a new one.
    ///   - refused: called instead, or after `begin`, when the gate closes before the turn is committed.
    func enter(_ turn: Turn, refused: @escaping () -> Void, begin: @escaping () -> Void) {
        guard !isClosed else {
            turn.state = .left
            return refused()
        }
        turn.gate = self
        turn.refused = refused
        turn.begin = begin
        waiting.append(turn)
        letIn()
    }

    /// Refuses whoever is not committed, now and from now on.
    func close() {
        isClosed = true
        let turns = ([current].compactMap(\.self) + waiting).filter { $0.state != .committed }
        waiting = []
        for turn in turns {
            let refused = turn.refused
            leave(turn)
            refused?()
        }
    }

    private func leave(_ turn: Turn) {
        guard turn.state != .left else { return }
        turn.state = .left
        (turn.begin, turn.refused) = (nil, nil)
        if current === turn { current = nil } else { waiting.removeAll { $0 === turn } }
        letIn()
    }

    private func letIn() {
        guard !isLettingIn else { return }
        isLettingIn = true
        while current == nil, !waiting.isEmpty {
            let turn = waiting.removeFirst()
            current = turn
            turn.state = .preparing
            let begin = turn.begin
            turn.begin = nil
            begin?()
        }
        isLettingIn = false
    }
}
