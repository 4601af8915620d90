internal import ArgumentParser
internal import Keyring
internal import SecretIO
internal import Vault
internal import VaultStore

struct PasswordVerb: Verb {
    static let configuration = CommandConfiguration(
        commandName: "passwd",
        abstract: "Change the master password. No value is encrypted anew.",
        discussion: """
            A configured store that keeps the password gets the new one. An unlocked vault is locked.

            EXAMPLES
              execkit passwd
              execkit passwd --recovery-code
            """)

    @OptionGroup var access: AccessOptions

    @Flag(help: "Unlock with the recovery code, for a password that was forgotten.")
    var recoveryCode = false

    @Option(
        name: .customLong("new-password-fd"),
        help: ArgumentHelp("Read the new password from this file descriptor.", valueName: "number"))
    var newPasswordDescriptor: Int32?

    var readsDescriptors: Bool { access.passwordDescriptor != nil || newPasswordDescriptor != nil }

    func run(_ person: Person) throws {
        let locked = try person.locked()
        let id = try locked.store.vault().id
        let vault = recoveryCode
            ? try locked.unlock(recoveryCode: try Terminal().secret(prompt: "Recovery code: "))
            : try person.unlockedByPassword(locked)
        let password = try person.newPassword(prompt: "New master password: ", descriptor: newPasswordDescriptor)
        try vault.changePassword(password)
        UnlockedKey(vault: id).forget()
        if let store = try person.configuration().store {
            do { try person.keep(password, vault: id, in: store) } catch {
                person.say("The password is changed, but \(store.name) still has the old one: \(Stop(error).message)")
            }
        }
        try person.show("Changed the master password.")
    }
}
