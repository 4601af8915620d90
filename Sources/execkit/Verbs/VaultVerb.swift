internal import ArgumentParser
internal import JSON
internal import PrivateFiles
internal import Vault
internal import VaultStore

struct VaultVerb: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "vault",
        abstract: "Check, back up and restore the vault file.",
        subcommands: [Check.self, Backup.self, Restore.self])

    struct Check: Verb {
        static let configuration = CommandConfiguration(
            commandName: "check",
            abstract: "Check every page, the chain of the log, and (unlocked) every value's seal.",
            discussion: """
                EXAMPLES
                  execkit vault check
                  execkit vault check --locked --json
                """)

        @OptionGroup var access: AccessOptions
        @OptionGroup var report: ReportOptions

        @Flag(help: "Do not ask for the password; the seals are then not checked.")
        var locked = false

        func run(_ person: Person) throws {
            let vault = try person.locked()
            let found = locked ? try vault.check() : try person.unlocked(vault).check()
            try report.json ? person.show(found.json) : tell(person, found)
            guard found.isSound else { throw ExitCode(ExitStatus.findings.rawValue) }
        }

        private func tell(_ person: Person, _ found: VaultReport) throws {
            if found.damagedPages > 0 { try person.show("\(found.damagedPages) finding(s) in the pages of the file") }
            if found.brokenReferences > 0 { try person.show("\(found.brokenReferences) row(s) refer to nothing") }
            if let row = found.brokenAction { try person.show("The log's chain is broken at row \(row)") }
            for project in found.failedProjects { try person.show("The key of project \(project) does not open") }
            for place in found.changedAttributes {
                try person.show("\(place.environment)/\(place.key): scope, type, tags, expiry or current version was changed by someone else")
            }
            for failure in found.failures {
                try person.show("\(failure.place.environment)/\(failure.place.key), version \(failure.version), does not open")
            }
            let seals = found.frames.map { "\($0) value(s) opened" } ?? "values not opened (locked)"
            if found.isSound { try person.show("The vault is sound; \(seals).") }
        }
    }

    struct Backup: Verb {
        static let configuration = CommandConfiguration(
            commandName: "backup",
            abstract: "Write a copy of the vault into a new file. It is as locked as the vault.",
            discussion: """
                EXAMPLES
                  execkit vault backup ~/backup/vault-2027-01-31.db
                """)

        @OptionGroup var access: AccessOptions

        @Argument(help: "The new file.")
        var path: String

        func run(_ person: Person) throws {
            try person.locked().backup(to: try person.path(path))
            try person.show("Wrote \(path).")
        }
    }

    struct Restore: Verb {
        static let configuration = CommandConfiguration(
            commandName: "restore",
            abstract: "Put a backup in the vault's place. What was there is kept in a new file beside it.",
            discussion: """
                Also where there is no vault yet, as on a new machine, and where it is damaged.

                EXAMPLES
                  execkit vault restore ~/backup/vault-2027-01-31.db
                """)

        @OptionGroup var access: AccessOptions

        @Argument(help: "The backup.")
        var path: String

        @Flag(name: .shortAndLong, help: "Do not ask.")
        var yes = false

        func run(_ person: Person) throws {
            if !yes, try VaultStore.exists(in: person.home) {
                guard person.isInteractive else { throw Stop(.refused, "give --yes to replace the vault without a question") }
                guard try person.confirm("Replace the whole vault by this backup?", usual: false) else { return }
            }
            let suffix = try PrivateFiles.randomBytes(4).map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }
            let aside = try person.home.appending("vault-before-restore-\(suffix.joined()).db")
            let hadVault = try LockedVault.restore(from: try person.path(path), in: person.home, aside: aside)
            try person.show(hadVault ? "Restored. What was there is in \(aside.text)." : "Restored.")
        }
    }
}

extension VaultReport {
    var json: JSONValue {
        .object([
            "sound": .bool(isSound), "damaged_pages": .int(damagedPages), "broken_references": .int(brokenReferences),
            "broken_action": brokenAction.map { .int($0) } ?? .null, "frames": frames.map { .int($0) } ?? .null,
            "changed_attributes": .array(changedAttributes.map(\.json)),
            "failed_projects": .array(failedProjects.map { .string($0) }),
            "failures": .array(
                failures.map { failure in
                    var object = failure.place.json.object ?? [:]
                    object["version"] = .int(failure.version)
                    return .object(object)
                }),
        ])
    }
}

extension SecretPlace {
    fileprivate var json: JSONValue {
        .object([
            "project": .string(project), "environment": .string(environment), "folder": .string(folder),
            "key": .string(key),
        ])
    }
}
