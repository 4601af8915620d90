internal import ConfigText
internal import HelperRun
internal import Keyring
internal import PrivateFiles
internal import ProjectFile
internal import SecretIO
internal import SecretMemory
internal import SecretText
internal import Spawn
internal import UseRule
internal import Vault
internal import VaultCrypto
internal import VaultHome
internal import VaultStore

/// Every error of the rooms, as a status and a sentence.
extension Stop {
    /// Whether an error is one of ours and not the argument parser's.
    static func isKnown(_ error: any Error) -> Bool { of(error) != nil }

    init(_ error: any Error) {
        self = Stop.of(error) ?? Stop(.system, "an unexpected failure")
    }

    private static func of(_ error: any Error) -> Stop? {
        switch error {
        case let error as Stop: error
        case let error as VaultError: of(error)
        case let error as VaultStoreError: of(error)
        case let error as UseRuleError: of(error)
        case let error as VaultCryptoError: of(.crypto(error))
        case let error as KeyringError: of(error)
        case let error as HelperError: of(error)
        case let error as SecretIOError: of(error)
        case let error as SecretMemoryError: of(error)
        case let error as FileError: of(error, "")
        case let error as SpawnError: of(error)
        case let error as PrintError: of(error)
        case let error as ProjectFile.Failure: of(error)
        case let error as UnlockedKey.Failure: of(error)
        case let error as KeyringConfiguration.Failure: of(error)
        case let error as VaultHome.Failure: of(error)
        default: nil
        }
    }

    private static func of(_ error: VaultError) -> Stop {
        switch error {
        case .authenticationFailed: Stop(.authentication, "wrong password, or the vault was changed by someone else")
        case .emptyPassword: Stop(.badInput, "the password is empty")
        case .noRecoveryCode: Stop(.notFound, "this vault has no recovery code")
        case .notRecorded: Stop(.refused, "a value was to be opened that is not in the log")
        case .rule(let error): of(error)
        case .store(let error): of(error)
        case .crypto(.memory(let error)): of(error)
        case .crypto(.unacceptableParameters): Stop(.vault, "the vault's key parameters are out of bounds")
        case .crypto: Stop(.system, "the cryptographic library failed")
        }
    }

    private static func of(_ error: UseRuleError) -> Stop { Stop(.badInput, "no rule can say that: \(error.explanation)") }

    static func of(_ error: FileError, _ what: String) -> Stop {
        let status: ExitStatus
        switch error {
        case _ where error.isMissing: status = .notFound
        // EEXIST of errno(3), the same number on Linux and macOS.
        case .system(_, code: 17): status = .conflict
        case .system: status = .system
        case .badPath, .tooLarge: status = .badInput
        case .changed, .locked: status = .conflict
        default: status = .refused
        }
        return Stop(status, what.isEmpty ? error.explanation : "\(what): \(error.explanation)")
    }

    private static func of(_ error: SecretMemoryError) -> Stop {
        switch error {
        case .noMoreLockedMemory(let needed, let held, let limit):
            let now = limit.map { "\($0) bytes" } ?? "unlimited"
            return Stop(
                .system,
                "no locked memory for \(needed) bytes more (\(held) held, limit \(now)); raise it with: ulimit -l unlimited")
        case .tooLarge(let count): return Stop(.badInput, "\(count) bytes are more than one secret may have")
        }
    }

    private static func of(_ error: SecretIOError) -> Stop {
        switch error {
        case .system(let operation, let code): Stop(.system, "cannot \(operation.rawValue) (errno \(code))")
        case .memory(let error): of(error)
        case .tooLong(let limit): Stop(.badInput, "more than \(limit) bytes")
        case .cancelled: Stop(.refused, "cancelled")
        case .noTerminal: Stop(.refused, "there is no terminal to ask at")
        case .timedOut: Stop(.helper, "no answer in time")
        }
    }

    private static func of(_ error: HelperError) -> Stop {
        switch error {
        case .notFound(let name): Stop(.helper, "the program \(name) is not installed (or not in PATH)")
        case .spawn(let error): of(error)
        case .io(let error): of(error)
        case .failed(let name, let exit): Stop(.helper, "\(name) failed (\(exit.shellCode))")
        case .didNotEnd(let name): Stop(.helper, "\(name) did not end")
        }
    }

    private static func of(_ error: KeyringError) -> Stop {
        switch error {
        case .helper(let error): of(error)
        case .file(let error): of(error, "the password file")
        case .io(let error): of(error)
        case .configuration(let error): of(error)
        case .descriptorNotOpen(let number): Stop(.badInput, "descriptor \(number) is not open")
        case .empty(let source): Stop(.badInput, "the password from the \(source.rawValue) is empty")
        case .different: Stop(.badInput, "the two passwords are not the same")
        case .noSource:
            Stop(
                .refused,
                "the vault is locked and there is no terminal to ask at; run `execkit unlock` first, or see docs/unlocking.md")
        case .taken(let name): Stop(.refused, "\(name) holds something else already: remove it there, or name another place")
        case .notKept(let name): Stop(.refused, "\(name) is only read: put the password there yourself")
        }
    }

    private static func of(_ error: KeyringConfiguration.Failure) -> Stop {
        switch error {
        case .file(let error): of(error, KeyringConfiguration.fileName)
        case .malformed: Stop(.badInput, "\(KeyringConfiguration.fileName) is malformed; `execkit unlock --remember-in` writes it anew")
        }
    }

    private static func of(_ error: VaultHome.Failure) -> Stop {
        switch error {
        case .notAbsolute(let variable): Stop(.badInput, "\(variable.rawValue) is not an absolute path")
        case .noHomeDirectory: Stop(.system, "there is no home directory; set EXECKIT_HOME")
        }
    }

    private static func of(_ error: UnlockedKey.Failure) -> Stop {
        switch error {
        case .memory(let error): of(error)
        case .refused(let code):
            Stop(.refused, "the kernel's key service refuses (errno \(code)); see docs/unlocking.md for other ways")
        }
    }

    private static func of(_ error: SpawnError) -> Stop {
        switch error {
        case .environmentValue(let name): Stop(.badInput, "the value of \(name) holds a NUL byte, which no environment can")
        case .failed(.execute, let code): Stop(.cannotExecute, "cannot execute the program (errno \(code))")
        case .failed(let step, let code): Stop(.system, "cannot start the program (step \(step.rawValue), errno \(code))")
        default: Stop(.badInput, "the program cannot be started with these arguments")
        }
    }

    private static func of(_ error: PrintError) -> Stop {
        switch error {
        case .memory(let error): of(error)
        case .badName: Stop(.badInput, "a name cannot stand in this format")
        case .nul: Stop(.badInput, "a value holds a NUL byte, which this format cannot")
        case .notUTF8: Stop(.badInput, "a value is not UTF-8, which this format must be; try --format dotenv")
        }
    }

    private static func of(_ error: ProjectFile.Failure) -> Stop {
        switch error {
        case .file(let error): of(error, ProjectFile.name)
        case .text(let error): Stop(.badInput, "\(ProjectFile.name): \(error.explanation)")
        case .malformed: Stop(.badInput, "\(ProjectFile.name) has no [project] with a name, or a key that is no text")
        }
    }
}
