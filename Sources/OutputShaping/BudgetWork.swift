/// Applies an `OutputBudget`, grep, then keep, then the character limit, to a text that has been cleaned and redacted, in
/// steps of bounded cost.
///
/// The result depends on the text and the budget alone, never on the steps. All steps together take time linear in the
/// text, and memory for the result and one byte for each line, whatever the counts are.
public struct BudgetWork: Sendable {
    /// What was found out about a line.
    public struct Verdict: Sendable, Equatable {
        public let isMatch: Bool
        /// What it took to find out, in units of a step's allowance.
        public let cost: Int

        public init(isMatch: Bool, cost: Int) {
            self.isMatch = isMatch
            self.cost = cost
        }
    }

    private enum Phase {
        case choosing, rendering, capping
    }

    private let budget: OutputBudget
    private let text: [UInt8]
    private var phase = Phase.choosing
    /// The start of the next line.
    private var position = 0

    /// For each line so far, whether it matched or is context.
    private var chosen: [Bool] = []
    private var chosenCount = 0
    /// Lines before it are chosen, or no later match can choose them.
    private var settled = 0
    /// So many of the next lines are context of a match before them.
    private var contextLeft = 0
    private var emptyLine: Bool?

    /// The number of the next line, and how many chosen ones stand before it.
    private var line = 0
    private var ordinal = 0
    /// Lines left out since the last one that is shown.
    private var gap = 0
    private var output: BoundedCollector

    /// - Parameter room: bytes to keep of the result; of a longer one the beginning and the end are kept.
    public init(_ budget: OutputBudget, text: [UInt8], room: Int = .max) {
        self.budget = budget
        self.text = text
        output = BoundedCollector(limit: max(0, room))
    }

    /// Goes on until `allowance` is spent. Nil while there is more to do.
    ///
    /// - Parameters:
    ///   - allowance: units of some 5 to 15 ns on a 2020s core; overdrawn by one line, or by 64 KiB of empty ones, at most.
    ///   - matches: whether a line, given without its newline, matches `grep.pattern`. Called once for each line that is not
    ///     empty, in order, and once for all the others, and only if there is a grep. What it throws ends the work.
    public mutating func step<Failure: Error>(
        _ allowance: Int, matches: (borrowing Span<UInt8>) throws(Failure) -> Verdict
    ) throws(Failure) -> BudgetedText? {
        var left = max(1, allowance)
        while left > 0 {
            switch phase {
            case .choosing: try choose(&left, matches)
            case .rendering: render(&left)
            case .capping: return result()
            }
        }
        return nil
    }

    // MARK: Which lines count

    private mutating func choose<Failure: Error>(
        _ left: inout Int, _ matches: (borrowing Span<UInt8>) throws(Failure) -> Verdict
    ) throws(Failure) {
        let text = text
        let bytes = text.span
        while position < bytes.count {
            guard left > 0 else { return }
            if bytes[position] == 0x0A {
                let end = ByteScan.newlineRunEnd(bytes, from: position, to: min(bytes.count, position + 65_536))
                let isMatch: Bool
                if let known = emptyLine {
                    isMatch = known
                } else {
                    let verdict = try judge( bytes.extracting(position..<position), matches)
                    isMatch = verdict.isMatch
                    left -= verdict.cost
                }
                emptyLine = isMatch
                take(end - position, isMatch)
                left -= 1 + (end - position) / 8
                position = end
            } else {
                let end = ByteScan.newline(bytes, from: position)
                let verdict = try judge( bytes.extracting(position..<end), matches)
                take(1, verdict.isMatch)
                left -= 1 + (end - position) / 64 + verdict.cost
                position = end + 1
            }
        }
        position = 0
        phase = .rendering
    }

    private func judge<Failure: Error>(
        _ line: borrowing Span<UInt8>, _ matches: (borrowing Span<UInt8>) throws(Failure) -> Verdict
    ) throws(Failure) -> Verdict {
        budget.grep == nil ? Verdict(isMatch: true, cost: 0) : try matches(line)
    }

    /// Takes the next lines, all of which match or all of which do not. Windows of context that touch become one.
    private mutating func take(_ count: Int, _ isMatch: Bool) {
        if isMatch {
            let context = max(0, budget.grep?.context ?? 0)
            for index in max(settled, chosen.count - context)..<chosen.count where !chosen[index] {
                chosen[index] = true
                chosenCount += 1
            }
            chosen.append(contentsOf: repeatElement(true, count: count))
            chosenCount += count
            settled = chosen.count
            contextLeft = context
        } else {
            let near = min(contextLeft, count)
            contextLeft -= near
            chosen.append(contentsOf: repeatElement(true, count: near))
            chosen.append(contentsOf: repeatElement(false, count: count - near))
            chosenCount += near
        }
    }

    // MARK: What is kept of them

    /// The first so many and the last so many of the lines that count.
    private var kept: (head: Int, tail: Int) {
        let (head, tail) =
            switch budget.keep {
            case .all: (chosenCount, 0)
            case .head(let lines): (lines, 0)
            case .tail(let lines): (0, lines)
            case .headTail(let first, let last): (first, last)
            }
        let kept = min(max(0, head), chosenCount)
        return (kept, min(max(0, tail), chosenCount - kept))
    }

    /// The kept lines, and a note for each gap between, before and after them.
    private mutating func render(_ left: inout Int) {
        let text = text
        let bytes = text.span
        let (head, tail) = kept
        let tailStart = chosenCount - tail
        // Lines that follow each other are copied together.
        var start = position
        while line < chosen.count, left > 0 {
            let end = min(ByteScan.newline(bytes, from: position) + 1, bytes.count)
            let isShown = chosen[line] && (ordinal < head || ordinal >= tailStart)
            if chosen[line] { ordinal += 1 }
            if isShown {
                if gap > 0 {
                    output.append((Self.note(gap) + [0x0A]).span)
                    left -= 64
                    start = position
                }
                gap = 0
            } else {
                if gap == 0 { output.append(bytes.extracting(start..<position)) }
                gap += 1
            }
            left -= 1 + (end - position) / 32
            position = end
            line += 1
        }
        if gap == 0 { output.append(bytes.extracting(start..<position)) }
        guard line == chosen.count else { return }
        if gap > 0 { output.append((Self.note(gap) + (text.last == 0x0A ? [0x0A] : [])).span) }
        phase = .capping
        // What follows takes a while, and is a step of its own.
        left = 0
    }

    private static func note(_ count: Int) -> [UInt8] { Array("... \(count) lines elided ...".utf8) }

    private func result() -> BudgetedText {
        let (head, tail) = kept
        let whole = output.collected()
        let report = BudgetReport(mode: budget.mode, linesTotal: chosen.count, linesKept: head + tail)
        guard let limit = budget.maxCharacters else { return BudgetedText(text: whole, report: report) }
        let cap = HeadTailCap(limit: max(0, limit), measure: .characters, countsNote: false)
        return BudgetedText(text: cap.apply(to: whole), report: report)
    }
}
