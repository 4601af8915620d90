package import JSON
package import OutputShaping

/// The two streams of a command as the agent gets them.
package struct ShapedResult {
    package struct Stream {
        package var text: String
        package var report: BudgetReport?
        package var isTruncated: Bool
    }

    package var stdout: Stream
    package var stderr: Stream
    package var redactions: [String: Int]

    package var isTruncated: Bool { stdout.isTruncated || stderr.isTruncated }

    /// What both streams together may take in a result without a budget of its own, counted as JSON. With the other fields a
    /// result then stays below 10,000 characters, which is what clients show without cutting.
    package static let defaultRoom = 8_200
    /// A stream that needs less than this is not cut because the other is long.
    package static let leastRoom = 2_000

    /// What a stream may take at most, counted as JSON, whatever the budget says: beyond this neither a result nor its record
    /// could be written.
    package static let mostRoom = 1_000_000

    /// Streams without a budget of their own, shortened to what a client shows.
    ///
    /// - Parameter reserved: what of the room another field takes, as a very long directory does.
    package init(stdout out: BoundedStream.Output, stderr err: BoundedStream.Output, reserved: Int) {
        let errLength = TextMeasure.json.length(err.text.rendered)
        let outLength = TextMeasure.json.length(out.text.rendered)
        let least = max(Self.leastRoom - reserved / 2, 200)
        let room = max(2 * least, Self.defaultRoom - reserved)
        let forErr = min(errLength, max(least, room - outLength))
        let forOut = max(least, room - forErr)
        stdout = Self.capped(out.text, room: forOut)
        stderr = Self.capped(err.text, room: forErr)
        if !out.isComplete { stdout.isTruncated = true }
        if !err.isComplete { stderr.isTruncated = true }
        redactions = out.redactions.merging(err.redactions, uniquingKeysWith: +)
    }

    /// Streams to which a budget has been applied.
    package init(stdout: BudgetedStream.Output, stderr: BudgetedStream.Output) {
        self.stdout = stdout.stream
        self.stderr = stderr.stream
        redactions = stdout.redactions.merging(stderr.redactions, uniquingKeysWith: +)
    }

    /// Text that came piece by piece and is shaped already but for its cap.
    package init(_ portion: OutputPortion.Output) {
        self.init(stdout: portion.stdout, stderr: portion.stderr, redactions: portion.redactions)
    }

    package init(stdout: ElidedText, stderr: ElidedText, redactions: [String: Int]) {
        self.stdout = Self.capped(stdout, room: Self.defaultRoom - Self.leastRoom)
        self.stderr = Self.capped(stderr, room: Self.leastRoom)
        self.redactions = redactions
    }

    private static func capped(_ text: ElidedText, room: Int) -> Stream {
        let kept = HeadTailCap(limit: room, measure: .json, countsNote: true).apply(to: text)
        return Stream(text: String(decoding: kept.rendered, as: UTF8.self), isTruncated: kept.isTruncated)
    }

    /// The `budget` field: what was done to each stream.
    package var budgetField: JSONValue? {
        guard let out = stdout.report, let err = stderr.report else { return nil }
        return ["stdout": Self.json(out), "stderr": Self.json(err)]
    }

    private static func json(_ report: BudgetReport) -> JSONValue {
        ["mode": .string(report.mode), "lines_total": .int(report.linesTotal), "lines_kept": .int(report.linesKept)]
    }
}

extension [String: Int] {
    /// The `redactions` field: how often which kind was replaced, in a stable order.
    package var redactionsField: JSONValue {
        .object(JSONObject(sorted { $0.key < $1.key }.map { ($0.key, .int($0.value)) }))
    }
}
