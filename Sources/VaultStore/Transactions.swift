internal import GRDB

extension VaultStore {
    enum Begin: String {
        case read = "BEGIN DEFERRED TRANSACTION"
        case write = "BEGIN IMMEDIATE TRANSACTION"
    }

    /// Runs `body` in one transaction, which is taken back when it throws or gives false.
    ///
    /// As GRDB's `inTransaction` does, but with statements that are compiled once: doing so for each transaction takes as
    /// long as a read of several rows.
    func transact(_ begin: Begin, _ body: (Database) throws -> Bool) throws {
        try queue.writeWithoutTransaction { db in
            try db.cachedStatement(sql: begin.rawValue).execute()
            do {
                if try body(db) {
                    try db.cachedStatement(sql: "COMMIT TRANSACTION").execute()
                } else {
                    try db.rollback()
                }
            } catch {
                // SQLite may have ended it already.
                if db.isInsideTransaction { try? db.rollback() }
                throw error
            }
        }
    }
}
