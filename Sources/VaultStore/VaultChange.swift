internal import GRDB

/// A transaction that is open for writing. It exists only inside `VaultStore.change`, which commits it together with
/// the row of the action log that its body returns.
public struct VaultChange: ~Copyable {
    let db: Database
    /// This machine's time, UTC, the same for every row of the transaction.
    public let now: String

    /// Runs SQL of the room; every failure becomes the store's own error.
    borrowing func run<R>(_ body: (Database) throws -> R) throws(VaultStoreError) -> R {
        do { return try body(db) } catch { throw VaultStoreError(error) }
    }
}

extension VaultStore {
    /// Runs `body` in one transaction and appends the action it returns to the log in the same transaction. When `body`
    /// throws, nothing was changed and nothing is logged.
    public func change<R, E: Error>(
        orElse map: (VaultStoreError) -> E, _ body: (borrowing VaultChange) throws(E) -> (R, Action)
    ) throws(E) -> R {
        try change(migrating: false, orElse: map, body)
    }

    func change<R, E: Error>(
        migrating: Bool, orElse map: (VaultStoreError) -> E, _ body: (borrowing VaultChange) throws(E) -> (R, Action)
    ) throws(E) -> R {
        changes += 1
        return try commit(migrating: migrating, orElse: map, body).result
    }

    /// Records an action that has no other change: what is about to be shown, exported or run. It is on the disk when the
    /// call returns.
    public func record(_ action: Action) throws(VaultStoreError) -> Int {
        try log(orElse: { $0 }) { (_) throws(VaultStoreError) in action }
    }

    /// Records several actions, all of them or none.
    public func record(_ actions: [Action]) throws(VaultStoreError) {
        guard let last = actions.last else { return }
        _ = try log(orElse: { $0 }) { (change) throws(VaultStoreError) in
            for action in actions.dropLast() { _ = try ActionLog.append(action, change) }
            return last
        }
    }

    /// Appends the action that `body` gives to the log, and nothing else.
    func log<E: Error>(
        orElse map: (VaultStoreError) -> E, _ body: (borrowing VaultChange) throws(E) -> Action
    ) throws(E) -> Int {
        try commit(migrating: false, orElse: map) { (change) throws(E) in ((), try body(change)) }.seq
    }

    private func commit<R, E: Error>(
        migrating: Bool, orElse map: (VaultStoreError) -> E, _ body: (borrowing VaultChange) throws(E) -> (R, Action)
    ) throws(E) -> (result: R, seq: Int) {
        var outcome: Result<(result: R, seq: Int), E>?
        do {
            try transact(.write) { db in
                if migrating {
                    guard try Int.fetchOne(db, sql: "SELECT count(*) FROM sqlite_schema") == 0 else {
                        throw VaultStoreError.vaultExists
                    }
                    try Schema.migrate(db, from: 0)
                }
                let change = VaultChange(db: db, now: try Clock.now(db))
                do throws(E) {
                    let (result, action) = try body(change)
                    let seq: Int
                    do throws(VaultStoreError) { seq = try ActionLog.append(action, change) } catch { throw map(error) }
                    outcome = .success((result, seq))
                    return true
                } catch {
                    outcome = .failure(error)
                    return false
                }
            }
        } catch {
            throw map(VaultStoreError(error))
        }
        // The transaction ran `body` or threw.
        guard let outcome else { preconditionFailure("a transaction runs its body") }
        return try outcome.get()
    }

    /// Runs several reads of this store so that all of them see one state of the file.
    ///
    /// - Precondition: `body` changes nothing and waits for nothing.
    public func atOnce<R, E: Error>(
        orElse map: (VaultStoreError) -> E, _ body: () throws(E) -> R
    ) throws(E) -> R {
        var outcome: Result<R, E>?
        do throws(VaultStoreError) {
            try read { db in
                joined = db
                defer { joined = nil }
                do throws(E) { outcome = .success(try body()) } catch { outcome = .failure(error) }
            }
        } catch {
            throw map(error)
        }
        guard let outcome else { preconditionFailure("a transaction runs its body") }
        return try outcome.get()
    }

    /// Reads from one state of the file.
    func read<R>(_ body: (Database) throws -> R) throws(VaultStoreError) -> R {
        if let joined {
            do { return try body(joined) } catch { throw VaultStoreError(error) }
        }
        var result: R?
        do {
            // Not `queue.read`: its PRAGMA query_only expires all compiled statements of the connection, so that each is compiled
            // anew for each transaction, which takes longer than everything else.
            try transact(.read) { db in
                result = try body(db)
                return true
            }
        } catch {
            throw VaultStoreError(error)
        }
        // The transaction ran `body` or threw.
        guard let result else { preconditionFailure("a transaction runs its body") }
        return result
    }
}

/// The machine's clock as SQLite tells it.
enum Clock {
    static let format = "%Y-%m-%dT%H:%M:%fZ"

    static func now(_ db: Database) throws -> String {
        try text(db, "now") ?? ""
    }

    /// A date and time in the one form that is stored; nil when SQLite does not read it as one.
    static func text(_ db: Database, _ moment: String, _ change: String = "+0 seconds") throws -> String? {
        try String.fetchOne(
            db.cachedStatement(sql: "SELECT strftime('\(format)', ?, ?)"), arguments: [moment, change])
    }
}
