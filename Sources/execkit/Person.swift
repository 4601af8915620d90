internal import HelperRun
internal import Keyring
internal import PrivateFiles
internal import SecretIO
internal import SecretMemory
internal import Spawn
internal import StoreReferences
internal import Vault
internal import VaultHome
internal import VaultStore

/// What a command has to work with: the person's vault, keyring, terminal and directory.
final class Person {
    /// `EXECKIT_HOME`, else `$XDG_CONFIG_HOME/execkit`, else `~/.config/execkit`.
    let home: AbsolutePath
    let directory: AbsolutePath
    let helpers: HelperRun
    private var keyring: Keyring

    init(_ access: AccessOptions, environmentPassword: consuming SecretBytes?) throws {
        guard let here = ThisProcess.currentDirectory, let path = try? AbsolutePath(here) else {
            throw Stop(.system, "the current directory does not exist")
        }
        directory = path
        home = try VaultHome.find()
        helpers = HelperRun(spawner: Spawner(), adding: StoreReference.environmentNames)
        keyring = Keyring(helpers: helpers, descriptor: access.passwordDescriptor, environment: environmentPassword)
    }

    func configuration() throws -> KeyringConfiguration { try KeyringConfiguration.load(from: home) }

    /// The vault without its keys.
    func locked() throws -> LockedVault { try LockedVault.open(in: home) }

    /// The vault with its keys: by a password that was handed over, else by the key the kernel keeps, else by the
    /// configured store or a prompt.
    ///
    /// - Parameter project: the one it is for, when it is for one: the kernel then keeps that project's key, too.
    func unlocked(_ vault: LockedVault, for project: ProjectRecord? = nil) throws -> UnlockedVault {
        let id = try vault.store.vault().id
        let kept = UnlockedKey(vault: id)
        if !keyring.isHandedOver, let key = try? kept.recall(), let unlocked = try kept.unlock(vault, with: key, for: project) {
            return unlocked
        }
        let configuration = try configuration()
        return try attempt(id, configuration) { password in try vault.unlock(password: password) }
    }

    /// Whether the password was handed over to this very run.
    var isHandedOver: Bool { keyring.isHandedOver }

    /// Whether `unlocked` needs to ask neither a person nor another program.
    func canUnlockUnasked(_ vault: LockedVault) -> Bool {
        if keyring.isHandedOver { return true }
        guard let id = try? vault.store.vault().id else { return false }
        return UnlockedKey(vault: id).isKept
    }

    /// The key that unlocks without Argon2id, by asking for the password even if the kernel keeps one.
    func sessionKey(_ vault: LockedVault, _ configuration: KeyringConfiguration) throws -> SecretBytes {
        try attempt(try vault.store.vault().id, configuration) { password in try vault.sessionKey(password: password) }
    }

    /// The vault with its keys, by the password even where the kernel keeps a key: whoever changes the password knows it.
    func unlockedByPassword(_ vault: LockedVault) throws -> UnlockedVault {
        try attempt(try vault.store.vault().id, try configuration()) { password in try vault.unlock(password: password) }
    }

    /// The password as handed over or typed, whatever store is configured; checked by nobody yet.
    func typedPassword(_ vault: LockedVault) throws -> SecretBytes {
        try keyring.password(vault: try vault.store.vault().id, KeyringConfiguration()).password.duplicate()
    }

    func newPassword(prompt: String, descriptor: Int32? = nil) throws -> SecretBytes {
        try keyring.newPassword(prompt: prompt, descriptor: descriptor).password.duplicate()
    }

    func keep(_ password: borrowing SecretBytes, vault: String, in store: PasswordStore) throws {
        try keyring.keep(password, vault: vault, in: store)
    }

    /// Tries a password; one that was typed wrong may be typed again, twice.
    private func attempt<R: ~Copyable>(
        _ id: String, _ configuration: KeyringConfiguration, _ body: (borrowing SecretBytes) throws -> R
    ) throws -> R {
        var left = 3
        while true {
            let answer = try keyring.password(vault: id, configuration)
            left -= 1
            do {
                return try body(answer.password)
            } catch VaultError.authenticationFailed where answer.source == .prompt && left > 0 {
                say("Wrong password.")
            }
        }
    }

    /// Whether there is somebody to ask: standard input and error are a terminal.
    var isInteractive: Bool { SecretIO.isTerminal(0) && SecretIO.isTerminal(2) }

    /// Asks a yes-or-no question at the terminal.
    func confirm(_ question: String, usual: Bool) throws -> Bool {
        // Who closes the terminal has agreed to nothing.
        guard let answer = try Terminal().answer(prompt: "\(question) [\(usual ? "Y/n" : "y/N")] ")?.lowercased() else { return false }
        return answer.isEmpty ? usual : answer == "y" || answer == "yes"
    }

    /// Writes a line for the person, to standard error.
    func say(_ line: String) { try? SecretIO.write(line + "\n", to: 2) }

    /// Writes a line of data to standard output.
    func show(_ line: String) throws { try SecretIO.write(line + "\n", to: 1) }
}
