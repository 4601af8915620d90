internal import ArgumentParser
internal import SecretIO
internal import SecretMemory
internal import Vault
internal import VaultStore

struct SetVerb: Verb {
    static let configuration = CommandConfiguration(
        commandName: "set",
        abstract: "Set a value. It is typed, or comes from standard input or a file; never from an argument.",
        discussion: """
            A value that is there becomes an older version. Standard input loses one line end at its end; a file is taken
            byte for byte. A value may be a reference to another store, which is asked when a program runs: op://…,
            vault:path#field, azure:vault/name, aws-sm:name, pass:entry.

            EXAMPLES
              execkit set STRIPE_KEY
              openssl rand -hex 32 | execkit set SESSION_SECRET --stdin --scope server
              execkit set TLS_KEY --file key.pem --env production
            """)

    @OptionGroup var access: AccessOptions
    @OptionGroup var where_: PlaceOptions
    @OptionGroup var attributes: AttributeOptions

    @Argument(help: "The name: letters, digits and _, as for an environment variable.")
    var key: String

    @Flag(help: "Take the value from standard input.")
    var stdin = false

    @Option(help: ArgumentHelp("Take the value from a file.", valueName: "path"))
    var file: String?

    @Option(help: "A tag; may be given more than once.")
    var tag: [String] = []

    func validate() throws {
        if stdin, file != nil { throw ValidationError("Give --stdin or --file, not both.") }
        guard VaultNames.isKey(key) else {
            throw ValidationError("A key has letters, digits and _ and does not begin with a digit. Values are never given as arguments.")
        }
    }

    func run(_ person: Person) throws {
        let locked = try person.locked()
        let place = try person.place(locked, where_).secret(key)
        let vault = try person.unlocked(locked)
        let value = try value(person)
        let version = try vault.set(place, value) { attributes.applied(to: $0, adding: tag) }
        try person.show(version == 1 ? "Set \(key)." : "Set \(key), version \(version).")
    }

    private func value(_ person: Person) throws -> SecretBytes {
        if stdin { return try person.standardInput().withoutLineEnd() }
        if let file { return try person.read(try person.path(file)).intoText() }
        let value = try Terminal().secret(prompt: "Value of \(key): ")
        guard value.count > 0 else { throw Stop(.badInput, "nothing was typed; an empty value needs --stdin") }
        return value
    }
}

extension FileText {
    consuming func intoText() -> SecretBytes { text }
}
