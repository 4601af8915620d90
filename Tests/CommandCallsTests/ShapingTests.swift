import EventLoop
import JSON
import LinearRegex
import OutputShaping
import Testing

@testable import CommandCalls
@testable import Sessions

/// All steps of a work, one after the other.
func finished<Work: Shaping>(_ work: Work) throws -> Work.Output {
    var work = work
    while true {
        if let output = try work.step() { return output }
    }
}

func capture(_ bytes: [UInt8]) -> Capture {
    let capture = Capture()
    for start in stride(from: 0, to: bytes.count, by: 50_000) {
        capture.append(bytes[start..<min(start + 50_000, bytes.count)])
    }
    return capture
}

/// What a stream becomes, in one piece.
private func shapedAtOnce(_ bytes: [UInt8], _ budget: CompiledBudget) throws -> (text: String, report: BudgetReport, redactions: [String: Int]) {
    var stream = Texts.shapesOnly.stream()
    var text: [UInt8] = []
    stream.feed(bytes, into: &text)
    stream.finish(into: &text)
    let kept = try finished(budget.search(text))
    return (String(decoding: kept.text.rendered, as: UTF8.self), kept.report, stream.redactions)
}

@Suite("Results made in steps")
struct ShapingTests {
    /// Lines of all kinds, among them credentials, terminal codes, broken text and very many empty ones.
    private static func hostileText(seed: UInt64, parts: Int) -> [UInt8] {
        var state = seed
        var text: [UInt8] = []
        for _ in 0..<parts {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            switch state >> 60 {
            case 0...2: text += Array("password=hunter\(state % 1000)xyz secret_key: abc\(state % 77)defgh\n".utf8)
            case 3...4: text += Array("export TOKEN=\(TextTests.token)\n".utf8)
            case 5...6: text += [UInt8](repeating: 0x0A, count: Int(state >> 40 % 300))
            case 7...8: text += Array("\u{1B}[1mbold\u{1B}[0m\rprogress\r\n".utf8)
            case 9: text += [0xFF, 0xC3, 0x0A, 0xE2, 0x82]
            case 10: text += Array("ä".utf8) + [UInt8](repeating: UInt8(ascii: "w"), count: Int(state >> 40 % 5_000))
            default: text += Array("an ordinary line \(state % 500)\n".utf8)
            }
        }
        return text
    }

    private static let budgets: [JSONObject] = [
        [:], ["grep": ["pattern": "line [0-9]*7$", "context": 2]], ["grep": ["pattern": "^$"], "keep": ["mode": "tail", "n": 40]],
        ["keep": ["mode": "head_tail", "head": 3, "tail": 5], "max_chars": 400],
    ]

    @Test("With a budget, steps of any size give what the whole at once gives", arguments: [1, 17, 4_096], budgets)
    func budgeted(piece: Int, budget: JSONObject) throws {
        let budget = try CompiledBudget(budget)
        let out = Self.hostileText(seed: 11, parts: piece == 1 ? 40 : 400)
        let err = Self.hostileText(seed: 12, parts: 9)
        let shaped = try finished(ResultShaping(
            stdout: CaptureReading(capture(out), .shapesOnly, isEnded: true, piece: piece),
            stderr: CaptureReading(capture(err), .shapesOnly, isEnded: true, piece: piece), budget: budget, reserved: 0))
        let expectedOut = try shapedAtOnce(out, budget)
        let expectedErr = try shapedAtOnce(err, budget)
        #expect(shaped.stdout.text == expectedOut.text && shaped.stdout.report == expectedOut.report)
        #expect(shaped.stderr.text == expectedErr.text && shaped.stderr.report == expectedErr.report)
        #expect(shaped.redactions == expectedOut.redactions.merging(expectedErr.redactions, uniquingKeysWith: +))
        #expect(shaped.redactions["github-token"] ?? 0 > 0)
    }

    @Test("Without a budget, steps of any size give the same, and count the redactions of the whole", arguments: [1, 23, 16_384])
    func bounded(piece: Int) throws {
        let out = Self.hostileText(seed: 21, parts: 500)
        let shaped = try finished(ResultShaping(
            stdout: CaptureReading(capture(out), .shapesOnly, isEnded: true, piece: piece),
            stderr: CaptureReading(capture([]), .shapesOnly, isEnded: true, piece: piece), budget: nil, reserved: 0))
        let all = try shapedAtOnce(out, CompiledBudget([:]))
        let room = ShapedResult.defaultRoom - 0
        let cap = HeadTailCap(limit: room, measure: .json, countsNote: true)
        #expect(shaped.stdout.text == String(decoding: cap.apply(to: ElidedText(whole: Array(all.text.utf8))).rendered, as: UTF8.self))
        #expect(shaped.isTruncated && shaped.redactions == all.redactions)
    }

    @Test("A search that costs too much in one line is given up, since nothing else happens meanwhile")
    func tooCostly() throws {
        // Needs a state for every set of the last 500 letters.
        let budget = try CompiledBudget(["grep": ["pattern": "[ab]*a[ab]{500}c"]])
        var state: UInt64 = 3
        let letters = (0..<20_000).map { _ in
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return state >> 63 == 0 ? UInt8(ascii: "a") : UInt8(ascii: "b")
        }
        #expect(throws: SearchError.tooCostly) { _ = try finished(budget.search(letters)) }
        #expect(try finished(budget.search(Array(letters.prefix(700)))).report.linesKept == 0)
        var effort = SearchEffort(steps: 5)
        try effort.spend(5)
        #expect(throws: SearchError.tooCostly) { try effort.spend(1) }
    }

    @Test("A part of a kept output is the same from its text and from its stream, and the text is handed out once")
    func parts() throws {
        let out = Self.hostileText(seed: 31, parts: 300)
        var texts: [WholeText] = []
        func part(_ source: OutputPart.Source, _ budget: CompiledBudget?) throws -> OutputPart.Output {
            try finished(OutputPart(source, budget, offset: 30, limit: 20) { texts.append($0) })
        }
        let grep = try CompiledBudget(["grep": ["pattern": "ordinary"], "keep": ["mode": "head", "n": 5]])
        let stream = WholeStream(CaptureReading(capture(out), .shapesOnly, isEnded: true, piece: 100))
        let fresh = try part(.stream(stream), nil)
        let whole = try #require(texts.first)
        #expect(texts.count == 1 && whole.bytes > whole.text.count)
        let known = try part(.known(whole), nil)
        #expect(known.text == fresh.text && known.linesShown == 20 && fresh.next == 50 && known.linesTotal == fresh.linesTotal)
        let found = try part(.known(whole), grep)
        let foundAgain = try part(.stream(stream), grep)
        #expect(found.text == foundAgain.text && found.linesShown == 5 && found.next == nil)
        #expect(texts.count == 2)
    }

    @Test("A stream that grows while it is read is read as far as it had come")
    func growing() throws {
        let growing = capture(Array("first\nsecond\n".utf8))
        var reading = CaptureReading(growing, .shapesOnly, isEnded: false, piece: 6)
        var text = reading.step()
        growing.append(Array("third\n".utf8)[...])
        while !reading.isOver { text += reading.step() }
        let all = String(decoding: text, as: UTF8.self)
        // What could still become part of a secret is held back.
        #expect("first\nsecond\n".hasPrefix(all) && all.hasPrefix("first"))
    }
}

@Suite("A stream that is followed")
struct CaptureCursorTests {
    private func portion(_ follower: OutputFollower, isEnded: Bool) throws -> OutputPortion.Output {
        try finished(follower.portion(isEnded: isEnded))
    }

    @Test("Portions add up to the text, and their counts to the redactions")
    func portions() throws {
        let out = Capture()
        let follower = OutputFollower(stdout: out, stderr: Capture(), texts: .shapesOnly)
        var all: [UInt8] = []
        var redactions = 0
        for round in 0..<50 {
            out.append(Array("line \(round) \(TextTests.token)\n".utf8)[...])
            let new = try portion(follower, isEnded: round == 49)
            all += new.stdout.rendered
            redactions += new.redactions["github-token"] ?? 0
        }
        #expect(String(decoding: all, as: UTF8.self) == (0..<50).map { "line \($0) [REDACTED:github-token]\n" }.joined())
        #expect(redactions == 50)
    }

    @Test("A portion that is cancelled loses nothing, and two at a time share what there is")
    func cancelled() throws {
        let text = Array((0..<10_000).map { "line \($0)\n" }.joined().utf8.prefix(30_000))
        let follower = OutputFollower(stdout: capture(text), stderr: Capture(), texts: .shapesOnly)
        var first = follower.portion(isEnded: true)
        #expect(first.step() == nil)
        var (second, third) = (follower.portion(isEnded: true), follower.portion(isEnded: true))
        var parts: [OutputPortion.Output] = []
        while parts.count < 2 {
            if let part = second.step() { parts.append(part) }
            if parts.count < 2, let part = third.step() { parts.append(part) }
        }
        #expect(parts.flatMap { $0.stdout.rendered } == text)
    }

    @Test("Where the kernel has no room for a file, exactly what was not kept is missing")
    func noFiles() throws {
        let out = Capture(makeFile: { () throws(SystemError) in throw SystemError(call: .memoryFile, errno: 24) })
        let follower = OutputFollower(stdout: out, stderr: Capture(), texts: .shapesOnly)
        let line = Array("an ordinary line\n".utf8)
        for _ in 0..<5_000 { out.append(line[...]) }
        let kept = out.totalBytes - out.omittedBytes
        #expect(out.omittedBytes > 0 && kept > 0)
        let first = String(decoding: try portion(follower, isEnded: false).stdout.tail, as: UTF8.self)
        #expect(first.hasSuffix("\n... \(out.omittedBytes) bytes not kept ...\n"))
        out.append(line[...])
        let second = String(decoding: try portion(follower, isEnded: true).stdout.rendered, as: UTF8.self)
        #expect(second == "\n... \(line.count) bytes not kept ...\n")
        let whole = try finished(WholeStream(CaptureReading(out, .shapesOnly, isEnded: true)))
        #expect(!whole.isComplete && whole.text.count == kept - kept % line.count + "\n... \(out.omittedBytes) bytes not kept ...\n".utf8.count)
    }
}

@Suite("The queue of results that are being made")
struct ShapingQueueTests {
    private final class Box {
        var isSet = false
        var steps = 0
    }

    /// Is done one step after `flag` is set. It gives up some day, so that a failure does not hang.
    private struct Waiting: Shaping {
        let flag: Box
        let own: Box
        mutating func step() -> Bool? {
            own.steps += 1
            return flag.isSet ? true : own.steps > 100_000_000 ? false : nil
        }
    }

    @Test("What is short is done before the call returns")
    func short() throws {
        let queue = ShapingQueue(loop: try EventLoop())
        let flag = Box()
        flag.isSet = true
        var outcome: Bool?
        let task = queue.start(Waiting(flag: flag, own: Box())) { outcome = try? $0.get() }
        #expect(outcome == true && task.isOver)
    }

    @Test("Descriptors, timers and other results have their turns while one is being made")
    func fairness() throws {
        let loop = try EventLoop()
        let queue = ShapingQueue(loop: loop)
        let (byDescriptor, byTimer, byOther) = (Box(), Box(), Box())
        var outcomes: [Bool] = []
        let pair = try DescriptorPair.pipe()
        let watch = try loop.watch(pair.first.rawValue, .read) { _ in byDescriptor.isSet = true }
        _ = pair.second.write([1])
        loop.after(.milliseconds(1)) { byTimer.isSet = true }
        for flag in [byDescriptor, byTimer, byOther] {
            queue.start(Waiting(flag: flag, own: Box())) {
                outcomes.append((try? $0.get()) == true)
                if outcomes.count == 2 { byOther.isSet = true }
            }
        }
        #expect(outcomes.isEmpty)
        while outcomes.count < 3 { try loop.runOnce(timeout: .milliseconds(20)) }
        watch.cancel()
        #expect(outcomes == [true, true, true])
    }

    @Test("What is cancelled tells nobody, and keeps nothing")
    func cancelled() throws {
        let loop = try EventLoop()
        let queue = ShapingQueue(loop: loop)
        let (first, second) = (Box(), Box())
        weak var kept: Box?
        var isTold = false
        let task: ShapingTask
        do {
            let own = Box()
            kept = own
            task = queue.start(Waiting(flag: first, own: own)) { _ in isTold = true }
        }
        #expect(!task.isOver && kept != nil)
        task.cancel()
        #expect(task.isOver && kept == nil)
        var isDone = false
        queue.start(Waiting(flag: second, own: Box())) { _ in isDone = true }
        loop.soon { second.isSet = true }
        while !isDone { try loop.runOnce(timeout: .milliseconds(20)) }
        #expect(!isTold)
    }

    /// Holds something from its first step on, and is done one step after `flag` is set.
    private struct Holding: Shaping {
        final class Held {
            let count: Box
            init(_ count: Box) {
                self.count = count
                count.steps += 1
            }
            deinit { count.steps -= 1 }
        }
        let flag: Box
        let count: Box
        var held: Held?
        mutating func step() -> Bool? {
            if held == nil { held = Held(count) }
            return flag.isSet ? true : nil
        }
    }

    @Test("However many long results are asked for, only a few are under way, short ones pass them, and all are made")
    func crowd() throws {
        let loop = try EventLoop()
        let queue = ShapingQueue(loop: loop)
        let (flag, count, set) = (Box(), Box(), Box())
        set.isSet = true
        var (long, short) = (0, 0)
        var tasks: [ShapingTask] = []
        for _ in 0..<12 { tasks.append(queue.start(Holding(flag: flag, count: count)) { _ in long += 1 }) }
        for _ in 0..<12 { queue.start(Holding(flag: set, count: Box())) { _ in short += 1 } }
        #expect(count.steps <= ShapingQueue.mostUnderWay)
        while short < 12 { try loop.runOnce(timeout: .milliseconds(20)) }
        #expect(long == 0 && count.steps <= ShapingQueue.mostUnderWay)
        tasks[0].cancel()
        tasks[11].cancel()
        flag.isSet = true
        while long < 10 { try loop.runOnce(timeout: .milliseconds(20)) }
        tasks.removeAll()
        #expect(long == 10 && count.steps == 0)
    }

    @Test("An error of the work is its outcome")
    func failure() throws {
        struct Failing: Shaping {
            mutating func step() throws(SearchError) -> Int? { throw .tooCostly }
        }
        var failure: SearchError?
        ShapingQueue(loop: try EventLoop()).start(Failing()) { if case .failure(let error) = $0 { failure = error } }
        #expect(failure == .tooCostly)
    }
}
