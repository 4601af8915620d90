internal import HelperRun
internal import SecretMemory

/// The login keychain of macOS through its `security` program. Not tested: no macOS machine has run it.
///
/// Only reading: `security` takes a new password as an argument, where every process could see it. The person stores it
/// with Keychain Access, service `execkit`, account the vault's identity.
struct MacKeychain: KeepsPassword {
    let vault: String

    func read(_ helpers: HelperRun) throws(KeyringError) -> SecretBytes {
        try firstLine(
            try helped { () throws(HelperError) in
                try helpers.run("security", ["find-generic-password", "-s", "execkit", "-a", vault, "-w"])
            })
    }

    func write(_ password: borrowing SecretBytes, _ helpers: HelperRun) throws(KeyringError) {
        throw .notKept(name: PasswordStore.macOSKeychain.name)
    }
}
