internal import ArgumentParser
internal import Vault
internal import VaultStore

struct RemoveVerb: Verb {
    static let configuration = CommandConfiguration(
        commandName: "rm",
        abstract: "Remove secrets. Their versions stay; `restore` brings them back.",
        discussion: """
            EXAMPLES
              execkit rm OLD_KEY
              execkit rm A B --env production
            """)

    @OptionGroup var access: AccessOptions
    @OptionGroup var where_: PlaceOptions

    @Argument(help: "The names.")
    var keys: [String]

    func run(_ person: Person) throws {
        let vault = try person.locked()
        let place = try person.place(vault, where_)
        // All of them are there, or none is removed.
        for key in keys where try vault.store.secret(place.secret(key)) == nil {
            throw Stop(.notFound, "\(place.title) has no \(Stop.shown(key))")
        }
        for key in keys {
            try vault.remove(place.secret(key))
            try person.show("Removed \(key).")
        }
    }
}
