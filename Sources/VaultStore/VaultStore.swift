internal import GRDB
public import PrivateFiles

/// The vault file: names in the clear, values as frames, and the log of what was done.
///
/// Every change is one transaction that holds its row of the action log: there is no way to commit without one. It is on the
/// disk when the call returns, or, for a store opened so, in the kernel (`Durability`). The store holds no key and never sees
/// a value.
///
/// One store a process and file: SQLite's locks belong to the process.
public final class VaultStore {
    public static let fileName = "vault.db"

    public let directory: AbsolutePath
    let queue: DatabaseQueue
    /// The transaction that reads are part of, while `atOnce` runs.
    var joined: Database?
    /// How often this store has begun to change more than the log.
    var changes = 0

    /// What a commit survives.
    public enum Durability: Sendable {
        /// A loss of power, too: each commit waits for the disk (`synchronous = FULL`).
        case powerLoss
        /// The end of any process, ours included, but not a loss of power: the last commits before it may be missing after
        /// it, the file is sound (`synchronous = NORMAL`). For a program that writes nothing but rows of the log.
        case crash
    }

    init(directory: AbsolutePath, queue: DatabaseQueue) {
        self.directory = directory
        self.queue = queue
    }

    /// Opens the vault of a directory, and brings an older format up to date.
    public static func open(
        in path: AbsolutePath, surviving durability: Durability = .powerLoss
    ) throws(VaultStoreError) -> VaultStore {
        guard try VaultFiles.check(path) else { throw .noVault }
        let queue = try connect(try file(in: path), surviving: durability)
        let store = VaultStore(directory: path, queue: queue)
        try store.checkFormat()
        try store.settle()
        return store
    }

    /// Whether a vault (or what stands in its place) is in the directory. Changes nothing.
    public static func exists(in path: AbsolutePath) throws(VaultStoreError) -> Bool {
        try VaultFiles.check(path)
    }

    /// Makes the vault: the directory (0700) when it is missing, the file (0600), the schema, and `fill`'s rows, in one
    /// transaction. A creation that is cut short leaves no vault.
    public static func create<R, E: Error>(
        in path: AbsolutePath, orElse map: (VaultStoreError) -> E,
        _ fill: (borrowing VaultChange) throws(E) -> (R, Action)
    ) throws(E) -> (VaultStore, R) {
        let store: VaultStore
        do throws(VaultStoreError) {
            try VaultFiles.make(path)
            store = VaultStore(directory: path, queue: try connect(try file(in: path)))
        } catch {
            throw map(error)
        }
        let result = try store.change(migrating: true, orElse: map, fill)
        do throws(VaultStoreError) { try store.settle() } catch { throw map(error) }
        return (store, result)
    }

    /// Closes the file. The store is not used afterwards.
    public func close() throws(VaultStoreError) {
        do { try queue.close() } catch { throw VaultStoreError(error) }
    }

    static func file(in path: AbsolutePath) throws(VaultStoreError) -> String {
        do throws(FileError) { return try path.appending(fileName).text } catch { throw .directory(error) }
    }

    /// A connection that has read nothing yet.
    static func connect(
        _ file: String, readOnly: Bool = false, surviving durability: Durability = .powerLoss
    ) throws(VaultStoreError) -> DatabaseQueue {
        var configuration = Configuration()
        configuration.busyMode = .timeout(5)
        configuration.readonly = readOnly
        configuration.prepareDatabase { db in
            // What a file that someone prepared may not do: run code of its own in views and triggers.
            try db.execute(sql: "PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON; PRAGMA secure_delete = ON")
            try db.execute(sql: "PRAGMA synchronous = \(durability == .powerLoss ? "FULL" : "NORMAL")")
        }
        do {
            return try DatabaseQueue(path: file, configuration: configuration)
        } catch {
            throw VaultStoreError(error)
        }
    }

    /// Refuses what is not a vault or is newer; migrates what is older.
    private func checkFormat() throws(VaultStoreError) {
        let found = try Self.format(queue)
        guard found < Schema.version else { return }
        do {
            try transact(.write) { db in
                try Schema.migrate(db, from: Int.fetchOne(db, sql: "PRAGMA user_version") ?? 0)
                return true
            }
        } catch {
            throw VaultStoreError(error)
        }
    }

    /// The format of a database that is a vault.
    static func format(_ queue: DatabaseQueue) throws(VaultStoreError) -> Int {
        let application: Int?
        let version: Int?
        do {
            (application, version) = try queue.writeWithoutTransaction { db in
                (try Int.fetchOne(db, sql: "PRAGMA application_id"), try Int.fetchOne(db, sql: "PRAGMA user_version"))
            }
        } catch {
            throw VaultStoreError(error)
        }
        guard application == Schema.applicationID, let version, version >= 1 else { throw .foreignFile }
        guard version <= Schema.version else { throw .newerFormat(found: version, known: Schema.version) }
        return version
    }

    /// Write-ahead logging: readers never wait, a commit is one write.
    func settle() throws(VaultStoreError) {
        do {
            try queue.writeWithoutTransaction { db in
                guard try String.fetchOne(db, sql: "PRAGMA journal_mode = WAL") == "wal" else {
                    throw VaultStoreError.readOnly
                }
            }
        } catch {
            throw VaultStoreError(error)
        }
    }
}
