import PrivateFiles
import Settings

// What SSH sessions have to work with: the library, the operator's directory of keys, the known servers, the agent.
extension Doctor {
    /// The library and the agent. What is missing here is no fault: only SSH needs it.
    func ssh() -> [Finding] { library() + [agent()] }

    private func library() -> [Finding] {
        switch surroundings.ssh.library() {
        case .absent(let reason): return [Finding(.ssh, "libssh2", .off, "cannot be used", advice: reason)]
        case .present(let version, let path, let signsRSAWithSHA2, let algorithms):
            let place = path.map { " (\($0))" } ?? ""
            return [Finding(.ssh, "libssh2", .ok, version + place), rsa(signsRSAWithSHA2)]
                + algorithms.map { Finding(.ssh, $0.kind, .ok, $0.names.joined(separator: " ")) }
        }
    }

    private func rsa(_ signsWithSHA2: Bool) -> Finding {
        signsWithSHA2
            ? Finding(.ssh, "RSA keys", .ok, "signed with SHA-2")
            : Finding(
                .ssh, "RSA keys", .off, "signed with SHA-1 only, which OpenSSH 8.8 and newer refuse",
                advice: "use Ed25519 or ECDSA keys, for logins and hosts, or libssh2 1.11 or newer")
    }

    private func agent() -> Finding {
        let name = "ssh-agent"
        guard let socket = surroundings.value("SSH_AUTH_SOCK") else { return Finding(.ssh, name, .off, "SSH_AUTH_SOCK is not set") }
        switch surroundings.ssh.askAgent(socket) {
        case .failed(let reason): return Finding(.ssh, name, .warn, socket, advice: reason)
        case .answered(let usable, let others):
            let more = others == 0 ? "" : "; \(others) of kinds that are not used (certificates, hardware tokens, DSA)"
            return Finding(
                .ssh, name, .ok, "answers at \(socket): \(usable) usable \(usable == 1 ? "key" : "keys")\(more)",
                advice: usable == 0 ? "ssh-add loads one" : "")
        }
    }

    // MARK: Settings

    func ssh(_ setting: Setting, _ settings: Settings) -> Finding {
        let isSet = surroundings.value(setting.name) != nil
        switch setting {
        case .insecureHostKey:
            guard settings.acceptsAnyHostKey else { return Finding(.settings, setting.name, .off, "off") }
            return Finding(
                .settings, setting.name, .warn, "ON: ANY SSH SERVER IS BELIEVED",
                advice: "whoever stands between gets every password and command; unset it, and add servers to known_hosts with ssh")
        case .keyDirectory: return keyDirectory(settings.keyDirectory, isSet)
        default: return knownHosts(settings.knownHosts, isSet)
        }
    }

    private func keyDirectory(_ path: AbsolutePath?, _ isSet: Bool) -> Finding {
        let name = Setting.keyDirectory.name
        guard let path else { return Finding(.settings, name, .off, "none: there is no home directory") }
        do throws(FileError) {
            let info = try Directory(at: path).info
            let isOurs = info.user == PrivateFiles.effectiveUser
            let owner = isOurs ? "yours" : info.user == 0 ? "root's" : "of user \(info.user)"
            let value = "\(path.text) (mode \(String(info.mode & 0o7777, radix: 8)), \(owner))"
            if !isOurs, info.user != 0 {
                return Finding(.settings, name, .warn, value, advice: "its owner decides which keys are here")
            }
            if info.mode & 0o022 != 0 {
                return Finding(.settings, name, .warn, value, advice: "others can put keys here; run: chmod go-w '\(path.text)'")
            }
            return Finding(.settings, name, .ok, value)
        } catch {
            return absent(name, path, error.isMissing ? "not there" : error.explanation, isWarned: isSet || !error.isMissing)
        }
    }

    private func knownHosts(_ path: AbsolutePath?, _ isSet: Bool) -> Finding {
        let name = Setting.knownHosts.name
        guard let path else { return Finding(.settings, name, .off, "none: there is no home directory") }
        switch surroundings.ssh.readKnownHosts(path) {
        case .missing: return absent(name, path, "not there, so no server is known", isWarned: isSet)
        case .unusable(let reason): return absent(name, path, "\(reason); no server is known without it", isWarned: true)
        case .read(let usable, let unreadable, let authorities):
            var parts: [String] = []
            if !unreadable.isEmpty { parts.append("\(Self.lines(unreadable)) cannot be read and is passed over") }
            if !authorities.isEmpty { parts.append("\(Self.lines(authorities)) is of @cert-authority, which vouches for nothing here") }
            return Finding(
                .settings, name, parts.isEmpty ? .ok : .warn, "\(path.text) (\(usable) usable \(usable == 1 ? "line" : "lines"))",
                advice: parts.joined(separator: "; "))
        }
    }

    private func absent(_ name: String, _ path: AbsolutePath, _ reason: String, isWarned: Bool) -> Finding {
        Finding(.settings, name, isWarned ? .warn : .off, path.text, advice: reason)
    }

    /// `line 3`, or `each of lines 3, 5, 9`: both take a verb in the singular.
    private static func lines(_ numbers: [Int]) -> String {
        guard numbers.count > 1 else { return "line " + numbers.map(String.init).joined() }
        let first = numbers.prefix(5).map(String.init).joined(separator: ", ")
        return "each of lines \(first)" + (numbers.count > 5 ? " and \(numbers.count - 5) more" : "")
    }
}
