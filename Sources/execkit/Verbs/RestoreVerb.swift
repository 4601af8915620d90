internal import ArgumentParser
internal import Vault
internal import VaultStore

struct RestoreVerb: Verb {
    static let configuration = CommandConfiguration(
        commandName: "restore",
        abstract: "Bring a removed secret back, or an older version of one.",
        discussion: """
            EXAMPLES
              execkit restore OLD_KEY
              execkit restore STRIPE_KEY --version 2
            """)

    @OptionGroup var access: AccessOptions
    @OptionGroup var where_: PlaceOptions

    @Argument(help: "The name.")
    var key: String

    @Option(help: "The version whose value becomes the newest; see `history`.")
    var version: Int?

    func run(_ person: Person) throws {
        let locked = try person.locked()
        let place = try person.place(locked, where_).secret(key)
        if version == nil, try locked.store.secret(place) != nil {
            throw Stop(.conflict, "\(key) is not removed; give --version for an older value")
        }
        let vault = try person.unlocked(locked)
        let current = try vault.restore(place, version: version)
        try person.show("Restored \(key), version \(current).")
    }
}
