internal import GRDB

/// A secret as a table shows it: some of a `SecretRecord`, for lists of many.
public struct SecretSummary: Equatable, Sendable {
    public let environment: String
    /// Empty at the root.
    public let folder: String
    public let key: String
    public let scope: SecretScope
    public let type: SecretValueType
    /// The current version.
    public let version: Int
    /// The day the current version was set, UTC: `2027-01-31`.
    public let updatedOn: String
    /// The day it ends; nil when it does not.
    public let expiresOn: String?
    /// Whether it had expired when it was read, by this machine's clock.
    public let isExpired: Bool
    public let tags: [String]
    /// Whether it has a rule, readable or not.
    public let hasRule: Bool
}

extension VaultStore {
    /// Gives the secrets of a filter to `body`, one by one, in the order of `secrets`.
    public func summaries(_ filter: SecretFilter, _ body: (SecretSummary) -> Void) throws(VaultStoreError) {
        try read { db in
            let (rest, arguments) = SecretRows.chosen(filter)
            let rows = try Row.fetchCursor(db, sql: summaryColumns + SecretRows.tables + rest, arguments: arguments)
            while let row = try rows.next() {
                guard let scope = SecretScope(rawValue: try row.decode(atIndex: 3)),
                    let type = SecretValueType(rawValue: try row.decode(atIndex: 4))
                else { throw VaultStoreError.corrupt }
                body(
                    SecretSummary(
                        environment: try row.decode(atIndex: 0), folder: try row.decode(atIndex: 1),
                        key: try row.decode(atIndex: 2), scope: scope, type: type, version: try row.decode(atIndex: 5),
                        updatedOn: try row.decode(atIndex: 6), expiresOn: try row.decode(atIndex: 7),
                        isExpired: try row.decode(atIndex: 8), tags: try SecretRows.tags(try row.decode(atIndex: 9)),
                        hasRule: try row.decode(atIndex: 10)))
            }
        }
    }
}

private let summaryColumns = """
    SELECT environment.name, ifnull(folder.path, '') AS folder_path, secret.key, secret.scope, secret.value_type,
        secret.current_version, substr(version.created_at, 1, 10), substr(secret.expires_at, 1, 10),
        \(SecretRows.expired), secret.tags, secret.rule IS NOT NULL

    """
