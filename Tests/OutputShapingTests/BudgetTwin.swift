import OutputShaping

/// The budget in one piece, pass after pass over one flag a line: what `BudgetWork` must give, whatever its steps.
func appliedAtOnce(
    _ budget: OutputBudget, to text: [UInt8], matches: (ArraySlice<UInt8>) -> Bool
) -> (rendered: [UInt8], total: Int, kept: Int) {
    var lines: [ArraySlice<UInt8>] = []
    var start = 0
    while start < text.count {
        let end = text[start...].firstIndex(of: 0x0A) ?? text.count
        lines.append(text[start..<end])
        start = end + 1
    }
    var chosen = lines.map { budget.grep == nil || matches($0) }
    if let grep = budget.grep, grep.context > 0 {
        let matched = chosen
        for direction: [Int] in [Array(matched.indices), matched.indices.reversed()] {
            var remaining = 0
            for index in direction {
                if matched[index] {
                    remaining = grep.context
                } else if remaining > 0 {
                    chosen[index] = true
                    remaining -= 1
                }
            }
        }
    }
    let all = chosen.indices.filter { chosen[$0] }
    let kept: Set<Int> =
        switch budget.keep {
        case .all: Set(all)
        case .head(let count): Set(all.prefix(max(0, count)))
        case .tail(let count): Set(all.suffix(max(0, count)))
        case .headTail(let head, let tail): Set(all.prefix(max(0, head))).union(all.suffix(max(0, tail)))
        }
    var output: [UInt8] = []
    var gap = 0
    for index in lines.indices {
        if kept.contains(index) {
            if gap > 0 { output += bytes("... \(gap) lines elided ...\n") }
            gap = 0
            output += lines[index]
            if lines[index].endIndex < text.count { output.append(0x0A) }
        } else {
            gap += 1
        }
    }
    if gap > 0 { output += bytes("... \(gap) lines elided ...") + (text.last == 0x0A ? [0x0A] : []) }
    let whole = ElidedText(whole: output)
    let cap = budget.maxCharacters.map { HeadTailCap(limit: max(0, $0), measure: .characters, countsNote: false) }
    return ((cap?.apply(to: whole) ?? whole).rendered, lines.count, kept.count)
}

extension OutputBudget {
    /// All steps of the work, one after the other.
    func apply<Failure: Error>(
        to text: [UInt8], allowance: Int = .max, room: Int = .max, matches: (borrowing Span<UInt8>) throws(Failure) -> Bool
    ) throws(Failure) -> BudgetedText {
        var work = BudgetWork(self, text: text, room: room)
        while true {
            let kept = try work.step(allowance) { (line: borrowing Span<UInt8>) throws(Failure) in
                BudgetWork.Verdict(isMatch: try matches(line), cost: 3)
            }
            if let kept { return kept }
        }
    }
}
