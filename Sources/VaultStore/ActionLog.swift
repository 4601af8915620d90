internal import GRDB

/// The log's rows.
enum ActionLog {
    static func append(_ action: Action, _ change: borrowing VaultChange) throws(VaultStoreError) -> Int {
        let now = change.now
        return try change.run { db in
            let (last, previous) = try head(db)
            let seq = last + 1
            let detail = action.detail
            let hash = ActionRecord.hash(
                seq: seq, at: now, action: action.kind.rawValue, detail: detail, previous: previous)
            let statement = try db.cachedStatement(
                sql: "INSERT INTO action_log (seq, at, action, detail, prev, hash) VALUES (?, ?, ?, ?, ?, ?)")
            try statement.execute(arguments: [seq, now, action.kind.rawValue, detail, previous, hash])
            return seq
        }
    }

    private static func head(_ db: Database) throws -> (seq: Int, hash: String) {
        let statement = try db.cachedStatement(sql: "SELECT seq, hash FROM action_log ORDER BY seq DESC LIMIT 1")
        guard let row = try Row.fetchOne(statement) else {
            return (0, ActionRecord.firstPrevious)
        }
        let seq = try row.decode(Int.self, forColumn: "seq")
        // A row that none can follow was put there by someone else.
        guard seq < Int.max else { throw VaultStoreError.corrupt }
        return (seq, try row.decode(String.self, forColumn: "hash"))
    }

    static func record(_ row: Row) throws -> ActionRecord {
        ActionRecord(
            seq: try row.decode(Int.self, forColumn: "seq"), at: try row.decode(String.self, forColumn: "at"),
            action: try row.decode(String.self, forColumn: "action"),
            detail: try row.decode(String.self, forColumn: "detail"),
            previous: try row.decode(String.self, forColumn: "prev"),
            hash: try row.decode(String.self, forColumn: "hash"))
    }
}

extension VaultStore {
    /// The newest rows of the action log, newest first.
    /// - Parameter before: only rows with a smaller `seq`.
    public func actions(limit: Int = 100, before: Int? = nil) throws(VaultStoreError) -> [ActionRecord] {
        try read { db in
            try Row.fetchAll(
                db, sql: "SELECT * FROM action_log WHERE seq < ? ORDER BY seq DESC LIMIT ?",
                arguments: [before ?? Int.max, max(limit, 0)]
            ).map(ActionLog.record)
        }
    }

    /// The first `seq` at which the chain does not hold: a changed, missing or added row. Nil when it holds.
    public func firstBrokenAction() throws(VaultStoreError) -> Int? {
        try read { db in
            var seq = 0
            var previous = ActionRecord.firstPrevious
            let rows = try Row.fetchCursor(db, sql: "SELECT * FROM action_log ORDER BY seq")
            while let row = try rows.next() {
                let record = try ActionLog.record(row)
                guard record.seq == seq + 1, record.previous == previous, record.isSound else { return seq + 1 }
                seq = record.seq
                previous = record.hash
            }
            return nil
        }
    }
}
