internal import GRDB
internal import JSON

extension VaultChange {
    /// The live secret of a place, as this transaction sees it.
    public borrowing func secret(_ place: SecretPlace) throws(VaultStoreError) -> SecretRecord? {
        try run { db in try SecretRows.live(db, place) }
    }

    /// The secret of a place that was removed last.
    public borrowing func deletedSecret(_ place: SecretPlace) throws(VaultStoreError) -> SecretRecord? {
        try run { db in try SecretRows.deleted(db, place) }
    }

    /// Every secret of a project, removed ones too.
    public borrowing func allSecrets(of project: String) throws(VaultStoreError) -> [SecretRecord] {
        try run { db in try SecretRows.fetch(db, SecretRows.select + " WHERE project.uid = ? ORDER BY secret.id", [project]) }
    }

    /// Every version of a secret, newest first.
    public borrowing func versions(of secret: SecretRecord) throws(VaultStoreError) -> [VersionRecord] {
        try run { db in try SecretRows.versions(db, secret) }
    }

    /// One version of a secret.
    public borrowing func version(_ version: Int, of secret: SecretRecord) throws(VaultStoreError) -> VersionRecord {
        try run { db in try SecretRows.version(db, secret, version) }
    }

    /// The number that the next version of a place's key gets: one more than any it ever had, so that no two frames were
    /// ever sealed for the same place and version.
    public borrowing func nextVersion(_ place: SecretPlace) throws(VaultStoreError) -> Int {
        try run { db in
            let rows = try Self.placeRows(db, place)
            let statement = try db.cachedStatement(
                sql: """
                    SELECT ifnull(max(version.version), 0) FROM secret_version AS version
                    JOIN secret ON secret.id = version.secret
                    WHERE secret.environment = ? AND ifnull(secret.folder, 0) = ifnull(?, 0) AND secret.key = ?
                    """)
            let last = try Int.fetchOne(statement, arguments: [rows.environment, rows.folder, place.key]) ?? 0
            // Nobody sets so many values: someone else wrote that number.
            guard last < Int.max else { throw VaultStoreError.corrupt }
            return last + 1
        }
    }

    /// Adds a version to a live secret, whose attributes become these.
    ///
    /// - Parameters:
    ///   - attributes: of `checked`, as they are sealed.
    ///   - seal: of the secret as it is then.
    public borrowing func put(
        _ live: SecretRecord, frame: String, version: Int, _ attributes: SecretAttributes, seal: String
    ) throws(VaultStoreError) {
        try describe(live, attributes, version: version, seal: seal)
        try insertVersion(live.row, version, frame)
    }

    /// Adds a secret with its first version. The environment and the folder must exist; no secret may live there.
    ///
    /// - Parameters: as of `put(_:frame:version:_:seal:)` for a live secret.
    public borrowing func put(
        new place: SecretPlace, frame: String, version: Int, _ fields: SecretAttributes, seal: String
    ) throws(VaultStoreError) {
        guard VaultNames.isKey(place.key) else { throw .badName(.key) }
        let now = now
        let row = try run { db in
            let rows = try Self.placeRows(db, place)
            try db.cachedStatement(
                sql: """
                    INSERT INTO secret (environment, folder, key, scope, value_type, tags, description, expires_at,
                        attributes_seal, current_version, created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                    """
            ).execute(
                arguments: [
                    rows.environment, rows.folder, place.key, fields.scope.rawValue, fields.type.rawValue,
                    Self.json(fields.tags), fields.description, fields.expiresAt, seal, version, now,
                ])
            return db.lastInsertedRowID
        }
        try insertVersion(row, version, frame)
    }

    private borrowing func insertVersion(_ row: Int64, _ version: Int, _ frame: String) throws(VaultStoreError) {
        let now = now
        try run { db in
            try db.cachedStatement(
                sql: "INSERT INTO secret_version (secret, version, frame, created_at) VALUES (?, ?, ?, ?)"
            ).execute(arguments: [row, version, frame, now])
        }
    }

    /// Replaces the seal of a secret: what it tells of is as before, the key is another.
    public borrowing func reseal(_ secret: SecretRecord, seal: String) throws(VaultStoreError) {
        try run { db in
            try db.cachedStatement(sql: "UPDATE secret SET attributes_seal = ? WHERE id = ?")
                .execute(arguments: [seal, secret.row])
        }
    }

    /// Replaces the frame of a version: the same value sealed anew.
    public borrowing func reseal(
        _ secret: SecretRecord, version: Int, frame: String
    ) throws(VaultStoreError) {
        try run { db in
            try db.cachedStatement(sql: "UPDATE secret_version SET frame = ? WHERE secret = ? AND version = ?")
                .execute(arguments: [frame, secret.row, version])
            guard db.changesCount == 1 else { throw VaultStoreError.noSuchVersion }
        }
    }

    /// Gives a secret another key and its versions other numbers and frames. `versions` pairs each old number with the new
    /// one; `seal` tells of the secret as it is then.
    public borrowing func rename(
        _ secret: SecretRecord, to key: String, versions: [(old: Int, new: Int, frame: String)], seal: String
    ) throws(VaultStoreError) {
        guard VaultNames.isKey(key) else { throw .badName(.key) }
        try run { db in
            // Two steps, by way of numbers that no version has, so that none meets another on the way.
            let step = try db.cachedStatement(
                sql: "UPDATE secret_version SET version = ?, frame = ? WHERE secret = ? AND version = ?")
            let away = (versions.map { max($0.old, $0.new) }.max() ?? 0) + 1
            for version in versions {
                try step.execute(arguments: [version.new + away, version.frame, secret.row, version.old])
            }
            for version in versions {
                try step.execute(arguments: [version.new, version.frame, secret.row, version.new + away])
            }
            guard let current = versions.first(where: { $0.old == secret.version }) else {
                throw VaultStoreError.noSuchVersion
            }
            try db.execute(
                sql: "UPDATE secret SET key = ?, current_version = ?, attributes_seal = ? WHERE id = ?",
                arguments: [key, current.new, seal, secret.row])
        }
    }

    /// Replaces what is known of a secret besides its value.
    ///
    /// - Parameters: as of `put(_:frame:version:_:seal:)`.
    public borrowing func describe(
        _ secret: SecretRecord, _ fields: SecretAttributes, version: Int, seal: String
    ) throws(VaultStoreError) {
        try run { db in
            try db.cachedStatement(
                sql: """
                    UPDATE secret SET scope = ?, value_type = ?, tags = ?, description = ?, expires_at = ?,
                        current_version = ?, attributes_seal = ? WHERE id = ?
                    """
            ).execute(
                arguments: [
                    fields.scope.rawValue, fields.type.rawValue, Self.json(fields.tags), fields.description,
                    fields.expiresAt, version, seal, secret.row,
                ])
        }
    }

    /// Replaces the rule of a secret.
    ///
    /// - Parameters:
    ///   - rule: JSON; nil: none.
    ///   - seal: of the secret as it is then.
    public borrowing func setRule(_ secret: SecretRecord, _ rule: String?, seal: String) throws(VaultStoreError) {
        try run { db in
            try db.cachedStatement(sql: "UPDATE secret SET rule = ?, attributes_seal = ? WHERE id = ?")
                .execute(arguments: [rule, seal, secret.row])
        }
    }

    /// Removes a live secret. Its versions stay.
    public borrowing func remove(_ secret: SecretRecord) throws(VaultStoreError) {
        let now = now
        try run { db in
            try db.execute(sql: "UPDATE secret SET deleted_at = ? WHERE id = ?", arguments: [now, secret.row])
        }
    }

    /// Takes a removal back; `nameTaken` when another secret of that key lives by now.
    public borrowing func undelete(_ secret: SecretRecord) throws(VaultStoreError) {
        try run { db in
            try db.execute(sql: "UPDATE secret SET deleted_at = NULL WHERE id = ?", arguments: [secret.row])
        }
    }

    /// The attributes as they are stored and sealed: tags sorted and unique, the expiry in its one form; or the reason why
    /// not.
    public borrowing func checked(_ attributes: SecretAttributes) throws(VaultStoreError) -> SecretAttributes {
        var fields = attributes
        fields.tags = Array(Set(attributes.tags)).sorted()
        guard fields.tags.allSatisfy(VaultNames.isName) else { throw .badName(.tag) }
        guard fields.tags.count <= 32, VaultNames.isDescription(fields.description) else { throw .badDescription }
        if let expiry = attributes.expiresAt {
            fields.expiresAt = try run { db in try Clock.text(db, expiry) }
            guard fields.expiresAt != nil else { throw .badDate }
        }
        return fields
    }

    private static func json(_ tags: [String]) -> String {
        String(decoding: JSONValue.array(tags.map { .string($0) }).serialized(), as: UTF8.self)
    }
}
