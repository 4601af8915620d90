package import JSON
package import LinearRegex
package import OutputShaping
package import ToolSchema

/// A budget whose pattern has been compiled: a bad pattern fails before a command runs.
package struct CompiledBudget {
    package let budget: OutputBudget
    private let pattern: LinearRegex?

    /// Why an argument is no budget, as text for the agent.
    package struct Fault: Error {
        package let text: String
    }

    package static let schema: Schema = .object(
        [
            .optional("grep", grepSchema.orNull),
            .optional(
                "keep",
                Schema.object(
                    [
                        .required("mode", .choice(["all", "tail", "head", "head_tail"], "which lines to keep")),
                        .optional("n", Schema.integer("lines, for head and tail", minimum: 0).orNull),
                        .optional("head", Schema.integer("lines at the start, for head_tail", minimum: 0).orNull),
                        .optional("tail", Schema.integer("lines at the end, for head_tail", minimum: 0).orNull),
                    ], "which of the lines (after grep) to keep").orNull),
            .optional("max_chars", Schema.integer("at most so many characters of each stream", minimum: 0).orNull),
        ],
        "What to show of each stream: grep, then keep, then max_chars. Nothing is lost: the whole text stays behind output_id.")

    package static let grepSchema: Schema = .object(
        [
            .required("pattern", .string("RE2 regular expression, matched against each line", maximumLength: 4096)),
            .optional("context", Schema.integer("lines before and after each match", minimum: 0).orNull),
        ], "only lines that match")

    /// - Parameter value: an object that follows `schema`.
    package init(_ value: JSONObject) throws(Fault) {
        let grep = value["grep"]?.object
        var budget = OutputBudget(maxCharacters: value["max_chars"]?.int)
        if let keep = value["keep"]?.object {
            let count = keep["n"]?.int
            switch keep["mode"]?.string {
            case "head": budget.keep = .head(count ?? 10)
            case "tail": budget.keep = .tail(count ?? 10)
            case "head_tail": budget.keep = .headTail(head: keep["head"]?.int ?? count ?? 10, tail: keep["tail"]?.int ?? count ?? 10)
            default: budget.keep = .all
            }
        }
        if let grep, let pattern = grep["pattern"]?.string {
            budget.grep = OutputBudget.Grep(pattern: pattern, context: grep["context"]?.int ?? 0)
        }
        try self.init(budget)
    }

    package init(_ budget: OutputBudget) throws(Fault) {
        self.budget = budget
        guard let grep = budget.grep else {
            pattern = nil
            return
        }
        do {
            pattern = try LinearRegex(grep.pattern)
        } catch {
            throw Fault(
                text: "grep.pattern is not a regular expression that RE2 takes (\(error.reason.rawValue)). Nothing was run. "
                    + "Look-ahead and back-references do not exist; escape characters that are meant literally.")
        }
    }

    /// The work of applying it to a text.
    package func search(_ text: [UInt8]) -> BudgetSearch { BudgetSearch(budget: budget, pattern: pattern, text: text) }
}

/// A budget on its way through a text.
package struct BudgetSearch: Shaping {
    private var work: BudgetWork
    private let pattern: LinearRegex?
    private var effort = SearchEffort.standard
    private let allowance: Int

    /// What a step may cost: about a millisecond.
    package static let allowance = 1 << 17
    /// What starting a search in a line costs. The most lines that are kept of a stream cost three quarters of the whole effort.
    private static let lineCost: UInt64 = 16
    /// What the search in one line may cost. It is not divided, and nothing else happens while it goes on.
    private static let mostForLine: UInt64 = 1 << 22

    /// - Parameter allowance: what a step may cost.
    package init(budget: OutputBudget, pattern: LinearRegex?, text: [UInt8], allowance: Int = Self.allowance) {
        work = BudgetWork(budget, text: text, room: 2 * ShapedResult.mostRoom)
        self.pattern = pattern
        self.allowance = allowance
    }

    package mutating func step() throws(SearchError) -> BudgetedText? {
        var effort = effort
        let pattern = pattern
        let kept = try work.step(allowance) { (line: borrowing Span<UInt8>) throws(SearchError) in
            guard let pattern else { return BudgetWork.Verdict(isMatch: true, cost: 0) }
            let limit = min(effort.remaining, Self.mostForLine)
            var left = SearchEffort(steps: limit)
            let isMatch = try pattern.matches(line, effort: &left)
            let cost = limit - left.remaining + Self.lineCost
            try effort.spend(cost)
            return BudgetWork.Verdict(isMatch: isMatch, cost: Int(cost) + line.count / 4)
        }
        self.effort = effort
        return kept
    }
}
