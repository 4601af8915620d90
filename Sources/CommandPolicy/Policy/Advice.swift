/// The words of a verdict for an agent: what decided, and the smallest change after which the command would run.
enum Advice {
    static func text(
        _ outcome: Verdict.Outcome, _ findings: [Verdict.Finding], _ analysis: CommandAnalysis
    ) -> String {
        guard let first = findings.first else { return "" }
        var parts = [outcome == .deny ? "Denied" : "The user must agree"]
        parts[0] += " by \(first.rule.name)" + place(first) + ": " + cause(first) + "."
        if let reason = first.reason { parts.append("The operator says: \(reason)") }
        parts.append(remedy(first))
        let others = distinct(findings.dropFirst().filter { $0.rule != first.rule || $0.program != first.program })
        if !others.isEmpty { parts.append("It also meets \(others.joined(separator: ", ")).") }
        let offending = Set(findings.compactMap(\.program))
        if findings.count < Verdict.mostFindings, !offending.isEmpty, findings.allSatisfy({ $0.program != nil }) {
            // The first thousands will do: a name is text of its own, and there may be a hundred thousand.
            let first = analysis.programs.indices.prefix(4_096).lazy.map(analysis.name)
            let rest = distinct(Array(first.filter { !offending.contains($0) }.prefix(64))).prefix(8)
            let names = distinct(findings.compactMap(\.program))
            parts.append(
                rest.isEmpty
                    ? "Nothing else in the command runs a program."
                    : "Without \(names.joined(separator: ", ")) the rest would be allowed: "
                        + "\(rest.joined(separator: ", ")).")
        }
        return parts.joined(separator: " ")
    }

    private static func place(_ finding: Verdict.Finding) -> String {
        finding.offset.map { " (at byte \($0))" } ?? ""
    }

    private static func cause(_ finding: Verdict.Finding) -> String {
        let program = finding.program ?? "the command"
        switch finding.rule {
        case .builtIn(let rule): return String(rule.summary.dropLast())
        case .operator(.denyPatterns, _), .operator(.askPatterns, _): return "the command matches a pattern"
        case .operator, .session: return "\(program) is on that list"
        case .notAllowed: return "\(program) is not on the list of allowed programs"
        case .unknown(let reason, _): return "what runs here cannot be known beforehand (\(reason.rawValue))"
        }
    }

    private static func remedy(_ finding: Verdict.Finding) -> String {
        let program = finding.program ?? "it"
        switch finding.rule {
        case .builtIn(let rule): return rule.advice
        case .operator(.denyPatterns, _), .operator(.askPatterns, _):
            return "Change the part that matches, or ask the operator to change the pattern."
        case .operator: return "Drop \(program), or ask the operator to change the rule."
        case .session: return "Drop \(program), or use a session opened without this rule."
        case .notAllowed(.operator):
            return "Use an allowed program, or ask the operator to add \"\(program)\" to allow."
        case .notAllowed(.session): return "Use an allowed program, or a session whose allow list has \"\(program)\"."
        case .unknown(let reason, _): return remedy(reason)
        }
    }

    private static func remedy(_ reason: UnknownReason) -> String {
        switch reason {
        case .expandedProgram, .patternProgram: "Write the program's name out."
        case .expandedScript: "Write the inner command out, without expansions, or run it directly."
        case .scriptFile: "Run the commands of the file one by one, or ask the operator to allow unknown commands."
        case .pipedScript: "Run the commands directly and not through a shell's input."
        case .appendedArguments: "Name the program in front of the arguments that are filled in."
        case .malformed: "Close every quote, bracket and here-document, and leave out zero bytes."
        }
    }

    private static func distinct(_ findings: [Verdict.Finding]) -> [String] {
        distinct(findings.map { $0.rule.name + ($0.program.map { " (\($0))" } ?? "") })
    }

    private static func distinct(_ names: some Sequence<String>) -> [String] {
        var seen: Set<String> = []
        return names.filter { seen.insert($0).inserted }
    }
}
