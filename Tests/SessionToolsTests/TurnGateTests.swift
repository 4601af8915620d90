import Testing

@testable import SessionTools

/// Turns that write down what happens to them.
private final class Log {
    var lines: [String] = []
    let gate = TurnGate()

    func enter(_ name: String, commits: Bool = true) -> TurnGate.Turn {
        let turn = TurnGate.Turn()
        gate.enter(turn, refused: { self.lines.append("\(name) refused") }) {
            self.lines.append("\(name) in")
            if commits { turn.commit() }
        }
        return turn
    }
}

@Suite("The gate of a session")
struct TurnGateTests {
    @Test("One is in at a time, in the order in which they came")
    func order() {
        let log = Log()
        let turns = ["a", "b", "c"].map { log.enter($0) }
        #expect(log.lines == ["a in"])
        #expect(log.gate.isOccupied)
        turns[0].leave()
        turns[0].leave()
        #expect(log.lines == ["a in", "b in"])
        turns[1].leave()
        turns[2].leave()
        #expect(log.lines == ["a in", "b in", "c in"])
        #expect(!log.gate.isOccupied)
    }

    @Test("Who leaves while waiting never comes in")
    func withdrawn() {
        let log = Log()
        let first = log.enter("a")
        log.enter("b").leave()
        let last = log.enter("c")
        first.leave()
        #expect(log.lines == ["a in", "c in"])
        #expect(last.isIn)
    }

    @Test("Closing refuses who waits and who prepares, once and in order, and lets nobody in any more")
    func closing() {
        let log = Log()
        let turns = [log.enter("a", commits: false), log.enter("b"), log.enter("c")]
        log.gate.close()
        log.gate.close()
        _ = log.enter("d")
        for turn in turns { turn.leave() }
        #expect(log.lines == ["a in", "a refused", "b refused", "c refused", "d refused"])
        #expect(turns.allSatisfy { !$0.isIn })
        #expect(!log.gate.isOccupied)
    }

    @Test("Who is committed is left alone when the gate closes")
    func committed() {
        let log = Log()
        let first = log.enter("a")
        _ = log.enter("b")
        log.gate.close()
        #expect(log.lines == ["a in", "b refused"])
        #expect(first.isIn && log.gate.isOccupied)
        first.leave()
        #expect(!log.gate.isOccupied)
    }

    @Test("Ten thousand that are done at once do not stand on each other's shoulders")
    func depth() {
        let gate = TurnGate()
        let first = TurnGate.Turn()
        var count = 0
        gate.enter(first, refused: {}) {}
        for _ in 0..<10_000 {
            let turn = TurnGate.Turn()
            gate.enter(turn, refused: {}) {
                count += 1
                turn.leave()
            }
        }
        first.leave()
        #expect(count == 10_000)
    }

    @Test("Whatever is done, in any order, each turn comes in or is refused at most once, and one is in at a time")
    func random() {
        var numbers = SystemRandomNumberGenerator()
        for _ in 0..<300 {
            let gate = TurnGate()
            var turns: [TurnGate.Turn] = []
            var told: [Int] = []
            var inside: [Int] = []
            for index in 0..<20 {
                let turn = TurnGate.Turn()
                turns.append(turn)
                gate.enter(turn, refused: { told.append(index) }) { inside.append(index) }
                #expect(turns.count { $0.isIn } <= 1)
                if Bool.random(using: &numbers), let one = turns.randomElement(using: &numbers) { one.commit() }
                if Bool.random(using: &numbers), let one = turns.randomElement(using: &numbers) { one.leave() }
                if Int.random(in: 0..<40, using: &numbers) == 0 { gate.close() }
            }
            #expect(inside == inside.sorted() && Set(inside).count == inside.count && Set(told).count == told.count)
            gate.close()
            for turn in turns { turn.leave() }
            #expect(!gate.isOccupied)
        }
    }
}
