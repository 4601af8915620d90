internal import GRDB

/// The schema and its migrations. docs/vault-format.md says what the columns mean.
enum Schema {
    /// `execkit` on a telephone keypad would not fit: the bytes are "xkv1".
    static let applicationID: Int = 0x786B_7631
    /// The newest `user_version`.
    static let version = 1

    /// Brings a database to the newest version in one transaction. `user_version` is part of it.
    static func migrate(_ db: Database, from found: Int) throws {
        if found < 1 { try db.execute(sql: first) }
        try db.execute(sql: "PRAGMA user_version = \(version)")
    }

    private static let first = """
        CREATE TABLE vault (
            id INTEGER PRIMARY KEY CHECK (id = 1),
            vault_id TEXT NOT NULL CHECK (length(vault_id) = 32),
            created_at TEXT NOT NULL,
            public_key TEXT NOT NULL
        ) STRICT;

        CREATE TABLE key_seal (
            purpose TEXT PRIMARY KEY CHECK (purpose IN ('password', 'recovery')),
            vault INTEGER NOT NULL DEFAULT 1 REFERENCES vault (id),
            kdf_version INTEGER NOT NULL,
            kdf_memory_kib INTEGER NOT NULL,
            kdf_passes INTEGER NOT NULL,
            kdf_lanes INTEGER NOT NULL,
            kdf_output_length INTEGER NOT NULL,
            kdf_salt TEXT NOT NULL,
            frame TEXT NOT NULL,
            sealed_at TEXT NOT NULL
        ) STRICT;

        CREATE TABLE project (
            id INTEGER PRIMARY KEY,
            uid TEXT NOT NULL UNIQUE CHECK (length(uid) = 32),
            name TEXT NOT NULL UNIQUE,
            created_at TEXT NOT NULL,
            key_generation INTEGER NOT NULL CHECK (key_generation >= 1),
            wrapped_key TEXT NOT NULL,
            key_signature TEXT NOT NULL
        ) STRICT;

        CREATE TABLE environment (
            id INTEGER PRIMARY KEY,
            project INTEGER NOT NULL REFERENCES project (id),
            name TEXT NOT NULL,
            created_at TEXT NOT NULL,
            UNIQUE (project, name)
        ) STRICT;

        CREATE TABLE folder (
            id INTEGER PRIMARY KEY,
            environment INTEGER NOT NULL REFERENCES environment (id),
            path TEXT NOT NULL CHECK (path <> ''),
            created_at TEXT NOT NULL,
            UNIQUE (environment, path)
        ) STRICT;

        CREATE TABLE secret (
            id INTEGER PRIMARY KEY,
            environment INTEGER NOT NULL REFERENCES environment (id),
            folder INTEGER REFERENCES folder (id),
            key TEXT NOT NULL CHECK (key <> ''),
            scope TEXT NOT NULL CHECK (scope IN ('client', 'server', 'shared')),
            value_type TEXT NOT NULL CHECK (value_type IN ('string', 'number', 'boolean')),
            tags TEXT NOT NULL CHECK (substr(tags, 1, 1) = '['),
            description TEXT NOT NULL,
            expires_at TEXT,
            rule TEXT,
            attributes_seal TEXT NOT NULL,
            current_version INTEGER NOT NULL CHECK (current_version >= 1),
            created_at TEXT NOT NULL,
            deleted_at TEXT
        ) STRICT;

        CREATE UNIQUE INDEX secret_live ON secret (environment, ifnull(folder, 0), key) WHERE deleted_at IS NULL;
        CREATE INDEX secret_place ON secret (environment, ifnull(folder, 0), key);

        CREATE TABLE secret_version (
            secret INTEGER NOT NULL REFERENCES secret (id),
            version INTEGER NOT NULL CHECK (version >= 1),
            frame TEXT NOT NULL,
            created_at TEXT NOT NULL,
            PRIMARY KEY (secret, version)
        ) STRICT;

        CREATE TABLE action_log (
            seq INTEGER PRIMARY KEY CHECK (seq >= 1),
            at TEXT NOT NULL,
            action TEXT NOT NULL,
            detail TEXT NOT NULL CHECK (substr(detail, 1, 1) = '{'),
            prev TEXT NOT NULL,
            hash TEXT NOT NULL
        ) STRICT;

        PRAGMA application_id = \(applicationID);

        """
}
