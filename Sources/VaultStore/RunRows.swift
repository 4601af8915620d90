internal import GRDB
internal import JSON

/// How a run that was given values ended.
public struct RunEnd: Equatable, Sendable {
    /// The `seq` of the row that was there before it began.
    public let receipt: Int
    public let exitCode: Int?
    /// A word: `exited`, `timedOut`.
    public let outcome: String

    public init(receipt: Int, exitCode: Int?, outcome: String) {
        self.receipt = receipt
        self.exitCode = exitCode
        self.outcome = outcome
    }
}

extension VaultStore {
    /// The kinds of rows that say that values were given to what an agent runs, or to a login it asked for.
    private static let runs: [Action.Kind] = [.mcpRun, .mcpSession, .mcpLogin]

    /// Whether a row says that values were given to what an agent runs.
    public func isRun(_ seq: Int) throws(VaultStoreError) -> Bool {
        try read { db in
            let statement = try db.cachedStatement(sql: "SELECT action FROM action_log WHERE seq = ?")
            guard let action = try String.fetchOne(statement, arguments: [seq]) else { return false }
            return Self.runs.contains { $0.rawValue == action }
        }
    }

    /// How often a secret was given to what an agent runs in the last `seconds`, by the log and this machine's clock.
    ///
    /// - Parameter most: counting ends there.
    public func uses(of place: SecretPlace, inLast seconds: Int, most: Int) throws(VaultStoreError) -> Int {
        try read { db in
            // A time too long for the calendar is one that began before any row.
            let since = try Clock.text(db, "now", "-\(max(seconds, 0)) seconds") ?? ""
            let kinds = Self.runs.map { "'\($0.rawValue)'" }.joined(separator: ", ")
            let statement = try db.cachedStatement(
                sql: "SELECT at, detail, action IN (\(kinds)) FROM action_log ORDER BY seq DESC")
            var count = 0
            let rows = try Row.fetchCursor(statement)
            while count < most, let row = try rows.next() {
                // The order is that of `seq`: what stands below an older row is older.
                guard try row.decode(String.self, atIndex: 0) > since else { break }
                guard try row.decode(Bool.self, atIndex: 2) else { continue }
                if try Action.names(place, in: try row.decode(String.self, atIndex: 1)) { count += 1 }
            }
            return count
        }
    }
}

extension Action {
    /// Whether a row's detail says that a secret was among those given.
    fileprivate static func names(_ place: SecretPlace, in detail: String) throws -> Bool {
        let detail = try JSONParser.parse(detail)
        guard detail["project"]?.string == place.project, detail["environment"]?.string == place.environment,
            detail["folder"]?.string == place.folder
        else { return false }
        return detail["keys"]?.array?.contains(.string(place.key)) == true
    }
}
