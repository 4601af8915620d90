package import LinearRegex
package import OutputShaping

/// The work of finding a part of a kept output: lines by their numbers, or those that match.
package struct OutputPart: Shaping {
    package struct Output {
        package let text: ElidedText
        package let linesTotal: Int
        package let linesShown: Int
        /// The number of the first line behind the part, if there is one.
        package let next: Int?
    }

    /// Where the text comes from.
    package enum Source {
        case known(WholeText)
        case stream(WholeStream)
    }

    private var stream: WholeStream?
    private var whole: WholeText?
    private let budget: CompiledBudget?
    private var search: BudgetSearch?
    private let offset: Int
    private let limit: Int
    private var onText: ((WholeText) -> Void)?

    /// - Parameter onText: called with the whole text as soon as that is there.
    package init(_ source: Source, _ budget: CompiledBudget?, offset: Int, limit: Int, onText: @escaping (WholeText) -> Void) {
        switch source {
        case .known(let text): whole = text
        case .stream(let work): stream = work
        }
        self.budget = budget
        self.offset = offset
        self.limit = limit
        self.onText = onText
    }

    package mutating func step() throws(SearchError) -> Output? {
        guard let whole else {
            guard let text = stream?.step() else { return nil }
            stream = nil
            whole = text
            onText?(text)
            onText = nil
            return nil
        }
        guard let budget else { return slice(whole) }
        guard search != nil else {
            search = budget.search(whole.text)
            return nil
        }
        guard let found = try search?.step() else { return nil }
        return Output(text: found.text, linesTotal: found.report.linesTotal, linesShown: found.report.linesKept, next: nil)
    }

    private func slice(_ whole: WholeText) -> Output {
        let lines = whole.lines.slice(offset: offset, limit: limit, of: whole.text)
        var collector = BoundedCollector(limit: 2 * ShapedResult.mostRoom)
        collector.append(whole.text.span.extracting(lines.bytes))
        return Output(text: collector.collected(), linesTotal: whole.lines.total, linesShown: lines.count, next: lines.next)
    }
}
