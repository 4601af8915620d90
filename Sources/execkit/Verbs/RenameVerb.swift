internal import ArgumentParser
internal import Vault
internal import VaultStore

struct RenameVerb: Verb {
    static let configuration = CommandConfiguration(
        commandName: "rename",
        abstract: "Give a secret another name. Its versions move with it.",
        discussion: """
            EXAMPLES
              execkit rename STRIPE_KEY STRIPE_SECRET_KEY
            """,
        aliases: ["mv"])

    @OptionGroup var access: AccessOptions
    @OptionGroup var where_: PlaceOptions

    @Argument(help: "The name now.")
    var old: String

    @Argument(help: "The name then.")
    var new: String

    func run(_ person: Person) throws {
        guard VaultNames.isKey(new) else { throw VaultStoreError.badName(.key) }
        let locked = try person.locked()
        let place = try person.place(locked, where_).secret(old)
        guard try locked.store.secret(place) != nil else { throw VaultStoreError.noSuchSecret }
        try person.unlocked(locked).rename(place, to: new)
        try person.show("Renamed \(old) to \(new).")
    }
}
