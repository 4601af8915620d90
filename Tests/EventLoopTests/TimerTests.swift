import EventLoop
import Testing

@Suite("Timers and turns")
struct TimerTests {
    @Test("Timers fire in the order of their deadlines, equal ones in the order of arming") func order() throws {
        let loop = try EventLoop()
        var fired: [Int] = []
        let start = loop.now
        for (name, delay) in [(3, 6), (1, 2), (2, 4), (4, 6)] {
            loop.at(start + .milliseconds(delay)) {
                #expect(loop.now >= start + .milliseconds(delay))
                fired.append(name)
            }
        }
        try loop.run()
        #expect(fired == [1, 2, 3, 4])
    }

    @Test("A cancelled timer does not fire, also when cancelled by one due in the same turn") func cancel() throws {
        let loop = try EventLoop()
        var fired: [Int] = []
        var timers: [Timer] = []
        let due = loop.now
        for name in 0..<4 {
            timers.append(
                loop.at(due) {
                    fired.append(name)
                    timers[2].cancel()
                })
        }
        timers[3].cancel()
        timers[3].cancel()
        try loop.run()
        #expect(fired == [0, 1])
        #expect(timers.allSatisfy { !$0.isArmed })
    }

    @Test("A timer armed by a timer waits for the next turn") func rearm() throws {
        let loop = try EventLoop()
        var count = 0
        func again() {
            count += 1
            loop.after(.zero, again)
        }
        loop.after(.zero, again)
        try turn(loop) { count == 1 }
        try loop.runOnce(timeout: .zero)
        #expect(count == 2)
    }

    @Test("A random schedule fires like a sorted list") func property() throws {
        var generator = SeededGenerator(state: 3)
        for _ in 0..<50 {
            let loop = try EventLoop()
            let start = loop.now
            var fired: [Int] = []
            var timers: [Timer] = []
            var expected: [(deadline: Int, index: Int)] = []
            for index in 0..<60 {
                // Deadlines in the past: all are due in one turn, and nothing depends on the machine's speed.
                let deadline = Int.random(in: 0..<30, using: &generator)
                timers.append(loop.at(start + .nanoseconds(deadline - 1000)) { fired.append(index) })
                expected.append((deadline, index))
                if Int.random(in: 0..<3, using: &generator) == 0 {
                    let victim = Int.random(in: 0...index, using: &generator)
                    timers[victim].cancel()
                    expected.removeAll { $0.index == victim }
                }
            }
            try loop.run()
            #expect(fired == expected.sorted { ($0.deadline, $0.index) < ($1.deadline, $1.index) }.map(\.index))
        }
    }

    @Test("What is queued runs in order in the next turn, and what it queues in the one after") func soon() throws {
        let loop = try EventLoop()
        var steps: [Int] = []
        loop.soon {
            steps.append(1)
            loop.soon { steps.append(3) }
        }
        loop.soon { steps.append(2) }
        try loop.runOnce(timeout: .seconds(60))
        #expect(steps == [1, 2])
        try loop.runOnce(timeout: .seconds(60))
        #expect(steps == [1, 2, 3])
    }

    @Test("A run ends when it is stopped, and when nothing can happen any more") func run() throws {
        let loop = try EventLoop()
        try loop.run()
        let pair = try Sockets()
        let watch = try loop.watch(pair.left.number, .read) { _ in }
        loop.soon { loop.stop() }
        try loop.run()
        loop.soon { watch.interest = [] }
        try loop.run()
        watch.cancel()
    }

    @Test("A loop can be released with everything in it") func release() throws {
        weak var gone: EventLoop?
        let pair = try Sockets()
        var watch: Watch?
        var timer: Timer?
        do {
            let loop = try EventLoop()
            gone = loop
            watch = try loop.watch(pair.left.number, .read) { _ in }
            timer = loop.after(.seconds(60)) {}
        }
        #expect(gone == nil)
        watch?.interest = []
        watch?.cancel()
        timer?.cancel()
    }

    @Test("Instants and durations add up without overflow") func instants() {
        let instant = MonotonicInstant(nanoseconds: 5)
        #expect((instant + .nanoseconds(7)).nanoseconds == 12)
        #expect((instant + .seconds(Int64.max)).nanoseconds == .max)
        #expect(instant + .seconds(1) - instant == .seconds(1))
        #expect((instant + Duration(secondsComponent: 0, attosecondsComponent: 1)).nanoseconds == 6)
        #expect(SystemClock.monotonic <= SystemClock.monotonic)
        #expect(SystemClock.wallMilliseconds > 1_700_000_000_000)
    }
}
