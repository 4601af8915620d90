internal import ArgumentParser
internal import JSON
internal import ProjectFile
internal import Vault
internal import VaultStore

struct EnvironmentsVerb: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "envs",
        abstract: "List, add and remove environments of a project.",
        subcommands: [List.self, Add.self, Remove.self], defaultSubcommand: List.self)

    /// The project alone.
    struct ProjectOption: ParsableArguments {
        @Option(name: .shortAndLong, help: "The project, by name or id, instead of that of execkit.toml.")
        var project: String?
    }

    struct List: Verb {
        static let configuration = CommandConfiguration(commandName: "list", abstract: "List the environments of a project.")

        @OptionGroup var access: AccessOptions
        @OptionGroup var where_: ProjectOption
        @OptionGroup var report: ReportOptions

        func run(_ person: Person) throws {
            let vault = try person.locked()
            let (project, file) = try person.project(vault, where_.project)
            let names = try vault.store.environments(of: project.id)
            if report.json {
                return try person.show(
                    .object([
                        "project": .string(project.name), "default": file?.environment.map { .string($0) } ?? .null,
                        "environments": .array(names.map { .string($0) }),
                    ]))
            }
            for name in names { try person.show(name == file?.environment ? "\(name) (default here)" : name) }
        }
    }

    struct Add: Verb {
        static let configuration = CommandConfiguration(
            commandName: "add",
            abstract: "Add an environment.",
            discussion: """
                EXAMPLES
                  execkit envs add production
                """)

        @OptionGroup var access: AccessOptions
        @OptionGroup var where_: ProjectOption

        @Argument(help: "The name.")
        var name: String

        func run(_ person: Person) throws {
            let vault = try person.locked()
            try vault.createEnvironment(project: try person.project(vault, where_.project).0.id, name: name)
            try person.show("Added \(name).")
        }
    }

    struct Remove: Verb {
        static let configuration = CommandConfiguration(
            commandName: "rm",
            abstract: "Remove an environment that never held a secret.",
            discussion: """
                EXAMPLES
                  execkit envs rm staging
                """)

        @OptionGroup var access: AccessOptions
        @OptionGroup var where_: ProjectOption

        @Argument(help: "The name.")
        var name: String

        func run(_ person: Person) throws {
            let vault = try person.locked()
            try vault.removeEnvironment(project: try person.project(vault, where_.project).0.id, name: name)
            try person.show("Removed \(name).")
        }
    }
}
