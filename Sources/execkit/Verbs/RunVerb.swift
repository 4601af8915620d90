internal import ArgumentParser
internal import Spawn
internal import VaultStore

struct RunVerb: Verb {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Run a program with secrets in its environment.",
        discussion: """
            The program takes this one's place: terminal, standard input and output, job control, signals and the exit code
            are its own. It gets the secrets and PATH HOME USER SHELL TERM LANG LC_ALL LC_CTYPE TMPDIR TZ; more of your
            environment with --keep or --inherit-env. The log names the command and the keys before anything is opened. Rules
            (`execkit rule`) bind agents, not this.

            EXAMPLES
              execkit run -- npm start
              execkit run --env production --only DATABASE_URL -- ./migrate
              execkit run --folder billing --scope server -- sh -c 'echo "$STRIPE_KEY" | wc -c'
            """)

    @OptionGroup var access: AccessOptions
    @OptionGroup var where_: PlaceOptions
    @OptionGroup var selection: SelectionOptions
    @OptionGroup var surroundings: EnvironmentOptions

    @Argument(parsing: .postTerminator, help: "The program and its arguments, behind --.")
    var command: [String] = []

    init() {}

    /// What the parser makes of `run -- …`. An option that is added above and not set here ends the program at its first use.
    init(plain command: [String]) {
        access = .none
        where_ = .none
        selection = .none
        surroundings = .none
        self.command = command
    }

    func validate() throws {
        guard !command.isEmpty else { throw ValidationError("Put the program behind two dashes: execkit run -- npm start") }
    }

    func run(_ person: Person) throws {
        let program = try person.program(toRun: command[0])
        let locked = try person.locked()
        let place = try person.place(locked, where_)
        let secrets = try selection.secrets(locked, place, person)
        let vault = try person.unlocked(locked, for: place.project)
        let environment = try Handover(person: person, surroundings: surroundings)
            .environment(secrets, vault, command: command)
        try ThisProcess.become(SpawnPlan(executable: program, arguments: command, environment: environment))
    }
}
