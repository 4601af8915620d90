import LinearRegex
import OutputShaping
import Testing

/// What a budget must do, line by line and index by index.
private func naive(_ input: String, _ budget: OutputBudget, _ matches: (String) -> Bool) -> (text: String, total: Int, kept: Int) {
    var lines = input.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    let endsWithNewline = input.hasSuffix("\n")
    if lines.last == "" { lines.removeLast() }
    var chosen = Array(lines.indices)
    if let grep = budget.grep {
        let matched = lines.indices.filter { matches(lines[$0]) }
        chosen = chosen.filter { line in matched.contains { abs($0 - line) <= grep.context } }
    }
    let all = chosen
    switch budget.keep {
    case .all: break
    case .head(let count): chosen = Array(all.prefix(max(0, count)))
    case .tail(let count): chosen = Array(all.suffix(max(0, count)))
    case .headTail(let head, let tail):
        let first = all.prefix(max(0, head))
        chosen = first + all.dropFirst(first.count).suffix(max(0, tail))
    }
    var shown: [String] = []
    var next = 0
    for line in chosen + [lines.count] {
        if line > next { shown.append("... \(line - next) lines elided ...") }
        if line < lines.count { shown.append(lines[line]) }
        next = line + 1
    }
    let text = shown.joined(separator: "\n") + (endsWithNewline && !shown.isEmpty ? "\n" : "")
    return (text, lines.count, chosen.count)
}

@Suite("Output budgets")
struct OutputBudgetTests {
    private func apply(_ budget: OutputBudget, _ input: String) throws -> BudgetedText {
        let regex = try LinearRegex(budget.grep?.pattern ?? "")
        return try budget.apply(to: bytes(input)) { line throws(SearchError) in try regex.matches(line) }
    }

    private let numbers = (1...100).map(String.init).joined(separator: "\n")

    @Test("Grep with head and tail shows the gaps in the numbering of the whole output") func observedSample() throws {
        let budget = OutputBudget(grep: .init(pattern: "9"), keep: .headTail(head: 1, tail: 1))
        let result = try apply(budget, numbers)
        #expect(text(result.text.rendered) == "... 8 lines elided ...\n9\n... 89 lines elided ...\n99\n... 1 lines elided ...")
        #expect(result.report.mode == "grep+head_tail")
        #expect(result.report.linesTotal == 100)
        #expect(result.report.linesKept == 2)
        #expect(result.isTruncated)
    }

    @Test("Windows of context that touch become one") func context() throws {
        let result = try apply(OutputBudget(grep: .init(pattern: "^(3|6|20)$", context: 1)), numbers)
        #expect(text(result.text.rendered) == """
            ... 1 lines elided ...
            2
            3
            4
            5
            6
            7
            ... 11 lines elided ...
            19
            20
            21
            ... 79 lines elided ...
            """)
        #expect(result.report.linesKept == 9)
    }

    @Test("Each kind of keep, and the newline at the end") func keep() throws {
        #expect(text(try apply(.init(keep: .head(1)), "a\nb\nc\n").text.rendered) == "a\n... 2 lines elided ...\n")
        #expect(text(try apply(.init(keep: .tail(1)), "a\nb\nc\n").text.rendered) == "... 2 lines elided ...\nc\n")
        #expect(text(try apply(.init(keep: .head(0)), "a\nb").text.rendered) == "... 2 lines elided ...")
        #expect(text(try apply(.init(keep: .all), "a\n\nc").text.rendered) == "a\n\nc")
        #expect(text(try apply(.init(keep: .head(5)), "").text.rendered) == "")
        #expect(text(try apply(.init(grep: .init(pattern: "x")), "a\nb\n").text.rendered) == "... 2 lines elided ...\n")
    }

    @Test("Extreme counts are safe") func extremes() throws {
        for count in [Int.min, -1, 0, Int.max - 1, Int.max] {
            let all = count > 0
            let both = try apply(.init(keep: .headTail(head: count, tail: count)), numbers)
            #expect(both.report.linesKept == (all ? 100 : 0))
            #expect(both.isTruncated == !all)
            #expect(try apply(.init(keep: .tail(count)), numbers).report.linesKept == (all ? 100 : 0))
            let window = try apply(.init(grep: .init(pattern: "^50$", context: count)), numbers)
            #expect(window.report.linesKept == (all ? 100 : 1))
            let capped = try apply(.init(maxCharacters: count), numbers)
            #expect(capped.isTruncated == !all)
        }
    }

    @Test("The mode names the parts that were asked for") func modes() {
        #expect(OutputBudget().mode == "all")
        #expect(OutputBudget(grep: .init(pattern: "")).mode == "grep")
        #expect(OutputBudget(keep: .head(1)).mode == "head")
        #expect(OutputBudget(keep: .tail(1), maxCharacters: 1).mode == "tail+max_chars")
        #expect(OutputBudget(grep: .init(pattern: ""), keep: .headTail(head: 1, tail: 1), maxCharacters: 9).mode == "grep+head_tail+max_chars")
    }

    @Test("The character limit comes last and keeps beginning and end") func maxCharacters() throws {
        let result = try apply(.init(keep: .head(3), maxCharacters: 6), "äöü\nb\nc\nd\n")
        // 31 characters: the three lines, and the note with its newline.
        #expect(text(result.text.rendered) == "äöü\n... 25 chars elided ...\n..\n")
        #expect(result.report.linesKept == 3)
        #expect(result.isTruncated)
        #expect(try !apply(.init(maxCharacters: 4), "äöü\n").isTruncated)
    }

    @Test("An error of the matcher ends the work") func matcherError() throws {
        struct Stop: Error {}
        #expect(throws: Stop.self) {
            _ = try OutputBudget(grep: .init(pattern: "")).apply(to: bytes("a\nb")) { _ throws(Stop) in throw Stop() }
        }
    }

    @Test("Any budget on any text gives what the naive twin gives") func property() throws {
        var generator = Generator(seed: 31)
        func count() -> Int { [0, 1, 2, 3, 5, 40, Int.max].randomElement(using: &generator)! }
        for _ in 0..<3_000 {
            var input = ""
            for _ in 0..<generator.below(40) { input += ["x", "\n", "a", "longer text\n", "\n"].randomElement(using: &generator)! }
            let keep: OutputBudget.Keep = switch generator.below(4) {
            case 0: .all
            case 1: .head(count())
            case 2: .tail(count())
            default: .headTail(head: count(), tail: count())
            }
            let context = [0, 1, 2, 3, 40].randomElement(using: &generator)!
            let budget = OutputBudget(grep: generator.below(3) == 0 ? nil : .init(pattern: "x", context: context), keep: keep)
            let result = budget.apply(to: bytes(input)) { line in
                for index in line.indices where line[index] == UInt8(ascii: "x") { return true }
                return false
            }
            let expected = naive(input, budget) { $0.contains("x") }
            #expect(text(result.text.rendered) == expected.text)
            #expect(result.report.linesTotal == expected.total)
            #expect(result.report.linesKept == expected.kept)
        }
    }
}
