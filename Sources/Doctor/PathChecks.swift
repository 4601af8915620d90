import CommandPolicy
import PrivateFiles
import Settings

// Settings that name files of the operator: the policy, and what SSH sessions will use.
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

    private static let later = "used by SSH sessions, which are not in this build yet"

    func ssh(_ setting: Setting, _ settings: Settings) -> Finding {
        let isSet = surroundings.value(setting.name) != nil
        switch setting {
        case .insecureHostKey:
            return settings.acceptsAnyHostKey
                ? Finding(.settings, setting.name, .warn, "on", advice: "any SSH server will be believed; unset it. " + Self.later)
                : Finding(.settings, setting.name, .off, "off")
        case .keyDirectory:
            return place(setting, settings.keyDirectory, isSet: isSet) { path throws(FileError) in
                _ = try Directory(at: path).info
            }
        default:
            return place(setting, settings.knownHosts, isSet: isSet) { path throws(FileError) in
                _ = try Directory(holding: path).open(path.name ?? "").info
            }
        }
    }

    private func place(
        _ setting: Setting, _ path: AbsolutePath?, isSet: Bool, look: (AbsolutePath) throws(FileError) -> Void
    ) -> Finding {
        guard let path else { return Finding(.settings, setting.name, .off, "none: there is no home directory", advice: Self.later) }
        do throws(FileError) {
            try look(path)
            return Finding(.settings, setting.name, .ok, path.text, advice: Self.later)
        } catch {
            let state: Finding.State = isSet || !error.isMissing ? .warn : .off
            let reason = error.isMissing ? "not there" : error.explanation
            return Finding(.settings, setting.name, state, path.text, advice: "\(reason); \(Self.later)")
        }
    }
}
