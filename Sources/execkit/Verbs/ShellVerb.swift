internal import ArgumentParser
internal import Spawn
internal import VaultStore

struct ShellVerb: Verb {
    static let configuration = CommandConfiguration(
        commandName: "shell",
        abstract: "Open your shell with secrets in its environment.",
        discussion: """
            EXECKIT_SHELL=1, EXECKIT_PROJECT and EXECKIT_ENVIRONMENT tell your prompt where you are. Leave it with `exit`.

            EXAMPLES
              execkit shell
              execkit shell --env production --only DATABASE_URL
            """)

    @OptionGroup var access: AccessOptions
    @OptionGroup var where_: PlaceOptions
    @OptionGroup var selection: SelectionOptions
    @OptionGroup var surroundings: EnvironmentOptions

    @Flag(help: "Also inside of another such shell.")
    var force = false

    func run(_ person: Person) throws {
        if !force, ThisProcess.environment("EXECKIT_SHELL") != nil {
            throw Stop(.refused, "this is such a shell already; leave it first, or give --force")
        }
        let wanted = ThisProcess.environmentText("SHELL") ?? "/bin/sh"
        guard let shell = person.program(wanted) ?? person.program("/bin/sh") else {
            throw Stop(.commandNotFound, "there is no shell")
        }
        let locked = try person.locked()
        let place = try person.place(locked, where_)
        let secrets = try selection.secrets(locked, place, person)
        let vault = try person.unlocked(locked, for: place.project)
        var environment = try Handover(person: person, surroundings: surroundings)
            .environment(secrets, vault, command: [shell])
        try environment.set("EXECKIT_SHELL", to: "1")
        try environment.set("EXECKIT_PROJECT", to: place.project.name)
        try environment.set("EXECKIT_ENVIRONMENT", to: place.environment)
        try ThisProcess.become(SpawnPlan(executable: shell, arguments: [shell], environment: environment))
    }
}
