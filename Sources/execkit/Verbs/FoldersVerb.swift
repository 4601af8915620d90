internal import ArgumentParser
internal import JSON
internal import Vault
internal import VaultStore

struct FoldersVerb: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "folders",
        abstract: "List, add and remove folders of an environment.",
        subcommands: [List.self, Add.self, Remove.self], defaultSubcommand: List.self)

    /// The place a folder stands in.
    struct HolderOptions: ParsableArguments {
        @Option(name: .shortAndLong, help: "The project, by name or id, instead of that of execkit.toml.")
        var project: String?

        @Option(name: [.customShort("e"), .customLong("env")], help: "The environment, instead of the default of execkit.toml.")
        var environment: String?

        func place(_ person: Person, _ vault: LockedVault) throws -> Place {
            var options = PlaceOptions()
            (options.project, options.environment, options.folder) = (project, environment, nil)
            return try person.place(vault, options)
        }
    }

    struct List: Verb {
        static let configuration = CommandConfiguration(commandName: "list", abstract: "List the folders of an environment.")

        @OptionGroup var access: AccessOptions
        @OptionGroup var where_: HolderOptions
        @OptionGroup var report: ReportOptions

        func run(_ person: Person) throws {
            let vault = try person.locked()
            let place = try where_.place(person, vault)
            let folders = try vault.store.folders(of: place.project.id, place.environment)
            if report.json {
                return try person.show(
                    .object([
                        "project": .string(place.project.name), "environment": .string(place.environment),
                        "folders": .array(folders.map { .string($0) }),
                    ]))
            }
            for folder in folders { try person.show(folder) }
        }
    }

    struct Add: Verb {
        static let configuration = CommandConfiguration(
            commandName: "add",
            abstract: "Add a folder.",
            discussion: """
                EXAMPLES
                  execkit folders add billing/eu
                """)

        @OptionGroup var access: AccessOptions
        @OptionGroup var where_: HolderOptions

        @Argument(help: "The path: names joined by /.")
        var path: String

        func run(_ person: Person) throws {
            let vault = try person.locked()
            let place = try where_.place(person, vault)
            try vault.createFolder(project: place.project.id, environment: place.environment, path: path)
            try person.show("Added \(path).")
        }
    }

    struct Remove: Verb {
        static let configuration = CommandConfiguration(
            commandName: "rm",
            abstract: "Remove a folder that never held a secret.",
            discussion: """
                EXAMPLES
                  execkit folders rm billing/eu
                """)

        @OptionGroup var access: AccessOptions
        @OptionGroup var where_: HolderOptions

        @Argument(help: "The path.")
        var path: String

        func run(_ person: Person) throws {
            let vault = try person.locked()
            let place = try where_.place(person, vault)
            try vault.removeFolder(project: place.project.id, environment: place.environment, path: path)
            try person.show("Removed \(path).")
        }
    }
}
