internal import ArgumentParser
internal import JSON
internal import Keyring
internal import PrivateFiles
internal import ProjectFile
internal import SecretMemory
internal import Vault
internal import VaultStore

struct DoctorVerb: Verb {
    static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract: "Check what execkit needs here, and that the password comes from where it was set to come from.",
        discussion: """
            The configured store is asked for the password, and the password is tried; it is not shown and opens nothing.
            Exit code 1: something does not work; its line says what to do.

            EXAMPLES
              execkit doctor
              execkit doctor --json
            """)

    @OptionGroup var access: AccessOptions
    @OptionGroup var report: ReportOptions

    func run(_ person: Person) throws {
        var checks = [memory()]
        let vault = check("vault", &checks) { () throws in
            let vault = try person.locked()
            return (vault, "\(person.home.text)/\(VaultStore.fileName)")
        }
        if let vault {
            _ = check("unlocked", &checks) { () throws in
                let isKept = UnlockedKey(vault: try vault.store.vault().id).isKept
                return ((), isKept ? "yes; lock it with: execkit lock" : "no")
            }
            _ = check("password", &checks) { () throws in ((), try password(person, vault)) }
            _ = check("directory", &checks) { () throws in ((), try directory(person, vault)) }
            _ = check("rules", &checks) { () throws in ((), try RuleCheck(vault).detail()) }
        }
        let isSound = checks.allSatisfy(\.works)
        if report.json {
            let list = checks.map { check in
                JSONValue.object([
                    "name": .string(check.name), "works": .bool(check.works), "detail": .string(check.detail),
                ])
            }
            try person.show(.object(["sound": .bool(isSound), "checks": .array(list)]))
        } else {
            for check in checks {
                let name = check.name + String(repeating: " ", count: 10 - check.name.count)
                try person.show("\(check.works ? "ok     " : "PROBLEM")  \(name) \(check.detail)")
            }
        }
        guard isSound else { throw ExitCode(ExitStatus.findings.rawValue) }
    }

    private struct Check {
        let name: String
        let works: Bool
        let detail: String
    }

    private func check<R>(_ name: String, _ checks: inout [Check], _ body: () throws -> (R, String)) -> R? {
        do {
            let (result, detail) = try body()
            checks.append(Check(name: name, works: true, detail: detail))
            return result
        } catch {
            checks.append(Check(name: name, works: false, detail: Stop(error).message))
            return nil
        }
    }

    private func memory() -> Check {
        let limit = SecretMemory.limitBytes.map { "\($0 >> 10) KiB may be locked" } ?? "no limit"
        guard let protection = SecretMemory.protection else {
            return Check(
                name: "memory", works: false, detail: "no memory can be locked (\(limit)); raise it with: ulimit -l unlimited")
        }
        return Check(name: "memory", works: true, detail: "\(protection.rawValue), \(limit)")
    }

    /// Where the password comes from, once it was tried.
    private func password(_ person: Person, _ vault: LockedVault) throws -> String {
        let configuration = try person.configuration()
        if person.isHandedOver {
            _ = try person.sessionKey(vault, configuration)
            return "handed over to this run; it opens the vault"
        }
        guard let store = configuration.store else {
            return "typed when needed (execkit unlock --remember-in names a store)"
        }
        do {
            _ = try person.sessionKey(vault, configuration)
        } catch VaultError.authenticationFailed {
            throw Stop(.authentication, "\(store.name) has a password that does not open this vault; see: execkit unlock --remember-in")
        } catch {
            throw Stop(.helper, "\(store.name): \(Stop(error).message)")
        }
        return "asked of \(store.name); it opens the vault"
    }

    private func directory(_ person: Person, _ vault: LockedVault) throws -> String {
        guard let file = try ProjectFile.find(from: person.directory) else {
            return "belongs to no project (execkit init)"
        }
        let (project, _) = try person.project(vault, nil)
        let known = try vault.store.environments(of: project.id)
        if let environment = file.environment, !known.contains(environment) {
            throw Stop(.notFound, "execkit.toml names an environment that \(project.name) has not; see: execkit envs")
        }
        return "project \(project.name), environment \(file.environment ?? "to be given with --env")"
    }
}
