internal import SecretMemory
internal import VaultCrypto
public import VaultStore

/// Attributes are in the clear, and sealed: nobody without the project's key changes whom a value may go to.
extension UnlockedVault {
    /// Replaces scope, type, tags, description and expiry of a secret by what `change` makes of them.
    public borrowing func describe(
        _ place: SecretPlace, _ change: (SecretAttributes) -> SecretAttributes
    ) throws(VaultError) {
        let body = change
        try store.change(orElse: VaultError.store) { (change) throws(VaultError) in
            let (secret, project) = try stored { () throws(VaultStoreError) in
                guard let secret = try change.secret(place) else { throw .noSuchSecret }
                return (secret, try change.project(id: place.project))
            }
            let key = try key(project)
            try verify(secret, key)
            let new = try stored { () throws(VaultStoreError) in try change.checked(body(secret.attributes)) }
            let seal = try seal(place, new, rule: secret.rule, version: secret.version, key)
            try stored { () throws(VaultStoreError) in
                try change.describe(secret, new, version: secret.version, seal: seal)
            }
            return ((), Action(.describe, place))
        }
    }

    /// Whether records, as they were read, are what this vault's owner wrote; `authenticationFailed` for the first that is
    /// not. Whoever chooses secrets by scope, expiry or rule verifies the records chosen.
    public borrowing func verify(_ secrets: [SecretRecord]) throws(VaultError) {
        var key: OpenKey?
        var known: String?
        let store = store
        for secret in secrets {
            if known != secret.place.project {
                let project = try stored { () throws(VaultStoreError) in try store.project(id: secret.place.project) }
                key = try self.key(project)
                known = project.id
            }
            if let key { try verify(secret, key) }
        }
    }

    /// The same for secrets as they were read with their project.
    public borrowing func verify(_ secrets: [SealedSecret]) throws(VaultError) {
        for sealed in secrets { try verify(sealed.secret, try key(sealed.project)) }
    }

    borrowing func verify(_ secret: SecretRecord, _ key: OpenKey) throws(VaultError) {
        try key.verify(
            secret.seal,
            attributes(secret.place, secret.attributes, rule: secret.rule, version: secret.version))
    }

    /// The seal of a secret as it is about to be stored.
    borrowing func seal(
        _ place: SecretPlace, _ attributes: SecretAttributes, rule: String?, version: Int, _ key: OpenKey
    ) throws(VaultError) -> String {
        try key.attest(self.attributes(place, attributes, rule: rule, version: version))
    }

    private borrowing func attributes(
        _ place: SecretPlace, _ attributes: SecretAttributes, rule: String?, version: Int
    ) -> Binding {
        .attributes(
            vault: id, project: place.project, environment: place.environment, folder: place.folder, key: place.key,
            version: version, scope: attributes.scope.rawValue, type: attributes.type.rawValue, tags: attributes.tags,
            description: attributes.description, expiresAt: attributes.expiresAt, rule: rule)
    }
}
