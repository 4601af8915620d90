internal import ArgumentParser
internal import Vault
internal import VaultStore

struct TagVerb: Verb {
    static let configuration = CommandConfiguration(
        commandName: "tag",
        abstract: "Change a secret's tags, scope, type, description or expiry; its value stays.",
        discussion: """
            The vault must be open: these are sealed like the value, so that nobody else can change them.

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
        let locked = try person.locked()
        let place = try person.place(locked, where_).secret(key)
        guard try locked.store.secret(place) != nil else { throw VaultStoreError.noSuchSecret }
        let vault = try person.unlocked(locked)
        try vault.describe(place) { attributes.applied(to: $0, adding: add, removing: remove) }
        try person.show("Changed \(key).")
    }
}
