internal import GRDB

extension VaultStore {
    /// All projects, by name.
    public func projects() throws(VaultStoreError) -> [ProjectRecord] {
        try read { db in try Row.fetchAll(db, sql: "SELECT * FROM project ORDER BY name").map(ProjectRows.project) }
    }

    /// The project of an id, or `noSuchProject`.
    public func project(id: String) throws(VaultStoreError) -> ProjectRecord {
        try project("uid", id)
    }

    /// The project of a name, or `noSuchProject`.
    public func project(named name: String) throws(VaultStoreError) -> ProjectRecord {
        try project("name", name)
    }

    private func project(_ column: String, _ value: String) throws(VaultStoreError) -> ProjectRecord {
        try read { db in
            let statement = try db.cachedStatement(sql: "SELECT * FROM project WHERE \(column) = ?")
            guard let row = try Row.fetchOne(statement, arguments: [value]) else { throw VaultStoreError.noSuchProject }
            return try ProjectRows.project(row)
        }
    }

    /// The names of a project's environments, in order.
    public func environments(of project: String) throws(VaultStoreError) -> [String] {
        try read { db in
            let statement = try db.cachedStatement(
                sql: "SELECT name FROM environment WHERE project = (SELECT id FROM project WHERE uid = ?) ORDER BY name")
            return try String.fetchAll(statement, arguments: [project])
        }
    }

    /// The paths of an environment's folders, in order.
    public func folders(of project: String, _ environment: String) throws(VaultStoreError) -> [String] {
        try read { db in
            let statement = try db.cachedStatement(
                sql: """
                    SELECT folder.path FROM folder JOIN environment ON environment.id = folder.environment
                    JOIN project ON project.id = environment.project
                    WHERE project.uid = ? AND environment.name = ? ORDER BY folder.path
                    """)
            return try String.fetchAll(statement, arguments: [project, environment])
        }
    }
}

/// The SELECTs of projects.
enum ProjectRows {
    static func byID(_ db: Database, _ id: String) throws -> ProjectRecord {
        let statement = try db.cachedStatement(sql: "SELECT * FROM project WHERE uid = ?")
        guard let row = try Row.fetchOne(statement, arguments: [id]) else { throw VaultStoreError.noSuchProject }
        return try project(row)
    }

    static func project(_ row: Row) throws -> ProjectRecord {
        ProjectRecord(
            id: try row.decode(String.self, forColumn: "uid"), name: try row.decode(String.self, forColumn: "name"),
            createdAt: try row.decode(String.self, forColumn: "created_at"),
            key: ProjectKeyRecord(
                generation: try row.decode(Int.self, forColumn: "key_generation"),
                wrapped: try row.decode(String.self, forColumn: "wrapped_key"),
                signature: try row.decode(String.self, forColumn: "key_signature")))
    }
}

extension VaultChange {
    /// The project of an id, as this transaction sees it.
    public borrowing func project(id: String) throws(VaultStoreError) -> ProjectRecord {
        try run { db in try ProjectRows.byID(db, id) }
    }

    public borrowing func insertProject(id: String, name: String, key: ProjectKeyRecord) throws(VaultStoreError) {
        guard VaultNames.isName(name) else { throw .badName(.project) }
        let now = now
        try run { db in
            try db.execute(
                sql: """
                    INSERT INTO project (uid, name, created_at, key_generation, wrapped_key, key_signature)
                    VALUES (?, ?, ?, ?, ?, ?)
                    """,
                arguments: [id, name, now, key.generation, key.wrapped, key.signature])
        }
    }

    public borrowing func setProjectKey(id: String, _ key: ProjectKeyRecord) throws(VaultStoreError) {
        try run { db in
            try db.execute(
                sql: "UPDATE project SET key_generation = ?, wrapped_key = ?, key_signature = ? WHERE uid = ?",
                arguments: [key.generation, key.wrapped, key.signature, id])
            guard db.changesCount == 1 else { throw VaultStoreError.noSuchProject }
        }
    }

    public borrowing func renameProject(id: String, to name: String) throws(VaultStoreError) {
        guard VaultNames.isName(name) else { throw .badName(.project) }
        try run { db in
            try db.execute(sql: "UPDATE project SET name = ? WHERE uid = ?", arguments: [name, id])
            guard db.changesCount == 1 else { throw VaultStoreError.noSuchProject }
        }
    }

    public borrowing func insertEnvironment(project: String, name: String) throws(VaultStoreError) {
        guard VaultNames.isName(name) else { throw .badName(.environment) }
        let now = now
        try run { db in
            let project = try Self.projectRow(db, project)
            try db.execute(
                sql: "INSERT INTO environment (project, name, created_at) VALUES (?, ?, ?)", arguments: [project, name, now])
        }
    }

    /// Removes an environment that never held a secret; `notEmpty` otherwise (versions are kept, also of removed ones).
    public borrowing func removeEnvironment(project: String, name: String) throws(VaultStoreError) {
        try run { db in
            let row = try Self.environmentRow(db, project, name)
            guard try Int.fetchOne(db, sql: "SELECT count(*) FROM secret WHERE environment = ?", arguments: [row]) == 0 else {
                throw VaultStoreError.notEmpty
            }
            try db.execute(sql: "DELETE FROM folder WHERE environment = ?", arguments: [row])
            try db.execute(sql: "DELETE FROM environment WHERE id = ?", arguments: [row])
        }
    }

    public borrowing func insertFolder(project: String, environment: String, path: String) throws(VaultStoreError) {
        guard !path.isEmpty, VaultNames.isFolder(path) else { throw .badName(.folder) }
        let now = now
        try run { db in
            let row = try Self.environmentRow(db, project, environment)
            try db.execute(
                sql: "INSERT INTO folder (environment, path, created_at) VALUES (?, ?, ?)", arguments: [row, path, now])
        }
    }

    /// Removes a folder that never held a secret; `notEmpty` otherwise.
    public borrowing func removeFolder(project: String, environment: String, path: String) throws(VaultStoreError) {
        try run { db in
            let place = SecretPlace(project: project, environment: environment, folder: path, key: "")
            guard let row = try Self.placeRows(db, place).folder else { throw VaultStoreError.noSuchFolder }
            guard try Int.fetchOne(db, sql: "SELECT count(*) FROM secret WHERE folder = ?", arguments: [row]) == 0 else {
                throw VaultStoreError.notEmpty
            }
            try db.execute(sql: "DELETE FROM folder WHERE id = ?", arguments: [row])
        }
    }

    static func projectRow(_ db: Database, _ id: String) throws -> Int64 {
        guard let row = try Int64.fetchOne(
            db.cachedStatement(sql: "SELECT id FROM project WHERE uid = ?"), arguments: [id])
        else {
            throw VaultStoreError.noSuchProject
        }
        return row
    }

    static func environmentRow(_ db: Database, _ project: String, _ name: String) throws -> Int64 {
        let project = try projectRow(db, project)
        guard
            let row = try Int64.fetchOne(
                db.cachedStatement(sql: "SELECT id FROM environment WHERE project = ? AND name = ?"),
                arguments: [project, name])
        else { throw VaultStoreError.noSuchEnvironment }
        return row
    }

    /// The rows of a place's environment and folder (nil at the root).
    static func placeRows(_ db: Database, _ place: SecretPlace) throws -> (environment: Int64, folder: Int64?) {
        let environment = try environmentRow(db, place.project, place.environment)
        guard !place.folder.isEmpty else { return (environment, nil) }
        guard
            let folder = try Int64.fetchOne(
                db.cachedStatement(sql: "SELECT id FROM folder WHERE environment = ? AND path = ?"),
                arguments: [environment, place.folder])
        else { throw VaultStoreError.noSuchFolder }
        return (environment, folder)
    }
}
