internal import GRDB
internal import PrivateFiles

extension VaultStore {
    /// The vault's one row and the seals of its private key.
    public func vault() throws(VaultStoreError) -> VaultRecord {
        try read { db in
            guard let row = try Row.fetchOne(try db.cachedStatement(sql: "SELECT * FROM vault")),
                let password = try Self.seal(db, "password")
            else { throw VaultStoreError.corrupt }
            return VaultRecord(
                id: try row.decode(String.self, forColumn: "vault_id"),
                createdAt: try row.decode(String.self, forColumn: "created_at"),
                publicKey: try row.decode(String.self, forColumn: "public_key"),
                password: password, recovery: try Self.seal(db, "recovery"))
        }
    }

    private static func seal(_ db: Database, _ purpose: String) throws -> KeySeal? {
        let statement = try db.cachedStatement(sql: "SELECT * FROM key_seal WHERE purpose = ?")
        guard let row = try Row.fetchOne(statement, arguments: [purpose]) else { return nil }
        return KeySeal(
            version: try row.decode(Int.self, forColumn: "kdf_version"),
            memoryKiB: try row.decode(Int.self, forColumn: "kdf_memory_kib"),
            passes: try row.decode(Int.self, forColumn: "kdf_passes"),
            lanes: try row.decode(Int.self, forColumn: "kdf_lanes"),
            outputLength: try row.decode(Int.self, forColumn: "kdf_output_length"),
            salt: try row.decode(String.self, forColumn: "kdf_salt"), frame: try row.decode(String.self, forColumn: "frame"))
    }

    /// A new identifier: 16 random bytes as 32 hexadecimal digits.
    public static func newID() throws(VaultStoreError) -> String {
        do throws(FileError) {
            return try PrivateFiles.randomBytes(16).reduce(into: "") { text, byte in
                text += (byte < 16 ? "0" : "") + String(byte, radix: 16)
            }
        } catch {
            throw .directory(error)
        }
    }
}

extension VaultChange {
    /// Which seal of the private key.
    public enum SealPurpose: String, Sendable {
        case password, recovery
    }

    public borrowing func insertVault(id: String, publicKey: String) throws(VaultStoreError) {
        let now = now
        try run { db in
            try db.execute(
                sql: "INSERT INTO vault (id, vault_id, created_at, public_key) VALUES (1, ?, ?, ?)",
                arguments: [id, now, publicKey])
        }
    }

    /// Sets or replaces a seal; nil removes it.
    public borrowing func setSeal(_ purpose: SealPurpose, _ seal: KeySeal?) throws(VaultStoreError) {
        let now = now
        try run { db in
            guard let seal else {
                try db.execute(sql: "DELETE FROM key_seal WHERE purpose = ?", arguments: [purpose.rawValue])
                return
            }
            try db.execute(
                sql: """
                    INSERT OR REPLACE INTO key_seal (purpose, kdf_version, kdf_memory_kib, kdf_passes, kdf_lanes,
                        kdf_output_length, kdf_salt, frame, sealed_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
                    """,
                arguments: [
                    purpose.rawValue, seal.version, seal.memoryKiB, seal.passes, seal.lanes, seal.outputLength, seal.salt,
                    seal.frame, now,
                ])
        }
    }
}
