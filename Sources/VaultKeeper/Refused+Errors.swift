internal import HelperRun
internal import KeeperProtocol
internal import Keyring
internal import PrivateFiles
internal import ProjectFile
internal import SecretIO
internal import SecretMemory
internal import Vault
internal import VaultCrypto
internal import VaultStore

/// Every error of the rooms below, as a refusal that an agent can pass on. None holds a value, and no path of the machine.
extension Refused {
    init(_ error: any Error) {
        switch error {
        case let error as Refused: self = error
        case let error as VaultError: self = Self.of(error)
        case let error as VaultStoreError: self = Self.of(error)
        case let error as SecretMemoryError: self = Self.of(error)
        case let error as KeyringConfiguration.Failure: self = Self.of(error)
        case let error as ProjectFile.Failure: self = Refused(.unknownProject, Self.text(of: error))
        default: self = Refused(.system, "The keeper failed in a way it does not know. Ask the user to run `execkit doctor`.")
        }
    }

    private static func of(_ error: VaultError) -> Refused {
        switch error {
        case .store(let error): of(error)
        case .crypto(.memory(let error)): of(error)
        case .authenticationFailed:
            Refused(
                .damagedVault,
                "Something in the vault is not what its owner wrote, so nothing was opened. Ask the user to run `execkit vault check`.")
        case .emptyPassword, .noRecoveryCode, .notRecorded, .rule, .crypto:
            Refused(.system, "The vault's cryptography failed, so nothing was opened. Ask the user to run `execkit doctor`.")
        }
    }

    static func of(_ error: VaultStoreError) -> Refused {
        switch error {
        case .noVault:
            Refused(.noVault, "There is no vault yet. Ask the user to run `execkit init` in their project, then call again.")
        case .corrupt:
            Refused(.damagedVault, "The vault is damaged, so nothing was opened. Ask the user to run `execkit vault check`.")
        case .foreignFile:
            Refused(.damagedVault, "The vault file is not a vault of execkit; it was left as it is. Tell the user.")
        case .newerFormat:
            Refused(.damagedVault, "A newer execkit wrote the vault. Ask the user to upgrade this one.")
        case .accessibleByOthers(let file, _):
            Refused(
                .damagedVault,
                "\(file.rawValue) is open to other users, so it is not believed. Ask the user to run `execkit status`, which says the fix.")
        case .untrusted, .directory:
            Refused(
                .damagedVault,
                "The vault's directory or files are not safe to open (links, owner or kind). Ask the user to run `execkit status`.")
        case .diskFull:
            Refused(.system, "The disk is full, so the log cannot say what happens, and nothing was opened. Tell the user.")
        case .readOnly:
            Refused(.system, "The vault cannot be written, so the log cannot say what happens, and nothing was opened. Tell the user.")
        case .busy:
            Refused(.system, "Another program held the vault for five seconds. Nothing was opened; call again.")
        case .noSuchProject: Refused(.unknownProject, "The vault has no such project. `list-projects` says which it has.")
        case .noSuchEnvironment:
            Refused(.unknownEnvironment, "The project has no such environment. `list-projects` says which it has.")
        case .noSuchFolder: Refused(.unknownFolder, "The environment has no such folder. `list-projects` says which it has.")
        case .noSuchSecret, .noSuchVersion:
            Refused(.unknownKey, "There is no such secret there. `list-secrets` says which there are.")
        case .vaultExists, .inputOutput, .database, .nameTaken, .notEmpty, .badName, .badDate, .badDescription:
            Refused(.system, "The vault file failed, so nothing was opened. Ask the user to run `execkit vault check`.")
        }
    }

    static func of(_ error: SecretMemoryError) -> Refused {
        switch error {
        case .noMoreLockedMemory:
            Refused(
                .system,
                "No more memory can be locked, so nothing was opened. Use fewer secrets, or ask the user to raise `ulimit -l`.")
        case .tooLarge:
            Refused(.tooLarge, "A value is longer than can be handed to a run.")
        }
    }

    private static func of(_ error: KeyringConfiguration.Failure) -> Refused {
        .locked("The vault is locked, and keyring.json beside it cannot be read or is malformed.")
    }

    /// Why the configured store did not unlock the vault.
    static func of(_ error: KeyringError, store: PasswordStore) -> Refused {
        switch error {
        case .helper(.notFound(let name)):
            .locked("The vault is locked, and the program \(name), which was to unlock it, is not installed.")
        case .helper, .io(.timedOut):
            .locked("The vault is locked, and \(store.name) did not give its password.")
        case .file: .locked("The vault is locked, and the file with its password cannot be read or is open to others.")
        case .empty: .locked("The vault is locked, and the password that \(store.name) keeps is empty.")
        case .io(.memory(let error)): of(error)
        case .io, .configuration, .descriptorNotOpen, .different, .noSource, .taken, .notKept: .locked()
        }
    }

    /// What is wrong with a project file.
    static func text(of error: ProjectFile.Failure) -> String {
        switch error {
        case .file: "The execkit.toml in force cannot be read. Name the project, or ask the user to look at the file."
        case .text: "The execkit.toml in force is not TOML. Name the project, or ask the user to look at the file."
        case .malformed:
            "The execkit.toml in force has no [project] with a name. Name the project, or ask the user to run `execkit init`."
        }
    }
}
