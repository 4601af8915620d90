internal import ArgumentParser
internal import Keyring
internal import Vault
internal import VaultStore

struct LockVerb: Verb {
    static let configuration = CommandConfiguration(
        commandName: "lock",
        abstract: "Forget the key of an unlocked vault, now.",
        discussion: """
            EXAMPLES
              execkit lock
            """)

    @OptionGroup var access: AccessOptions

    func run(_ person: Person) throws {
        let wasUnlocked = UnlockedKey(vault: try person.locked().store.vault().id).forget()
        try person.show(wasUnlocked ? "Locked." : "It was locked.")
    }
}
