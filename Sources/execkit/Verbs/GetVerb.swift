internal import ArgumentParser
internal import SecretIO
internal import Vault
internal import VaultStore

struct GetVerb: Verb {
    static let configuration = CommandConfiguration(
        commandName: "get",
        abstract: "Show one value at the terminal. The log says so before it is shown.",
        discussion: """
            Anything but a terminal is refused unless --stdout is given; then the value is written byte for byte, without a
            line end. To hand secrets to a program use `execkit run`.

            EXAMPLES
              execkit get STRIPE_KEY
              execkit get TLS_KEY --stdout > key.pem
            """)

    @OptionGroup var access: AccessOptions
    @OptionGroup var where_: PlaceOptions

    @Argument(help: "The name.")
    var key: String

    @Option(help: "An older version.")
    var version: Int?

    @Flag(help: "Write the value to standard output whatever that is.")
    var stdout = false

    func run(_ person: Person) throws {
        let isTerminal = SecretIO.isTerminal(1)
        guard isTerminal || stdout else {
            throw Stop(.refused, "standard output is no terminal; give --stdout if the value is meant to go there")
        }
        let locked = try person.locked()
        let place = try person.place(locked, where_).secret(key)
        guard try locked.store.secret(place) != nil else { throw VaultStoreError.noSuchSecret }
        let vault = try person.unlocked(locked)
        let receipt = try vault.record(.reveal, [place])
        try SecretIO.write(try vault.open(place, version: version, receipt), to: 1)
        if isTerminal { try person.show("") }
    }
}
