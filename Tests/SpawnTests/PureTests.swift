import Spawn
import Testing

@Suite("Escalation")
struct EscalationTests {
    @Test("TERM, then the grace, then KILL, then giving up") func order() {
        var escalation = Escalation(grace: .seconds(5), limit: .seconds(2))
        guard case .terminate = escalation.next(remaining: 2, elapsed: .zero) else {
            Issue.record("did not ask first")
            return
        }
        guard case .wait = escalation.next(remaining: 2, elapsed: .seconds(1)) else {
            Issue.record("did not wait")
            return
        }
        #expect(escalation.next(remaining: 2, elapsed: .milliseconds(4_999)) == .wait(.milliseconds(1)))
        for elapsed in [5, 6] {
            guard case .kill = escalation.next(remaining: 1, elapsed: .seconds(elapsed)) else {
                Issue.record("did not kill")
                return
            }
        }
        #expect(escalation.next(remaining: 1, elapsed: .seconds(7)) == .gaveUp)
        #expect(escalation.next(remaining: 0, elapsed: .seconds(8)) == .finished)
    }

    @Test("It kills at least once, however late it is asked") func late() {
        var escalation = Escalation(grace: .seconds(1), limit: .seconds(1))
        _ = escalation.next(remaining: 1, elapsed: .zero)
        guard case .kill = escalation.next(remaining: 1, elapsed: .seconds(100)) else {
            Issue.record("gave up without killing")
            return
        }
        #expect(escalation.next(remaining: 1, elapsed: .seconds(100)) == .gaveUp)
    }

    @Test("Without a grace it kills at once") func immediate() {
        var escalation = Escalation(grace: .zero, limit: .seconds(1))
        #expect(escalation.next(remaining: 1, elapsed: .zero) == .kill(then: .milliseconds(1)))
    }
}

@Suite("Process tree")
struct ProcessTreeTests {
    static func record(_ process: Int32, _ parent: Int32, session: Int32 = 1) -> ProcessRecord {
        ProcessRecord(process: process, parent: parent, group: process, session: session, state: 83, startTime: 7)
    }

    @Test("Descendants, sessions and known processes are members") func members() {
        let tree = ProcessTree([
            Self.record(1, 0), Self.record(10, 1, session: 10), Self.record(11, 10, session: 10),
            Self.record(12, 11, session: 12), Self.record(20, 1, session: 10), Self.record(21, 20, session: 21),
            Self.record(30, 1, session: 30), Self.record(31, 30, session: 30), Self.record(40, 1, session: 40),
        ])
        #expect(Set(tree.descendants(of: 10).map(\.process)) == [11, 12])
        #expect(Set(tree.members(of: 10, known: []).map(\.process)) == [10, 11, 12, 20, 21])
        let known = Set([Self.record(30, 1).identity])
        #expect(Set(tree.members(of: nil, known: known).map(\.process)) == [30, 31])
        let recycled = Set([ProcessRecord.Identity(process: 30, startTime: 8)])
        #expect(tree.members(of: nil, known: recycled).isEmpty)
        #expect(Set(tree.adopted(by: 1, own: [10, 20, 40]).map(\.process)) == [30, 31])
    }

    @Test("Random trees agree with walking up the parents") func property() {
        var generator = SeededGenerator(state: 7)
        for _ in 0..<200 {
            // Process 0 is the root; parents may have a higher number than their children.
            let count = Int32.random(in: 1...20, using: &generator)
            let numbers = Array(1...count).shuffled(using: &generator)
            var parent: [Int32: Int32] = [:]
            for (index, number) in numbers.enumerated() {
                parent[number] = index == 0 ? 0 : numbers[Int.random(in: 0..<index, using: &generator)]
            }
            let tree = ProcessTree(numbers.shuffled(using: &generator).map { Self.record($0, parent[$0]!) })
            let ancestor = Int32.random(in: 0...count, using: &generator)
            let naive = numbers.filter { number in
                var up = parent[number]
                while let current = up, current != ancestor { up = parent[current] }
                return up != nil
            }
            #expect(Set(tree.descendants(of: ancestor).map(\.process)) == Set(naive))
        }
    }
}

@Suite("Executable search")
struct ExecutableSearchTests {
    @Test("Programs are found in absolute directories only") func search() {
        #expect(ExecutableSearch.resolve("sh", path: "/nowhere:bin:.:/bin") == "/bin/sh")
        #expect(ExecutableSearch.resolve("/bin/sh", path: "") == "/bin/sh")
        #expect(ExecutableSearch.resolve("/bin", path: "") == nil)
        #expect(ExecutableSearch.resolve("sh", path: "bin:.:") == nil)
        #expect(ExecutableSearch.resolve("bin/sh", path: "/") == nil)
        #expect(ExecutableSearch.resolve("", path: "/bin") == nil)
        #expect(ExecutableSearch.resolve("status", path: "/proc/self") == nil)
    }

    @Test("A program is found once, without dots, and what is there but cannot run is told from nothing") func finding() {
        func find(_ name: String, _ path: String = "/nowhere:.:/bin:/etc", _ directory: String = "/usr") -> ExecutableSearch.Finding {
            ExecutableSearch.find(name, path: path, from: directory)
        }
        #expect(find("sh") == .program("/bin/sh"))
        #expect(find("/bin/../bin/.//sh") == .program("/bin/sh"))
        #expect(find("./bin/../../bin/sh") == .program("/bin/sh"))
        #expect(find("../../../bin/sh") == .program("/bin/sh"))
        #expect(find("bin/env") == .program("/usr/bin/env"))
        #expect(find("sh", "/bin/../bin") == .program("/bin/sh"))
        #expect(find("status", "/proc/self") == .notExecutable)
        #expect(find("/proc/self/status") == .notExecutable)
        #expect(find("/etc") == .notExecutable)
        #expect(find("./bin") == .notExecutable)
        for name in ["", "no-such-program", "./sh", "/nowhere/sh", "sh\0", "/proc/self/status/sh"] { #expect(find(name) == .nothing) }
        #expect(find("sh", "bin:.:") == .nothing)
    }
}
