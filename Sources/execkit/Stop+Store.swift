internal import PrivateFiles
internal import VaultStore

extension Stop {
    static func of(_ error: VaultStoreError) -> Stop {
        switch error {
        case .noVault: Stop(.notFound, "there is no vault yet; make one with: execkit init")
        case .vaultExists: Stop(.conflict, "there is a vault already")
        case .foreignFile: Stop(.vault, "vault.db is not a vault of execkit; it was left as it is")
        case .newerFormat(let found, let known):
            Stop(.vault, "a newer execkit wrote this vault (format \(found), this program knows \(known)); upgrade execkit")
        case .corrupt: Stop(.vault, "the vault is damaged; see: execkit vault check, execkit vault restore")
        case .accessibleByOthers(let file, let mode):
            Stop(
                .refused,
                "\(file.rawValue) is open to others (mode \(String(mode, radix: 8))); fix: chmod \(file == .directory ? "700" : "600") on it")
        case .untrusted(let file, let error): of(error, file.rawValue)
        case .directory(let error): of(error, "the vault's directory")
        case .diskFull: Stop(.system, "the disk is full; nothing was changed")
        case .readOnly: Stop(.system, "the vault or its directory cannot be written; nothing was changed")
        case .busy: Stop(.conflict, "another program holds the vault; nothing was changed, try again")
        case .inputOutput(let code): Stop(.system, "the vault file cannot be read or written (SQLite \(code))")
        case .database(let code): Stop(.system, "the vault file failed (SQLite \(code))")
        case .noSuchProject: Stop(.notFound, "there is no such project; see: execkit projects")
        case .noSuchEnvironment: Stop(.notFound, "there is no such environment; see: execkit envs, execkit envs add NAME")
        case .noSuchFolder: Stop(.notFound, "there is no such folder; see: execkit folders, execkit folders add PATH")
        case .noSuchSecret: Stop(.notFound, "there is no such secret; see: execkit list")
        case .noSuchVersion: Stop(.notFound, "there is no such version; see: execkit history KEY")
        case .nameTaken: Stop(.conflict, "something of that name is there already")
        case .notEmpty: Stop(.conflict, "it still holds secrets")
        case .badName(.key):
            Stop(.badInput, "a key has letters, digits and _, does not begin with a digit, and has at most 255 of them")
        case .badName(let kind):
            Stop(.badInput, "the name of the \(kind.rawValue) is not accepted: letters, digits, _ - . and at most 100 of them")
        case .badDate: Stop(.badInput, "not a date: 2027-01-31 or 2027-01-31T12:00:00Z")
        case .badDescription: Stop(.badInput, "too many or too long tags, or a description of more than one line or 1,000 bytes")
        }
    }
}
