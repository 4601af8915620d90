package import LinearRegex
import OutputShaping
package import Sessions

/// The work of making the result of captured streams: by the budget, or else what a client shows.
package struct ResultShaping: Shaping {
    private var bounded: BothStreams<BoundedStream>?
    private var budgeted: BothStreams<BudgetedStream>?
    private let reserved: Int

    /// - Parameters:
    ///   - isEnded: whether nothing more comes.
    ///   - isCut: whether the command was ended before its own end.
    ///   - reserved: what of the room of a result without a budget another field takes.
    package init(stdout: Capture, stderr: Capture, texts: Texts, isEnded: Bool = true, isCut: Bool = false, budget: CompiledBudget?, reserved: Int = 0) {
        self.init(
            stdout: CaptureReading(stdout, texts, isEnded: isEnded, isCut: isCut), stderr: CaptureReading(stderr, texts, isEnded: isEnded, isCut: isCut),
            budget: budget, reserved: reserved)
    }

    package init(stdout: CaptureReading, stderr: CaptureReading, budget: CompiledBudget?, reserved: Int) {
        self.reserved = reserved
        if let budget {
            budgeted = BothStreams(stdout: BudgetedStream(stdout, budget), stderr: BudgetedStream(stderr, budget))
        } else {
            bounded = BothStreams(stdout: BoundedStream(stdout), stderr: BoundedStream(stderr))
        }
    }

    package mutating func step() throws(SearchError) -> ShapedResult? {
        if let (stdout, stderr) = try bounded?.step() {
            return ShapedResult(stdout: stdout, stderr: stderr, reserved: reserved)
        }
        if let (stdout, stderr) = try budgeted?.step() { return ShapedResult(stdout: stdout, stderr: stderr) }
        return nil
    }
}

/// A stream as far as a budget keeps it.
package struct BudgetedStream: Shaping {
    package struct Output {
        package let stream: ShapedResult.Stream
        package let redactions: [String: Int]
    }

    private let budget: CompiledBudget
    private var whole: WholeStream
    private var search: BudgetSearch?
    private var redactions: [String: Int] = [:]
    private var isComplete = true

    package init(_ reading: CaptureReading, _ budget: CompiledBudget) {
        self.budget = budget
        whole = WholeStream(reading)
    }

    package mutating func step() throws(SearchError) -> Output? {
        guard search != nil else {
            guard let text = whole.step() else { return nil }
            redactions = text.redactions
            isComplete = text.isComplete
            search = budget.search(text.text)
            return nil
        }
        guard let kept = try search?.step() else { return nil }
        let cap = HeadTailCap(limit: ShapedResult.mostRoom, measure: .json, countsNote: true)
        let shown = cap.apply(to: kept.text)
        return Output(
            stream: ShapedResult.Stream(
                text: String(decoding: shown.rendered, as: UTF8.self), report: kept.report,
                isTruncated: kept.isTruncated || shown.isTruncated || !isComplete),
            redactions: redactions)
    }
}
