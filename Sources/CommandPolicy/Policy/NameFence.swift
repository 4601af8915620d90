/// Lists of program names, judged against an analysis. The operator's fence and the session's are one of these each.
struct NameFence: Sendable {
    var origin: RuleReference.Origin
    var allow = NameTable([])
    var ask = NameTable([])
    var deny = NameTable([])
    var unknown: Verdict.Outcome?

    /// Without a list of allowed programs, what cannot be known is allowed; with one it is denied, since it could be
    /// anything else.
    var unknownOutcome: Verdict.Outcome { unknown ?? (allow.isEmpty ? .allow : .deny) }

    func judge(_ analysis: CommandAnalysis, into tally: inout Tally) {
        if unknownOutcome != .allow {
            for unknown in analysis.unknowns {
                tally.add(unknownOutcome, .unknown(unknown.reason, origin: origin), nil, unknown.offset)
            }
        }
        if allow.isEmpty, ask.isEmpty, deny.isEmpty { return }
        var remaining = Self.patternEffort
        for index in analysis.programs.indices {
            let program = analysis.programs[index]
            let name = analysis.names.span.extracting(program.nameStart..<program.nameEnd)
            if let rule = find(deny, program, analysis, &remaining) {
                tally.add(.deny, reference(.deny, rule), index, program.offset)
            } else if let rule = find(ask, program, analysis, &remaining) {
                tally.add(.ask, reference(.ask, rule), index, program.offset)
            }
            if remaining < 0 {
                tally.add(.deny, .builtIn(.limits), index, program.offset)
                return
            }
            if !allow.isEmpty, !program.isExempt, !program.isPattern, allow[program.hash, name] == nil {
                tally.add(.deny, .notAllowed(origin: origin), index, program.offset)
            }
        }
    }

    private func reference(_ list: RuleReference.RuleList, _ index: Int) -> RuleReference {
        switch origin {
        case .operator: .operator(list: list, index: index)
        case .session: .session(list: list, index: index)
        }
    }

    /// A name that holds a pattern or an expansion meets every rule it may stand for, if any of it is known.
    private func find(
        _ table: NameTable, _ program: CommandAnalysis.Program, _ analysis: CommandAnalysis, _ remaining: inout Int
    ) -> Int? {
        if table.isEmpty { return nil }
        let range = program.nameStart..<program.nameEnd
        if let rule = table[program.hash, analysis.names.span.extracting(range)] { return rule }
        guard program.isPattern else { return nil }
        let name = analysis.names[range]
        guard name.contains(where: { $0.isName }) else { return nil }
        remaining -= table.effort(matching: name)
        return remaining < 0 ? nil : table.first(matching: name)
    }

    /// Steps one command may take to hold patterns (`/bin/r?`) against every name, before it is denied by `limits`.
    private static let patternEffort = 20_000_000
}

/// Collects findings: all count, the first few are kept, the strictest leads.
struct Tally {
    var outcome = Verdict.Outcome.allow
    var kept: [Kept] = []

    struct Kept {
        var outcome: Verdict.Outcome
        var rule: RuleReference
        var program: Int?
        var offset: Int?
    }

    mutating func add(_ outcome: Verdict.Outcome, _ rule: RuleReference, _ program: Int?, _ offset: Int?) {
        let leads = outcome > self.outcome
        self.outcome = max(self.outcome, outcome)
        let entry = Kept(outcome: outcome, rule: rule, program: program, offset: offset)
        if leads {
            kept.insert(entry, at: 0)
            if kept.count > Verdict.mostFindings { kept.removeLast() }
        } else if kept.count < Verdict.mostFindings {
            kept.append(entry)
        }
    }
}
