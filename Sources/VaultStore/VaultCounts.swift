internal import GRDB
public import PrivateFiles

/// How much a vault holds.
public struct VaultCounts: Equatable, Sendable {
    public let projects: Int
    public let environments: Int
    /// Live ones.
    public let secrets: Int
}

extension VaultStore {
    /// The file at the vault's name, for who keeps a vault open and has to notice that another one was put there; nil when
    /// there is none. A directory or file that others can reach is an error.
    public static func file(at path: AbsolutePath) throws(VaultStoreError) -> FileInfo? {
        guard let file = try VaultFiles.file(path), file.size > 0 else { return nil }
        return file
    }

    public func counts() throws(VaultStoreError) -> VaultCounts {
        try read { db in
            func count(_ rest: String) throws -> Int { try Int.fetchOne(db.cachedStatement(sql: "SELECT count(*) FROM " + rest)) ?? 0 }
            return VaultCounts(
                projects: try count("project"), environments: try count("environment"),
                secrets: try count("secret WHERE deleted_at IS NULL"))
        }
    }
}
