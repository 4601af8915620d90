import CommandPolicy
import PrivateFiles
import Settings

// The setting that names a file that is obeyed: the policy.
extension Doctor {
    func policy(_ settings: Settings) -> Finding {
        let name = Setting.policyFile.name
        guard let path = settings.policyFile else {
            return Finding(.settings, name, .off, "built-in rules alone")
        }
        switch surroundings.loadPolicy(path) {
        case .refused(let reason):
            return Finding(.settings, name, .broken, path.text, advice: reason)
        case .loaded(let policy):
            var parts = policy.ruleCounts.filter { $0.count > 0 }.map { "\($0.count) \($0.list.rawValue)" }
            let changed = BuiltInRule.allCases.count { policy.outcome(of: $0) != $0.standardVerdict }
            if changed > 0 { parts.append("\(changed) built-in changed") }
            parts.append("unknown commands: \(policy.unknownOutcome.rawValue)")
            return Finding(.settings, name, .ok, path.text, advice: parts.joined(separator: ", "))
        }
    }
}
