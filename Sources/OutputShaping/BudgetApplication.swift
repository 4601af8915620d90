extension OutputBudget {
    /// Applies grep, then keep, then the character limit to a text that has been cleaned and redacted.
    ///
    /// Takes time linear in the text and one byte of memory for each line, whatever the counts are.
    /// - Parameter matches: whether a line, given without its newline, matches `grep.pattern`. Called once for each line,
    ///   in order, and only if there is a grep. What it throws ends the work.
    public func apply<Failure: Error>(
        to text: [UInt8], matches: (borrowing Span<UInt8>) throws(Failure) -> Bool
    ) throws(Failure) -> BudgetedText {
        var chosen: [Bool] = []
        let bytes = text.span
        var start = 0
        while start < bytes.count {
            let end = ByteScan.newline(bytes, from: start)
            chosen.append(grep == nil ? true : try matches(bytes.extracting(start..<end)))
            start = end + 1
        }
        if let grep { Self.addContext(grep.context, to: &chosen) }
        let kept = Self.apply(keep, to: &chosen)
        let whole = ElidedText(whole: kept == chosen.count ? text : Self.render(text, chosen))
        let report = BudgetReport(mode: mode, linesTotal: chosen.count, linesKept: kept)
        guard let maxCharacters else { return BudgetedText(text: whole, report: report) }
        let cap = HeadTailCap(limit: max(0, maxCharacters), measure: .characters, countsNote: false)
        return BudgetedText(text: cap.apply(to: whole), report: report)
    }

    /// Chooses up to `context` lines before and after each chosen line too. Windows that touch become one by themselves.
    private static func addContext(_ context: Int, to chosen: inout [Bool]) {
        guard context > 0 else { return }
        let matched = chosen
        var remaining = 0
        for index in matched.indices {
            if matched[index] {
                remaining = context
            } else if remaining > 0 {
                chosen[index] = true
                remaining -= 1
            }
        }
        remaining = 0
        for index in matched.indices.reversed() {
            if matched[index] {
                remaining = context
            } else if remaining > 0 {
                chosen[index] = true
                remaining -= 1
            }
        }
    }

    /// Unchooses what `keep` does not keep, and counts what is left.
    private static func apply(_ keep: Keep, to chosen: inout [Bool]) -> Int {
        let count = chosen.count(where: { $0 })
        let head: Int
        let tail: Int
        switch keep {
        case .all: return count
        case .head(let lines): (head, tail) = (lines, 0)
        case .tail(let lines): (head, tail) = (0, lines)
        case .headTail(let first, let last): (head, tail) = (first, last)
        }
        let headEnd = min(max(0, head), count)
        let tailStart = count - min(max(0, tail), count)
        guard headEnd < tailStart else { return count }
        var position = 0
        for index in chosen.indices where chosen[index] {
            if position >= headEnd, position < tailStart { chosen[index] = false }
            position += 1
        }
        return headEnd + count - tailStart
    }

    /// The chosen lines, and a note for each gap between, before and after them.
    private static func render(_ text: [UInt8], _ chosen: [Bool]) -> [UInt8] {
        let bytes = text.span
        var output: [UInt8] = []
        var gap = 0
        var start = 0
        for isChosen in chosen {
            let end = ByteScan.newline(bytes, from: start)
            if isChosen {
                if gap > 0 { output.append(contentsOf: note(gap) + [0x0A]) }
                gap = 0
                ByteScan.append(bytes, start..<min(end + 1, bytes.count), to: &output)
            } else {
                gap += 1
            }
            start = end + 1
        }
        if gap > 0 {
            output.append(contentsOf: note(gap))
            if text.last == 0x0A { output.append(0x0A) }
        }
        return output
    }

    private static func note(_ count: Int) -> [UInt8] { Array("... \(count) lines elided ...".utf8) }
}
