import OutputShaping
import Testing

@Suite("Budgets in steps")
struct BudgetWorkTests {
    private func hasX(_ line: borrowing Span<UInt8>) -> Bool {
        for index in line.indices where line[index] == UInt8(ascii: "x") { return true }
        return false
    }

    private func randomText(_ generator: inout Generator) -> [UInt8] {
        var input = ""
        for _ in 0..<generator.below(60) {
            input += ["x", "\n", "a", "longer text\n", "\n\n\n\n\n\n\n\n\n\n\n", "äö\n", "[REDACTED:token]"].randomElement(using: &generator)!
        }
        return bytes(input)
    }

    private func randomBudget(_ generator: inout Generator) -> OutputBudget {
        func count() -> Int { [Int.min, -1, 0, 1, 2, 3, 5, 40, Int.max].randomElement(using: &generator)! }
        let keep: OutputBudget.Keep = switch generator.below(4) {
        case 0: .all
        case 1: .head(count())
        case 2: .tail(count())
        default: .headTail(head: count(), tail: count())
        }
        return OutputBudget(
            grep: generator.below(4) == 0 ? nil : .init(pattern: "x", context: count()), keep: keep,
            maxCharacters: generator.below(2) == 0 ? nil : generator.below(90))
    }

    @Test("Steps of any size give what the whole at once gives", arguments: [1, 2, 7, 50, Int.max])
    func anySteps(allowance: Int) throws {
        var generator = Generator(seed: 47)
        for _ in 0..<1_500 {
            let input = randomText(&generator)
            let budget = randomBudget(&generator)
            let result = budget.apply(to: input, allowance: allowance) { hasX($0) }
            let expected = appliedAtOnce(budget, to: input) { $0.contains(UInt8(ascii: "x")) }
            #expect(text(result.text.rendered) == text(expected.rendered))
            #expect(result.report.linesTotal == expected.total)
            #expect(result.report.linesKept == expected.kept)
        }
    }

    @Test("A verdict on a line without text is asked for once, whatever the number of such lines")
    func emptyLines() throws {
        let input = [UInt8](repeating: 0x0A, count: 300_000) + bytes("x\n") + [UInt8](repeating: 0x0A, count: 300_000)
        for isMatch in [false, true] {
            var work = BudgetWork(OutputBudget(grep: .init(pattern: "x", context: 2), keep: .tail(4)), text: input)
            var asked: [Int] = []
            var steps = 0
            var result: BudgetedText?
            while result == nil {
                steps += 1
                result = work.step(1 << 17) { line in
                    asked.append(line.count)
                    return BudgetWork.Verdict(isMatch: line.count > 0 || isMatch, cost: 1)
                }
            }
            #expect(asked == [0, 1])
            #expect(steps > 2)
            #expect(result?.report.linesTotal == 600_001)
            #expect(result?.report.linesKept == 4)
            let shown = isMatch ? "... 599997 lines elided ...\n\n\n\n\n" : "... 299999 lines elided ...\n\nx\n\n\n... 299998 lines elided ...\n"
            #expect(result.map { text($0.text.rendered) } == shown)
        }
    }

    @Test("A step ends when its allowance is spent")
    func allowance() throws {
        let input = bytes(String(repeating: "x\n", count: 1_000))
        var work = BudgetWork(OutputBudget(grep: .init(pattern: "x")), text: input)
        var asked = 0
        while asked < 1_000 {
            let before = asked
            let result = work.step(100) { _ in
                asked += 1
                return BudgetWork.Verdict(isMatch: true, cost: 9)
            }
            #expect(result == nil)
            #expect(asked > before && asked - before <= 10)
        }
    }

    @Test("A result longer than its room keeps beginning and end, and what it counts is the whole")
    func room() throws {
        let input = bytes((0..<10_000).map { "line \($0)\n" }.joined())
        let whole = OutputBudget().apply(to: input, allowance: 100) { _ in true }
        #expect(whole.text == ElidedText(whole: input))
        let cut = OutputBudget(keep: .tail(9_999)).apply(to: input, allowance: 100, room: 1_000) { _ in true }
        #expect(cut.report.linesKept == 9_999 && cut.isTruncated)
        #expect(text(cut.text.head).hasPrefix("... 1 lines elided ...\nline 1\n") && text(cut.text.tail).hasSuffix("line 9999\n"))
        #expect(cut.text.head.count + cut.text.tail.count <= 1_000)
        #expect(cut.text.totalCharacters == input.count - "line 0\n".utf8.count + "... 1 lines elided ...\n".utf8.count)
    }
}

@Suite("Index of lines")
struct LineIndexTests {
    @Test("Any slice is what splitting gives, whatever the pieces", arguments: [1, 3, 1_000, Int.max])
    func slices(piece: Int) {
        var generator = Generator(seed: 5)
        for round in 0..<40 {
            var input: [UInt8] = []
            for _ in 0..<generator.below(round < 30 ? 20 : 6_000) {
                input += bytes(["\n", "a\n", "\n\n\n", "longer line", "ä\n"].randomElement(using: &generator)!)
            }
            var index = LineIndex()
            var start = 0
            while start < input.count {
                let end = start + min(piece, input.count - start)
                index.append(input.span.extracting(start..<end))
                start = end
            }
            var lines: [[UInt8]] = []
            for part in input.split(separator: 0x0A, omittingEmptySubsequences: false) { lines.append(part + [0x0A]) }
            lines[lines.count - 1].removeLast()
            if lines.last == [] { lines.removeLast() }
            #expect(index.total == lines.count)
            for _ in 0..<8 {
                let offset = [0, 1, generator.below(lines.count + 2), Int.max].randomElement(using: &generator)!
                let limit = [0, 1, generator.below(lines.count + 2), Int.max].randomElement(using: &generator)!
                let slice = index.slice(offset: offset, limit: limit, of: input)
                let expected = Array(lines.dropFirst(offset).prefix(limit))
                #expect(Array(input[slice.bytes]) == expected.flatMap { $0 })
                #expect(slice.count == expected.count)
                let end = offset.addingReportingOverflow(slice.count).partialValue
                #expect(slice.next == (offset < lines.count && end < lines.count ? end : nil))
            }
        }
    }
}
