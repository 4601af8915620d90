import CommandPolicy
import Testing

@Suite("Built-in rules")
struct BuiltInRuleTests {
    private func meets(_ rule: BuiltInRule, _ command: String) -> Bool {
        CommandPolicy().judge(command).findings.contains { $0.rule == .builtIn(rule) }
    }

    @Test("Every rule stops its own examples", arguments: BuiltInRule.allCases)
    func stops(_ rule: BuiltInRule) {
        #expect(!rule.mustMatch.isEmpty && !rule.summary.isEmpty)
        for command in rule.mustMatch { #expect(meets(rule, command), "\(rule.rawValue): \(command)") }
    }

    @Test("No rule stops the examples it must not", arguments: BuiltInRule.allCases)
    func passes(_ rule: BuiltInRule) {
        #expect(!rule.mustNotMatch.isEmpty)
        for command in rule.mustNotMatch { #expect(!meets(rule, command), "\(rule.rawValue): \(command)") }
    }

    @Test("Each rule but the limits can be switched off and turned into a question", arguments: BuiltInRule.allCases)
    func switches(_ rule: BuiltInRule) throws {
        guard rule.canBeChanged else {
            #expect(failure("{\"builtin\": {\"\(rule.rawValue)\": \"off\"}}")?.fault == .fixedBuiltIn)
            return
        }
        let off = try policy("{\"builtin\": {\"\(rule.rawValue)\": \"off\"}}")
        let ask = try policy("{\"builtin\": {\"\(rule.rawValue)\": \"ask\"}}")
        #expect(off.outcome(of: rule) == .allow)
        for command in rule.mustMatch {
            #expect(!off.judge(command).findings.contains { $0.rule == .builtIn(rule) })
            #expect(ask.judge(command).findings.contains { $0.rule == .builtIn(rule) && $0.outcome == .ask })
        }
    }
}
