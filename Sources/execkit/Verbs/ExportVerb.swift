internal import ArgumentParser
internal import SecretIO
internal import SecretMemory
internal import SecretText
internal import Vault
internal import VaultStore

struct ExportVerb: Verb {
    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: "Write secrets in the clear: dotenv, JSON, YAML or shell. The log says so before the first byte.",
        discussion: """
            Anything but a terminal is refused unless --stdout is given. References to other stores are written as they are.

            EXAMPLES
              execkit export --stdout > .env
              execkit export --format json --env production --stdout | jq keys
              eval "$(execkit export --format shell --only DATABASE_URL --stdout)"
            """)

    @OptionGroup var access: AccessOptions
    @OptionGroup var where_: PlaceOptions
    @OptionGroup var selection: SelectionOptions

    @Option(help: "dotenv, json, yaml or shell.")
    var format: TextFormat = .dotenv

    @Flag(help: "Write to standard output whatever that is.")
    var stdout = false

    func run(_ person: Person) throws {
        guard stdout || SecretIO.isTerminal(1) else {
            throw Stop(.refused, "standard output is no terminal; give --stdout if the values are meant to go there")
        }
        let locked = try person.locked()
        let place = try person.place(locked, where_)
        let secrets = try selection.secrets(locked, place, person)
        let vault = try person.unlocked(locked, for: place.project)
        // They were chosen by what the file says of them.
        try vault.verify(secrets)
        let receipt = try vault.record(.export, secrets.map(\.place))
        var printer = try SecretPrinter(format)
        for secret in secrets {
            do {
                try printer.add(secret.place.key, try vault.open(secret.place, receipt))
            } catch let error as PrintError where error == .nul || error == .notUTF8 {
                throw Stop(.badInput, "\(secret.place.key): \(Stop(error).message)")
            }
        }
        try SecretIO.write(try printer.finish(), to: 1)
    }
}
