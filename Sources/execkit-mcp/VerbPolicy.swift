import CommandPolicy
import PrivateFiles
import Settings
import Spawn

/// `policy list | check FILE | test FILE COMMAND`: looks at the fence without a server.
enum VerbPolicy {
    static func run(_ arguments: [String], console: Console) -> Int32 {
        let rest = Array(arguments.dropFirst())
        switch (arguments.first, rest.count) {
        case ("list", 0): return list(console)
        case ("check", 1): return withPolicy(rest[0], console) { check($0, $1, console) }
        case ("test", 2): return withPolicy(rest[0], console) { test($1, rest[1], console) }
        default:
            Arguments.complain("policy takes list, check FILE or test FILE COMMAND", "policy", console)
            return Commands.usageFault
        }
    }

    private static func withPolicy(_ file: String, _ console: Console, _ body: (AbsolutePath, CommandPolicy) -> Int32) -> Int32 {
        guard let path = OperatorPath.resolve(file) else {
            console.complain("execkit-mcp: '\(Printable.line(file))' is not a path.\n")
            return 1
        }
        do throws(PolicyProblem) {
            return body(path, try PolicyLoading.load(path))
        } catch {
            console.complain("execkit-mcp: \(Printable.line(error.explanation))\n")
            return 1
        }
    }

    /// The built-in rules with their verdicts, under the operator's file when the settings name one.
    private static func list(_ console: Console) -> Int32 {
        var policy = CommandPolicy()
        let own = ThisProcess.environmentText(Setting.policyFile.name).flatMap { $0.isEmpty ? nil : $0 }
        if own != nil {
            do {
                let settings = try Settings(lookup: ThisProcess.environmentText, passwdHome: { ThisProcess.homeDirectory })
                policy = try PolicyLoading.load(settings)
                console.say("Under \(Printable.line(settings.policyFile?.text ?? "")):\n\n")
            } catch let error as SettingsError {
                console.complain("execkit-mcp: \(error.explanation)\n")
                return 1
            } catch let error as StartFailure {
                console.complain("execkit-mcp: \(Printable.line(error.text))\n")
                return 1
            } catch {
                return 1
            }
        }
        let width = BuiltInRule.allCases.map(\.rawValue.count).max() ?? 0
        for rule in BuiltInRule.allCases {
            let outcome = policy.outcome(of: rule)
            let word = outcome == .allow ? "off" : outcome.rawValue
            let name = rule.rawValue + String(repeating: " ", count: width - rule.rawValue.count)
            let changed = outcome == rule.standardVerdict ? "" : "  [standard: \(rule.standardVerdict.rawValue)]"
            console.say("\(pad(word, 4))  \(name)  \(rule.summary)\(changed)\n")
        }
        if own != nil { console.say("\n" + counts(policy)) }
        return 0
    }

    private static func check(_ path: AbsolutePath, _ policy: CommandPolicy, _ console: Console) -> Int32 {
        console.say("\(Printable.line(path.text)): loads\n" + counts(policy))
        return 0
    }

    private static func counts(_ policy: CommandPolicy) -> String {
        let lists = policy.ruleCounts.map { "\(pad($0.list.rawValue, 14))  \($0.count)\n" }.joined()
        return lists + "\(pad("unknown", 14))  \(policy.unknownOutcome.rawValue)\n"
    }

    private static func test(_ policy: CommandPolicy, _ command: String, _ console: Console) -> Int32 {
        let verdict = policy.judge(command)
        console.say("\(verdict.outcome.rawValue)\n")
        for finding in verdict.findings {
            var line = "  \(finding.outcome.rawValue)  \(finding.rule.name)"
            if let program = finding.program { line += "  \(Printable.line(program))" }
            if let offset = finding.offset { line += "  at byte \(offset)" }
            console.say(line + "\n")
        }
        if !verdict.advice.isEmpty { console.say(Printable.line(verdict.advice) + "\n") }
        switch verdict.outcome {
        case .allow: return 0
        case .ask: return 3
        case .deny: return 4
        }
    }

    private static func pad(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - text.count))
    }
}
