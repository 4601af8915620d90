internal import GRDB

/// A live secret, the frame of a version of it, and its project, from one state of the file.
public struct SealedSecret: Equatable, Sendable {
    public let secret: SecretRecord
    public let version: VersionRecord
    public let project: ProjectRecord
}

extension VaultStore {
    /// A secret with the frame of a version of it; the current one for nil.
    public func sealed(_ place: SecretPlace, version: Int? = nil) throws(VaultStoreError) -> SealedSecret {
        try read { db in
            guard let secret = try SecretRows.live(db, place) else { throw VaultStoreError.noSuchSecret }
            return SealedSecret(
                secret: secret, version: try SecretRows.version(db, secret, version ?? secret.version),
                project: try ProjectRows.byID(db, place.project))
        }
    }

    /// Secrets of one environment and folder with the frames of their current versions, all from one state of the file.
    ///
    /// - Returns: one a key, in their order; nil for a key that is not there. A project, environment or folder that is not
    ///   there is an error.
    public func sealed(
        _ keys: [String], project: String, environment: String, folder: String
    ) throws(VaultStoreError) -> [SealedSecret?] {
        try read { db in
            let project = try ProjectRows.byID(db, project)
            return try keys.map { key in
                let place = SecretPlace(project: project.id, environment: environment, folder: folder, key: key)
                guard let secret = try SecretRows.live(db, place) else { return nil }
                return SealedSecret(
                    secret: secret, version: try SecretRows.version(db, secret, secret.version), project: project)
            }
        }
    }
}
