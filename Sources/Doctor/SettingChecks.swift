import PrivateFiles
import Settings

// Every setting: what it resolves to, and whether that works.
extension Doctor {
    func settings() -> [Finding] {
        var bad: [String: SettingsError] = [:]
        for setting in Setting.all {
            do throws(SettingsError) {
                _ = try settings { $0 == "HOME" || $0 == setting.name }
            } catch {
                bad[setting.name] = error
            }
        }
        // The others are still looked at, as if the bad ones were not set.
        guard let settings = try? settings(where: { bad[$0] == nil }) else { return [] }
        return vault(settings) + container(settings) + git() + ssh() + Setting.all.map { setting in
            if let error = bad[setting.name] {
                return Finding(.settings, setting.name, .broken, "cannot be used", advice: error.explanation)
            }
            return finding(setting, settings)
        }
    }

    private func settings(where isVisible: @escaping (String) -> Bool) throws(SettingsError) -> Settings {
        let lookup = surroundings.lookup
        let passwdHome = surroundings.passwdHome
        return try Settings(lookup: { isVisible($0) ? lookup($0) : nil }, passwdHome: { passwdHome })
    }

    private func finding(_ setting: Setting, _ settings: Settings) -> Finding {
        switch setting {
        case .audit, .auditDirectory, .auditMaximumBytes, .auditRetentionDays, .auditSync: audit(setting, settings)
        case .policyFile: policy(settings)
        case .docker: containerProgram(settings)
        case .keyDirectory, .knownHosts, .insecureHostKey: ssh(setting, settings)
        case .watchWeb, .watchOpen, .watchPort: viewer(setting, settings)
        case .environment: environment(settings)
        case .vault:
            settings.usesVault ? Finding(.settings, setting.name, .ok, "on") : Finding(.settings, setting.name, .off, "off")
        case .sshPassword:
            settings.readsSSHPassword
                ? Finding(.settings, setting.name, .ok, "read from descriptor 3 at the start")
                : Finding(.settings, setting.name, .off, "none")
        case .keeper: Finding(.settings, setting.name, .ok, settings.keeper?.text ?? "beside the program (standard)")
        default: limit(setting, settings)
        }
    }

    /// A finding for a number, with what it means and whether it was moved into its range.
    func number(_ setting: Setting, _ resolved: Int, unit: String, zero: String? = nil) -> Finding {
        let value = resolved == 0 && zero != nil ? zero ?? "" : "\(resolved) \(unit)"
        guard let text = surroundings.value(setting.name) else {
            return Finding(.settings, setting.name, .ok, value + " (standard)")
        }
        guard Int(text) == resolved else {
            return Finding(.settings, setting.name, .warn, value, advice: "moved to the end of its range: \(setting.form.description)")
        }
        return Finding(.settings, setting.name, .ok, value)
    }

    private func limit(_ setting: Setting, _ settings: Settings) -> Finding {
        func seconds(_ duration: Duration?) -> Int { Int(duration?.components.seconds ?? 0) }
        return switch setting {
        case .execTimeout: number(setting, seconds(settings.execTimeout), unit: "seconds")
        case .yield: number(setting, seconds(settings.yield), unit: "seconds", zero: "never")
        case .sessionTTL: number(setting, seconds(settings.sessionTTL), unit: "seconds", zero: "never")
        case .maximumSessions: number(setting, settings.maximumSessions, unit: "sessions")
        default: number(setting, settings.maximumJobs, unit: "jobs", zero: "no background jobs")
        }
    }

    private func environment(_ settings: Settings) -> Finding {
        let names = settings.environmentNames
        guard !names.isEmpty else { return Finding(.settings, Setting.environment.name, .off, "none") }
        let missing = names.filter { surroundings.lookup($0) == nil }
        return Finding(
            .settings, Setting.environment.name, missing.isEmpty ? .ok : .warn, names.joined(separator: ", "),
            advice: missing.isEmpty ? "" : "not set here: \(missing.joined(separator: ", "))")
    }

    private func viewer(_ setting: Setting, _ settings: Settings) -> Finding {
        let advice = "the viewer is not in this build yet"
        switch setting {
        case .watchPort where surroundings.value(setting.name) == nil: return Finding(.settings, setting.name, .off, "7878 (standard)")
        case .watchPort: return Finding(.settings, setting.name, .warn, String(settings.watchPort), advice: advice)
        default:
            let isOn = setting == .watchWeb ? settings.watchWeb : settings.watchOpen
            return isOn
                ? Finding(.settings, setting.name, .warn, "on", advice: advice) : Finding(.settings, setting.name, .off, "off")
        }
    }

    /// Variables that look like settings and are none.
    func unknownNames() -> [Finding] {
        Settings.unknown(among: surroundings.names).map { unknown in
            let near = unknown.nearest.map { "; is \($0) meant?" } ?? ""
            return Finding(.settings, unknown.name, .warn, "not a setting", advice: "it has no effect\(near)")
        }
    }
}
