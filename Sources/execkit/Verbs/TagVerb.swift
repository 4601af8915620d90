internal import ArgumentParser
internal import Vault
internal import VaultStore

struct TagVerb: Verb {
    static let configuration = CommandConfiguration(
        commandName: "tag",
        abstract: "Change a secret's tags, scope, type, description or expiry; its value stays.",
        discussion: """
            EXAMPLES
              execkit tag STRIPE_KEY --add payment --remove old
              execkit tag STRIPE_KEY --scope server --expires 2027-01-31
            """)

    @OptionGroup var access: AccessOptions
    @OptionGroup var where_: PlaceOptions
    @OptionGroup var attributes: AttributeOptions

    @Argument(help: "The name.")
    var key: String

    @Option(help: "A tag to add; may be given more than once.")
    var add: [String] = []

    @Option(help: "A tag to take off; may be given more than once.")
    var remove: [String] = []

    func validate() throws {
        if attributes.isEmpty, add.isEmpty, remove.isEmpty { throw ValidationError("Say what to change; see --help.") }
    }

    func run(_ person: Person) throws {
        let vault = try person.locked()
        let place = try person.place(vault, where_).secret(key)
        guard let secret = try vault.store.secret(place) else { throw VaultStoreError.noSuchSecret }
        try vault.describe(place, attributes.applied(to: secret.attributes, adding: add, removing: remove))
        try person.show("Changed \(key).")
    }
}
