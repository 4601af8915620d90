internal import GRDB
internal import JSON

/// Which secrets a list is to hold. Nil: any.
public struct SecretFilter: Equatable, Sendable {
    public var project: String?
    public var environment: String?
    /// The one folder; empty is the root.
    public var folder: String?
    public var scopes: Set<SecretScope>?
    public var tag: String?
    /// Removed secrets instead of live ones.
    public var deleted: Bool
    /// The most of them; nil: all.
    public var limit: Int?

    public init(
        project: String? = nil, environment: String? = nil, folder: String? = nil, scopes: Set<SecretScope>? = nil,
        tag: String? = nil, deleted: Bool = false, limit: Int? = nil
    ) {
        self.project = project
        self.environment = environment
        self.folder = folder
        self.scopes = scopes
        self.tag = tag
        self.deleted = deleted
        self.limit = limit
    }
}

extension VaultStore {
    /// The secrets of a filter, by project, environment, folder and key.
    public func secrets(_ filter: SecretFilter = SecretFilter()) throws(VaultStoreError) -> [SecretRecord] {
        try read { db in
            let (rest, arguments) = SecretRows.chosen(filter)
            return try SecretRows.fetch(db, SecretRows.select + rest, arguments)
        }
    }

    /// The live secret of a place, or nil. A project, environment or folder that is not there is an error.
    public func secret(_ place: SecretPlace) throws(VaultStoreError) -> SecretRecord? {
        try read { db in try SecretRows.live(db, place) }
    }

    /// Every version of a place's key, newest first: of the live secret, or of the one removed last.
    public func versions(_ place: SecretPlace) throws(VaultStoreError) -> [VersionRecord] {
        try read { db in
            guard let secret = try SecretRows.live(db, place) ?? SecretRows.deleted(db, place) else {
                throw VaultStoreError.noSuchSecret
            }
            return try SecretRows.versions(db, secret)
        }
    }

    /// The secret of a place that was removed last, or nil.
    public func deletedSecret(_ place: SecretPlace) throws(VaultStoreError) -> SecretRecord? {
        try read { db in try SecretRows.deleted(db, place) }
    }
}

/// The SELECTs of secrets.
enum SecretRows {
    static let select = """
        SELECT secret.id, project.uid, environment.name, secret.key, secret.scope, secret.value_type, secret.tags,
            secret.description, secret.expires_at, secret.rule, secret.current_version, secret.created_at,
            ifnull(folder.path, '') AS folder_path, secret.deleted_at, version.created_at AS updated_at,
            \(expired) AS expired, secret.attributes_seal
        \(tables)
        """

    /// The clock is asked only where something ends.
    static let expired =
        "(secret.expires_at IS NOT NULL AND secret.expires_at <= strftime('\(Clock.format)', 'now'))"

    static let tables = """
        FROM secret
        JOIN environment ON environment.id = secret.environment
        JOIN project ON project.id = environment.project
        LEFT JOIN folder ON folder.id = secret.folder
        JOIN secret_version AS version ON version.secret = secret.id AND version.version = secret.current_version
        """

    /// What stands behind the tables to choose by a filter, in the order of `VaultStore.secrets`.
    static func chosen(_ filter: SecretFilter) -> (sql: String, arguments: StatementArguments) {
        var sql = " WHERE secret.deleted_at IS \(filter.deleted ? "NOT " : "")NULL"
        var arguments: StatementArguments = []
        func narrow(_ condition: String, _ value: String?) {
            guard let value else { return }
            sql += " AND \(condition)"
            arguments += [value]
        }
        narrow("project.uid = ?", filter.project)
        narrow("environment.name = ?", filter.environment)
        narrow("ifnull(folder.path, '') = ?", filter.folder)
        narrow("EXISTS (SELECT 1 FROM json_each(secret.tags) WHERE value = ?)", filter.tag)
        if let scopes = filter.scopes {
            sql += " AND secret.scope IN (\(scopes.map { "'\($0.rawValue)'" }.sorted().joined(separator: ", ")))"
        }
        // What is the same for all rows is left out: comparing it is work.
        var order: [String] = []
        if filter.project == nil { order.append("project.name") }
        if filter.environment == nil { order.append("environment.name") }
        if filter.folder == nil { order.append("folder_path") }
        order.append("secret.key")
        // Only removed secrets share a place.
        if filter.deleted { order.append("secret.id") }
        sql += " ORDER BY " + order.joined(separator: ", ")
        if let limit = filter.limit { sql += " LIMIT \(max(limit, 0))" }
        return (sql, arguments)
    }

    /// The form that the indexes of places answer.
    private static let atPlace = " WHERE secret.environment = ? AND ifnull(secret.folder, 0) = ? AND secret.key = ?"

    static func live(_ db: Database, _ place: SecretPlace) throws -> SecretRecord? {
        try fetch(db, select + atPlace + " AND secret.deleted_at IS NULL", arguments(db, place)).first
    }

    /// The one removed last.
    static func deleted(_ db: Database, _ place: SecretPlace) throws -> SecretRecord? {
        try fetch(
            db, select + atPlace + " AND secret.deleted_at IS NOT NULL ORDER BY secret.current_version DESC LIMIT 1",
            arguments(db, place)
        ).first
    }

    private static func arguments(_ db: Database, _ place: SecretPlace) throws -> StatementArguments {
        let rows = try VaultChange.placeRows(db, place)
        return [rows.environment, rows.folder ?? 0, place.key]
    }

    static func fetch(_ db: Database, _ sql: String, _ arguments: StatementArguments) throws -> [SecretRecord] {
        var records: [SecretRecord] = []
        let statement = try db.cachedStatement(sql: sql)
        let rows = try Row.fetchCursor(statement, arguments: arguments)
        while let row = try rows.next() { records.append(try record(row)) }
        return records
    }

    private static func record(_ row: Row) throws -> SecretRecord {
        guard let scope = SecretScope(rawValue: try row.decode(atIndex: 4)),
            let type = SecretValueType(rawValue: try row.decode(atIndex: 5))
        else { throw VaultStoreError.corrupt }
        return SecretRecord(
            row: try row.decode(atIndex: 0),
            place: SecretPlace(
                project: try row.decode(atIndex: 1), environment: try row.decode(atIndex: 2),
                folder: try row.decode(atIndex: 12), key: try row.decode(atIndex: 3)),
            attributes: SecretAttributes(
                scope: scope, type: type, tags: try tags(try row.decode(atIndex: 6)),
                description: try row.decode(atIndex: 7), expiresAt: try row.decode(atIndex: 8)),
            rule: try row.decode(atIndex: 9), seal: try row.decode(atIndex: 16), version: try row.decode(atIndex: 10),
            createdAt: try row.decode(atIndex: 11), updatedAt: try row.decode(atIndex: 14),
            deletedAt: try row.decode(atIndex: 13), isExpired: try row.decode(atIndex: 15))
    }

    static func tags(_ text: String) throws -> [String] {
        if text == "[]" { return [] }
        let list = try JSONParser.parse(Array(text.utf8)).array ?? []
        let tags = list.compactMap(\.string)
        // What is no text would be in the row and not under its seal.
        guard tags.count == list.count else { throw VaultStoreError.corrupt }
        return tags
    }

    static func versions(_ db: Database, _ secret: SecretRecord) throws -> [VersionRecord] {
        try Row.fetchAll(
            db, sql: "SELECT version, created_at, frame FROM secret_version WHERE secret = ? ORDER BY version DESC",
            arguments: [secret.row]
        ).map { row in
            let version: Int = try row.decode(atIndex: 0)
            return VersionRecord(
                version: version, createdAt: try row.decode(atIndex: 1), isCurrent: version == secret.version,
                frame: try row.decode(atIndex: 2))
        }
    }

    static func version(_ db: Database, _ secret: SecretRecord, _ version: Int) throws -> VersionRecord {
        let statement = try db.cachedStatement(
            sql: "SELECT created_at, frame FROM secret_version WHERE secret = ? AND version = ?")
        guard let row = try Row.fetchOne(statement, arguments: [secret.row, version]) else {
            throw VaultStoreError.noSuchVersion
        }
        return VersionRecord(
            version: version, createdAt: try row.decode(atIndex: 0), isCurrent: version == secret.version,
            frame: try row.decode(atIndex: 1))
    }
}
