import JSON
import LinearRegex
import OutputShaping
import Sessions

/// The two streams of a command as the agent gets them.
struct ShapedResult {
    struct Stream {
        var text: String
        var report: BudgetReport?
        var isTruncated: Bool
    }

    var stdout: Stream
    var stderr: Stream
    var redactions: [String: Int]

    var isTruncated: Bool { stdout.isTruncated || stderr.isTruncated }

    /// What both streams together may take in a result without a budget of its own, counted as JSON. With the other fields a
    /// result then stays below 10,000 characters, which is what clients show without cutting.
    static let defaultRoom = 8_200
    /// A stream that needs less than this is not cut because the other is long.
    static let leastRoom = 2_000

    /// What a stream may take at most, counted as JSON, whatever the budget says: beyond this neither a result nor its record
    /// could be written.
    static let mostRoom = 1_000_000

    /// Shapes captured streams: by the budget, or else to what a client shows.
    ///
    /// - Parameters:
    ///   - isEnded: whether nothing more comes.
    ///   - reserved: what of the room of a result without a budget another field takes, as a very long directory does.
    init(
        stdout: Capture, stderr: Capture, isEnded: Bool = true, budget: CompiledBudget?, reserved: Int = 0
    ) throws(SearchError) {
        var redactions: [String: Int] = [:]
        if let budget {
            self.stdout = try Self.budgeted(stdout, isEnded, budget, &redactions)
            self.stderr = try Self.budgeted(stderr, isEnded, budget, &redactions)
        } else {
            let out = Self.bounded(stdout, isEnded, &redactions)
            let err = Self.bounded(stderr, isEnded, &redactions)
            let errLength = TextMeasure.json.length(err.rendered)
            let outLength = TextMeasure.json.length(out.rendered)
            let least = max(Self.leastRoom - reserved / 2, 200)
            let room = max(2 * least, Self.defaultRoom - reserved)
            let forErr = min(errLength, max(least, room - outLength))
            let forOut = max(least, room - forErr)
            self.stdout = Self.capped(out, room: forOut)
            self.stderr = Self.capped(err, room: forErr)
            if !stdout.isComplete { self.stdout.isTruncated = true }
            if !stderr.isComplete { self.stderr.isTruncated = true }
        }
        self.redactions = redactions
    }

    /// Text that came piece by piece and is shaped already but for its cap.
    init(stdout: ElidedText, stderr: ElidedText, redactions: [String: Int]) {
        self.stdout = Self.capped(stdout, room: Self.defaultRoom - Self.leastRoom)
        self.stderr = Self.capped(stderr, room: Self.leastRoom)
        self.redactions = redactions
    }

    private static func bounded(_ capture: Capture, _ isEnded: Bool, _ redactions: inout [String: Int]) -> ElidedText {
        var collector = BoundedCollector(limit: 4 * defaultRoom)
        var reading = CaptureText()
        reading.read(capture, isEnded: isEnded) { collector.append($0.span) }
        redactions.merge(reading.redactions, uniquingKeysWith: +)
        return collector.collected()
    }

    private static func capped(_ text: ElidedText, room: Int) -> Stream {
        let kept = HeadTailCap(limit: room, measure: .json, countsNote: true).apply(to: text)
        return Stream(text: String(decoding: kept.rendered, as: UTF8.self), isTruncated: kept.isTruncated)
    }

    private static func budgeted(
        _ capture: Capture, _ isEnded: Bool, _ budget: CompiledBudget, _ redactions: inout [String: Int]
    ) throws(SearchError) -> Stream {
        let (text, reading) = CaptureText.whole(capture, isEnded: isEnded)
        redactions.merge(reading.redactions, uniquingKeysWith: +)
        let kept = try budget.apply(to: text)
        let shown = HeadTailCap(limit: mostRoom, measure: .json, countsNote: true).apply(to: kept.text)
        return Stream(
            text: String(decoding: shown.rendered, as: UTF8.self), report: kept.report,
            isTruncated: kept.isTruncated || shown.isTruncated || reading.lostBytes > 0)
    }

    /// The `budget` field: what was done to each stream.
    var budgetField: JSONValue? {
        guard let out = stdout.report, let err = stderr.report else { return nil }
        return ["stdout": Self.json(out), "stderr": Self.json(err)]
    }

    private static func json(_ report: BudgetReport) -> JSONValue {
        ["mode": .string(report.mode), "lines_total": .int(report.linesTotal), "lines_kept": .int(report.linesKept)]
    }
}

extension [String: Int] {
    /// The `redactions` field: how often which kind was replaced, in a stable order.
    var redactionsField: JSONValue {
        .object(JSONObject(sorted { $0.key < $1.key }.map { ($0.key, .int($0.value)) }))
    }
}
