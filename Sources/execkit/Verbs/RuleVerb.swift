internal import ArgumentParser
internal import JSON
internal import UseRule
internal import Vault
internal import VaultStore

struct RuleVerb: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rule",
        abstract: "Say how agents may use a secret: by which programs, where, how often, and whether you are asked.",
        discussion: """
            A rule binds what an agent asks execkit-mcp for. It does not bind you: `execkit run`, `get` and `export` go by your
            password. Without a rule, nothing of this restricts an agent.
            """,
        subcommands: [Show.self, Set.self, Clear.self])

    struct Show: Verb {
        static let configuration = CommandConfiguration(
            commandName: "show",
            abstract: "Show the rule of a secret. The vault may be locked; then nothing proves that the rule is yours.",
            discussion: """
                EXAMPLES
                  execkit rule show DATABASE_URL
                """)

        @OptionGroup var access: AccessOptions
        @OptionGroup var where_: PlaceOptions
        @OptionGroup var report: ReportOptions

        @Argument(help: "The name.")
        var key: String

        func run(_ person: Person) throws {
            let locked = try person.locked()
            let place = try person.place(locked, where_)
            guard let secret = try locked.store.secret(place.secret(key)) else { throw VaultStoreError.noSuchSecret }
            let isVerified = person.canUnlockUnasked(locked)
            if isVerified { try person.unlocked(locked).verify([secret]) }
            let rule = try secret.readableRule()
            if report.json {
                return try person.show(
                    .object([
                        "key": .string(key), "project": .string(place.project.name),
                        "environment": .string(place.environment), "folder": .string(place.folder),
                        "rule": secret.ruleJSON, "verified": .bool(isVerified),
                    ]))
            }
            if !isVerified { person.say("execkit: the vault is locked, so this is what its file says; nothing proves it") }
            guard let rule else { return try person.show("\(key) has no rule: agents may use it in every way.") }
            try person.show(rule.lines)
        }
    }

    struct Clear: Verb {
        static let configuration = CommandConfiguration(
            commandName: "clear",
            abstract: "Take the rule of a secret away. Agents may then use it in every way.",
            discussion: """
                EXAMPLES
                  execkit rule clear DATABASE_URL
                """)

        @OptionGroup var access: AccessOptions
        @OptionGroup var where_: PlaceOptions

        @Argument(help: "The name.")
        var key: String

        func run(_ person: Person) throws {
            let locked = try person.locked()
            let place = try person.place(locked, where_).secret(key)
            guard try locked.store.secret(place) != nil else { throw VaultStoreError.noSuchSecret }
            let wasThere = try person.unlocked(locked).clearRule(place)
            try person.show(wasThere ? "\(key) has no rule any more." : "\(key) had no rule.")
        }
    }
}

extension SecretRecord {
    /// The rule, or the end of the program when it is none that this program knows.
    func readableRule() throws -> UseRule? {
        do { return try useRule() } catch {
            throw Stop(
                .vault,
                """
                the rule of \(Stop.shown(place.key)) cannot be read (\(error.explanation)), so no agent gets the secret; \
                a newer execkit may know the rule, and `execkit rule clear` takes it away
                """)
        }
    }

    /// The rule as it is stored; null when there is none, or none that can be read.
    var ruleJSON: JSONValue {
        guard let rule, (try? useRule()) != nil, let value = try? JSONParser.parse(rule) else { return .null }
        return value
    }
}
