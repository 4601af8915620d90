import EventLoop
import Testing

@testable import SecretRunTools

@Suite("The line of runs", .serialized)
struct QueueTests {
    private let loop: EventLoop

    init() throws { loop = try EventLoop() }

    private func turn() throws { for _ in 0..<5 { try loop.runOnce(timeout: .zero) } }

    @Test("So many have their turn at once, the others in order as places are left")
    func order() throws {
        let queue = RunQueue(loop: loop, limit: 2, mostWaiting: 10)
        var turns: [Int] = []
        let places = try (0..<5).map { number in try #require(queue.enter { turns.append(number) }) }
        #expect(places.map(\.hasTurn) == [true, true, false, false, false])
        #expect(queue.length == 3)
        places[1].leave()
        places[1].leave()
        try turn()
        #expect(turns == [2] && queue.length == 2)
        places[3].leave()
        places[0].leave()
        try turn()
        #expect(turns == [2, 4] && queue.length == 0)
        places[2].leave()
        places[4].leave()
        #expect(try #require(queue.enter {}).hasTurn)
    }

    @Test("A place that is left between its turn and the call has no turn, and its place is another's")
    func leftInTheMeantime() throws {
        let queue = RunQueue(loop: loop, limit: 1, mostWaiting: 10)
        var turns: [Int] = []
        let first = try #require(queue.enter {})
        let second = try #require(queue.enter { turns.append(2) })
        let third = try #require(queue.enter { turns.append(3) })
        first.leave()
        second.leave()
        try turn()
        #expect(turns == [3])
        third.leave()
        #expect(try #require(queue.enter {}).hasTurn)
    }

    @Test("More than may wait are turned away, and cost nothing")
    func tooMany() throws {
        let queue = RunQueue(loop: loop, limit: 1, mostWaiting: 2)
        let places = (0..<5).map { _ in queue.enter {} }
        #expect(places.map { $0 != nil } == [true, true, true, false, false])
        for place in places { place?.leave() }
        try turn()
        #expect(try #require(queue.enter {}).hasTurn)
    }

    @Test("A thousand that end in one moment do not stand on one stack")
    func many() throws {
        let queue = RunQueue(loop: loop, limit: 1, mostWaiting: 100_000)
        var done = 0
        var places: [Int: RunPlace] = [:]
        for number in 0..<50_000 {
            places[number] = queue.enter {
                done += 1
                places[number]?.leave()
            }
        }
        places[0]?.leave()
        while done < 49_999 { try loop.runOnce(timeout: .zero) }
        #expect(queue.length == 0)
    }
}
