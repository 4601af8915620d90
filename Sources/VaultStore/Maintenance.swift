internal import GRDB
public import PrivateFiles

extension VaultStore {
    /// What SQLite finds wrong with the pages, and rows that refer to nothing. Empty: nothing.
    ///
    /// Views and triggers, which a vault has none of, count as the former: a trigger that someone else put there would
    /// change rows in the owner's transactions. A secret without its current version counts as the latter: it would be
    /// in no list.
    /// - Returns: the number of findings of each kind; SQLite's own words can hold cell content, so they are not returned.
    public func damage() throws(VaultStoreError) -> (pages: Int, references: Int) {
        do {
            return try read { db in
                let lines = try String.fetchAll(db, sql: "PRAGMA integrity_check")
                let added = try Int.fetchOne(
                    db, sql: "SELECT count(*) FROM sqlite_schema WHERE type IN ('trigger', 'view')") ?? 0
                let lost = try Int.fetchOne(
                    db,
                    sql: """
                        SELECT count(*) FROM secret WHERE NOT EXISTS (SELECT 1 FROM secret_version AS version
                            WHERE version.secret = secret.id AND version.version = secret.current_version)
                        """) ?? 0
                let dangling = try Row.fetchAll(db, sql: "PRAGMA foreign_key_check").count
                return ((lines == ["ok"] ? 0 : lines.count) + added, dangling + lost)
            }
        } catch .corrupt {
            return (1, 0)
        }
    }

    /// Writes what a change left in the log of the file, so that replaced seals are gone from the disk's view of it.
    public func flush() throws(VaultStoreError) {
        do {
            try queue.writeWithoutTransaction { db in try db.execute(sql: "PRAGMA wal_checkpoint(TRUNCATE)") }
        } catch {
            throw VaultStoreError(error)
        }
    }

    /// Writes a copy of the vault as of one moment into a new file (0600), complete and on the disk when this returns.
    public func backup(to path: AbsolutePath) throws(VaultStoreError) {
        do throws(FileError) {
            let directory = try Directory(holding: path)
            let name = path.name ?? ""
            _ = try directory.create(name)
        } catch {
            throw .untrusted(.backup, error)
        }
        do {
            // VACUUM takes no transaction and writes into a file that is empty.
            try queue.writeWithoutTransaction { db in try db.execute(sql: "VACUUM INTO ?", arguments: [path.text]) }
        } catch {
            _ = try? Directory(holding: path).remove(path.name ?? "")
            throw VaultStoreError(error)
        }
        do throws(FileError) {
            let directory = try Directory(holding: path)
            try directory.update(path.name ?? "").sync()
            try directory.sync()
        } catch {
            throw .untrusted(.backup, error)
        }
    }

    /// Moves the files of a vault that cannot be read to another name in its directory; nothing of them is lost.
    public static func moveAside(in path: AbsolutePath, to name: String) throws(VaultStoreError) {
        do throws(FileError) {
            let directory = try Directory(at: path)
            for ending in ["", "-wal", "-shm"] where try directory.info(fileName + ending) != nil {
                try directory.rename(fileName + ending, to: name + ending)
            }
            try directory.sync()
        } catch {
            throw .directory(error)
        }
    }

    /// Makes a vault out of a backup in a directory that has none.
    public static func restore(from path: AbsolutePath, in directory: AbsolutePath) throws(VaultStoreError) -> VaultStore {
        try VaultFiles.make(directory)
        let store = VaultStore(directory: directory, queue: try connect(try file(in: directory)))
        try store.restore(from: path)
        return store
    }

    /// Replaces the whole content of this vault with that of a backup, in one step: another program sees the old or the
    /// new content. The row of the log that says so follows in the restored log.
    ///
    /// The backup is checked first: a vault, of a known format, with sound pages and an unbroken log.
    public func restore(from path: AbsolutePath) throws(VaultStoreError) {
        let source = try Self.openBackup(path)
        changes += 1
        do {
            try source.queue.backup(to: queue)
        } catch {
            throw VaultStoreError(error)
        }
        try source.close()
        try settle()
        _ = try record(Action(.vaultRestore))
    }

    /// Throws for what is no backup, or a damaged one.
    public static func checkBackup(_ path: AbsolutePath) throws(VaultStoreError) { try openBackup(path).close() }

    private static func openBackup(_ path: AbsolutePath) throws(VaultStoreError) -> VaultStore {
        do throws(FileError) {
            let directory = try Directory(holding: path)
            // Opening checks the owner and the mode; SQLite opens it by name afterwards.
            _ = try directory.open(path.name ?? "", trust: .writableByOwnerOnly)
        } catch {
            throw .untrusted(.backup, error)
        }
        let source = VaultStore(directory: path.parent, queue: try connect(path.text, readOnly: true))
        _ = try format(source.queue)
        let damage = try source.damage()
        guard damage == (0, 0), try source.firstBrokenAction() == nil else { throw .corrupt }
        return source
    }
}

extension VaultStore {
    /// Every secret of a project with all its versions, removed ones too, from one state of the file.
    public func frames(of project: String) throws(VaultStoreError) -> [(SecretRecord, [VersionRecord])] {
        try read { db in
            try SecretRows.fetch(db, SecretRows.select + " WHERE project.uid = ? ORDER BY secret.id", [project])
                .map { ($0, try SecretRows.versions(db, $0)) }
        }
    }
}
