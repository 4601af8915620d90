internal import ArgumentParser
internal import Keyring
internal import Vault
internal import VaultStore

struct RekeyVerb: Verb {
    static let configuration = CommandConfiguration(
        commandName: "rekey",
        abstract: "Give a project a new key and seal all its values anew.",
        discussion: """
            EXAMPLES
              execkit rekey
              execkit rekey --all
            """)

    @OptionGroup var access: AccessOptions

    @Option(name: .shortAndLong, help: "The project, by name or id, instead of that of execkit.toml.")
    var project: String?

    @Flag(help: "Every project.")
    var all = false

    func run(_ person: Person) throws {
        let locked = try person.locked()
        let projects = all ? try locked.store.projects() : [try person.project(locked, project).0]
        let vault = try person.unlocked(locked)
        let keeper = UnlockedKey(vault: try locked.store.vault().id)
        // Keys of before are not to be kept, however far this comes.
        defer { keeper.forgetBeside() }
        for project in projects {
            let count = try vault.rekey(project: project.id)
            try person.show("\(project.name): \(count) value(s) sealed with a new key.")
        }
    }
}
