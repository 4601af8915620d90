internal import ArgumentParser
internal import PrivateFiles
internal import UseRule
internal import Vault
internal import VaultStore

extension RuleVerb {
    struct Set: Verb {
        static let configuration = CommandConfiguration(
            commandName: "set",
            abstract: "Make or change the rule of a secret. What is not given stays as it is.",
            discussion: """
                The vault must be open: rules are sealed like the value. A program is a file name, which any file of that name
                satisfies, or a path, which is stricter. A program that runs others (sh, env, python3) allows all of them.

                EXAMPLES
                  execkit rule set DATABASE_URL --program /usr/bin/psql
                  execkit rule set STRIPE_KEY --from-project shop --ask always
                  execkit rule set API_TOKEN --ask 15m --limit 10/1h
                  execkit rule set DEPLOY_KEY --env production --deliver file
                  execkit rule set PIN --allow-weak
                  execkit rule set API_TOKEN --any-program --no-limit --ask never
                """)

        @OptionGroup var access: AccessOptions
        @OptionGroup var where_: PlaceOptions

        @Argument(help: "The name.")
        var key: String

        @Option(help: ArgumentHelp(
            "A program that may get it, by path or file name; may be given more than once and replaces those of before.",
            valueName: "program"))
        var program: [String] = []

        @Flag(help: "Any program.")
        var anyProgram = false

        @Option(help: ArgumentHelp(
            "A project it may be used for, by name or id; may be given more than once and replaces those of before.",
            valueName: "project"))
        var fromProject: [String] = []

        @Flag(help: "Any project.")
        var anyProject = false

        @Option(help: ArgumentHelp(
            "When you are asked: always, never, or a time such as 15m: once in that time.", valueName: "when"))
        var ask: RuleAsk?

        @Option(help: ArgumentHelp("The most uses in a time, such as 10/1h.", valueName: "uses/time"))
        var limit: RuleLimit?

        @Flag(help: "As many uses as anyone likes.")
        var noLimit = false

        @Flag(
            inversion: .prefixedNo, exclusivity: .exclusive,
            help: "Agents may use a value that is too short to be found and hidden in what they read.")
        var allowWeak: Bool?

        @Option(help: ArgumentHelp(
            "How a program gets it: environment, descriptor, file, or any (the agent's choice).", valueName: "way"))
        var deliver: RuleDelivery?

        func validate() throws {
            if anyProgram, !program.isEmpty { throw ValidationError("Give --program or --any-program, not both.") }
            if anyProject, !fromProject.isEmpty { throw ValidationError("Give --from-project or --any-project, not both.") }
            if noLimit, limit != nil { throw ValidationError("Give --limit or --no-limit, not both.") }
            let changesLists = anyProgram || anyProject || !program.isEmpty || !fromProject.isEmpty
            if !changesLists, ask == nil, limit == nil, !noLimit, allowWeak == nil, deliver == nil {
                throw ValidationError("Say what the rule is to be; see --help.")
            }
        }

        func run(_ person: Person) throws {
            let locked = try person.locked()
            let place = try person.place(locked, where_).secret(key)
            guard let secret = try locked.store.secret(place) else { throw VaultStoreError.noSuchSecret }
            _ = try secret.readableRule()
            let programs = try program.map { $0.utf8.contains(UInt8(ascii: "/")) ? try person.path($0).text : $0 }
            for name in fromProject { _ = try person.project(locked, name) }
            let rule = try person.unlocked(locked).changeRule(place) { changed($0, programs) }
            if programs.contains(where: { person.program($0) == nil }) {
                person.say("execkit: one of these programs is not there, or cannot be executed; the rule names it all the same")
            }
            if let name = programs.compactMap(RuleWords.runner).first {
                person.say("execkit: \(name) runs what it is told to, so this rule allows every program")
            }
            try person.show(rule.lines)
        }

        private func changed(_ old: UseRule, _ programs: [String]) -> UseRule {
            var rule = old
            if anyProgram { rule.programs = nil } else if !programs.isEmpty { rule.programs = programs }
            if anyProject { rule.projects = nil } else if !fromProject.isEmpty { rule.projects = fromProject }
            if let ask { rule.ask = ask.ask }
            if noLimit { rule.limit = nil } else if let limit { rule.limit = limit.limit }
            if let allowWeak { rule.allowsWeakValue = allowWeak }
            if let deliver { rule.delivery = deliver.delivery }
            return rule
        }
    }
}
