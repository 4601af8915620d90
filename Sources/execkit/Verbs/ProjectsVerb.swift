internal import ArgumentParser
internal import JSON
internal import Vault
internal import VaultStore

struct ProjectsVerb: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "projects",
        abstract: "List, add and rename projects.",
        subcommands: [List.self, Add.self, Rename.self], defaultSubcommand: List.self)

    struct List: Verb {
        static let configuration = CommandConfiguration(commandName: "list", abstract: "List the projects of the vault.")

        @OptionGroup var access: AccessOptions
        @OptionGroup var report: ReportOptions

        func run(_ person: Person) throws {
            let store = try person.locked().store
            let projects = try store.projects()
            if report.json {
                let list = try projects.map { project in
                    JSONValue.object([
                        "id": .string(project.id), "name": .string(project.name), "created_at": .string(project.createdAt),
                        "environments": .array(try store.environments(of: project.id).map { .string($0) }),
                    ])
                }
                return try person.show(.object(["projects": .array(list)]))
            }
            let rows = try projects.map { project in
                [project.name, project.id, try store.environments(of: project.id).joined(separator: ", ")]
            }
            try person.show(table: ["NAME", "ID", "ENVIRONMENTS"], rows)
        }
    }

    struct Add: Verb {
        static let configuration = CommandConfiguration(
            commandName: "add",
            abstract: "Add a project without linking a directory.",
            discussion: """
                EXAMPLES
                  execkit projects add shop --env development --env production
                """)

        @OptionGroup var access: AccessOptions

        @Argument(help: "The name.")
        var name: String

        @Option(name: [.customShort("e"), .customLong("env")], help: "An environment; may be given more than once.")
        var environments: [String] = ["development"]

        func run(_ person: Person) throws {
            let project = try person.unlocked(try person.locked()).createProject(named: name, environments: environments)
            try person.show("Added \(project.name), \(project.id).")
        }
    }

    struct Rename: Verb {
        static let configuration = CommandConfiguration(
            commandName: "rename",
            abstract: "Give a project another name. execkit.toml finds it by its id.",
            discussion: """
                EXAMPLES
                  execkit projects rename shop store
                """)

        @OptionGroup var access: AccessOptions

        @Argument(help: "The name or id now.")
        var old: String

        @Argument(help: "The name then.")
        var new: String

        func run(_ person: Person) throws {
            let vault = try person.locked()
            try vault.renameProject(id: try person.project(vault, old).0.id, to: new)
            try person.show("Renamed \(old) to \(new).")
        }
    }
}
