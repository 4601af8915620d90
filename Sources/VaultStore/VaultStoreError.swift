internal import GRDB
public import PrivateFiles

/// Why the store did not read or change the vault file. Payloads are numbers and modes: never a value, never SQL.
public enum VaultStoreError: Error, Equatable, Sendable {
    /// There is no vault in the directory (or an empty file, as a creation that was cut short leaves it).
    case noVault
    /// A vault is there already. It is never replaced.
    case vaultExists
    /// The file is not a vault of execkit: not SQLite, or another program's database. It was not changed.
    case foreignFile
    /// A newer execkit wrote the vault: its format, and the newest this program knows. It was not changed.
    case newerFormat(found: Int, known: Int)
    /// Pages or rows are damaged.
    case corrupt
    /// Group or others can get at the file or its directory. The fix: `chmod 600 vault.db`, `chmod 700` for the directory.
    case accessibleByOthers(VaultFile, mode: UInt32)
    /// A symbolic link, another owner, or not a regular file.
    case untrusted(VaultFile, FileError)
    /// The directory could not be opened or made.
    case directory(FileError)
    /// The disk is full. Nothing was changed.
    case diskFull
    /// The file or its directory cannot be written. Nothing was changed.
    case readOnly
    /// Another program held the vault for longer than five seconds. Nothing was changed.
    case busy
    /// The system failed to read or write the file: SQLite's extended result code.
    case inputOutput(code: Int)
    /// Any other failure: SQLite's extended result code.
    case database(code: Int)
    case noSuchProject
    case noSuchEnvironment
    case noSuchFolder
    case noSuchSecret
    case noSuchVersion
    /// Something of that name is there already.
    case nameTaken
    /// What is to be removed still holds secrets.
    case notEmpty
    /// Not a name that is accepted (`VaultNames`).
    case badName(VaultNames.Kind)
    /// Not a date and time that SQLite reads (`2027-01-31`, `2027-01-31T12:00:00Z`).
    case badDate
    /// Tags or a description that are too long, too many, or hold control characters.
    case badDescription

    init(_ error: any Error) {
        if let error = error as? VaultStoreError {
            self = error
        } else if let error = error as? DatabaseError {
            let code = Int(error.extendedResultCode.rawValue)
            switch error.resultCode {
            case .SQLITE_NOTADB: self = .foreignFile
            // An error in SQL that is the same for every vault: the tables are not those of the schema.
            case .SQLITE_CORRUPT, .SQLITE_ERROR: self = .corrupt
            case .SQLITE_FULL: self = .diskFull
            case .SQLITE_READONLY, .SQLITE_CANTOPEN, .SQLITE_PERM: self = .readOnly
            case .SQLITE_BUSY, .SQLITE_LOCKED: self = .busy
            // The file of the locks, which a full disk does not let grow.
            case .SQLITE_IOERR where error.extendedResultCode == .SQLITE_IOERR_SHMSIZE: self = .diskFull
            case .SQLITE_IOERR: self = .inputOutput(code: code)
            case .SQLITE_CONSTRAINT where error.extendedResultCode == .SQLITE_CONSTRAINT_UNIQUE: self = .nameTaken
            default: self = .database(code: code)
            }
        } else {
            // A column that is missing, NULL or of another type: not what the schema says.
            self = .corrupt
        }
    }
}

/// A file of the vault, for messages.
public enum VaultFile: String, Sendable {
    case directory = "the vault's directory"
    case database = "vault.db"
    case writeAheadLog = "vault.db-wal"
    case sharedMemory = "vault.db-shm"
    case backup = "the backup file"
}
