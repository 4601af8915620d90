/// The operator's fence with the built-in rules: judges commands, runs nothing.
///
/// Order: deny beats ask beats allow, whatever the origin; a non-empty list of allowed programs means only those. See
/// `Verdict` for what a fence is not.
public struct CommandPolicy {
    var names = NameFence(origin: .operator)
    var denyPatterns: PatternFence?
    var askPatterns: PatternFence?
    var reasons: [String: String] = [:]
    /// Verdicts by the order of `BuiltInRule.allCases`; allow means off.
    var builtIn: [BuiltInRule: Verdict.Outcome] = [:]

    /// The policy without a file: built-in rules alone.
    public init() {}

    /// Rules in each list, for diagnostics.
    public var ruleCounts: [(list: RuleReference.RuleList, count: Int)] {
        [(.allow, names.allow.count), (.ask, names.ask.count), (.deny, names.deny.count)]
            + [(.askPatterns, patternCounts.ask), (.denyPatterns, patternCounts.deny)]
    }

    var patternCounts = (ask: 0, deny: 0)

    /// The verdict of each built-in rule under this policy; `allow` means switched off.
    public func outcome(of rule: BuiltInRule) -> Verdict.Outcome { builtIn[rule] ?? rule.standardVerdict }

    /// What becomes of commands that cannot be known.
    public var unknownOutcome: Verdict.Outcome { names.unknownOutcome }

    /// Judges a command under this policy and a session's own fence. Total: every command gets a verdict, in time
    /// linear in its length.
    public func judge(_ command: [UInt8], session: SessionFence = .open) -> Verdict {
        judge(command, analysis: CommandAnalysis(command), session: session)
    }

    /// Judges a command given as text.
    public func judge(_ command: String, session: SessionFence = .open) -> Verdict {
        judge(Array(command.utf8), session: session)
    }

    /// Judges a command that has been analysed already. The analysis must be of this command.
    public func judge(_ command: [UInt8], analysis: CommandAnalysis, session: SessionFence = .open) -> Verdict {
        var tally = Tally()
        if let index = denyPatterns?.first(in: command) {
            tally.add(.deny, .operator(list: .denyPatterns, index: index), nil, nil)
        }
        for hit in analysis.hits {
            let outcome = outcome(of: hit.rule)
            if outcome != .allow { tally.add(outcome, .builtIn(hit.rule), hit.program, hit.offset) }
        }
        names.judge(analysis, into: &tally)
        session.names.judge(analysis, into: &tally)
        if let index = askPatterns?.first(in: command) {
            tally.add(.ask, .operator(list: .askPatterns, index: index), nil, nil)
        }
        guard tally.outcome != .allow else { return Verdict(outcome: .allow, findings: [], advice: "") }
        let findings = tally.kept.map { kept in
            Verdict.Finding(
                outcome: kept.outcome, rule: kept.rule, program: kept.program.map(analysis.name), offset: kept.offset,
                reason: reasons[kept.rule.name])
        }
        return Verdict(
            outcome: tally.outcome, findings: findings,
            advice: Advice.text(tally.outcome, findings, analysis))
    }
}
