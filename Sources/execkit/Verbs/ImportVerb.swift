internal import ArgumentParser
internal import PrivateFiles
internal import SecretText
internal import VaultStore

struct ImportVerb: Verb {
    static let configuration = CommandConfiguration(
        commandName: "import",
        abstract: "Take over a file of secrets: dotenv, or a flat map in JSON or YAML.",
        discussion: """
            Shows the plan first: what is new, changed, the same, left out. A value that would be overwritten needs an answer
            or --overwrite or --skip-existing; a line that cannot be read stops everything, by its number, unless
            --skip-invalid is given. All is taken over at once or nothing.

            EXAMPLES
              execkit import
              execkit import .env.production --env production --overwrite --delete-source
              execkit import secrets.json --dry-run
              kubectl get secret app -o json | jq '.data | map_values(@base64d)' | execkit import - --format json
            """)

    @OptionGroup var access: AccessOptions
    @OptionGroup var where_: PlaceOptions

    @Argument(help: "The file, or - for standard input.")
    var source = ".env"

    @Option(help: "dotenv, json or yaml; by the file's name and first character when left out.")
    var format: InputFormat?

    @Option(help: "Who may get what is new: client, server or shared.")
    var scope: SecretScope = .shared

    @Flag(help: "Show the plan and change nothing.")
    var dryRun = false

    @Flag(help: "Replace values that differ; the old ones stay as versions.")
    var overwrite = false

    @Flag(help: "Leave values that are there.")
    var skipExisting = false

    @Flag(help: "Leave out lines that cannot be read.")
    var skipInvalid = false

    @Flag(help: "Delete the file afterwards, if all of it was taken over.")
    var deleteSource = false

    @Flag(name: .shortAndLong, help: "Do not ask.")
    var yes = false

    @OptionGroup var report: ReportOptions

    func validate() throws {
        if overwrite, skipExisting { throw ValidationError("Give --overwrite or --skip-existing, not both.") }
        if deleteSource, source == "-" { throw ValidationError("Standard input cannot be deleted.") }
    }

    func run(_ person: Person) throws {
        let locked = try person.locked()
        let place = try person.place(locked, where_)
        var importer = Importer(
            person: person, place: place, source: source == "-" ? nil : try person.path(source))
        importer.format = format
        importer.scope = scope
        importer.conflicts = overwrite ? .overwrite : skipExisting ? .skip : nil
        importer.skipsInvalid = skipInvalid
        importer.deletesSource = deleteSource
        importer.isDry = dryRun
        importer.asks = !yes && !dryRun && person.isInteractive && source != "-"
        importer.json = report.json
        try importer.run(try person.unlocked(locked))
    }
}

enum InputFormat: String, ExpressibleByArgument, CaseIterable { case dotenv, json, yaml }
