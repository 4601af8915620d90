public import SecretMemory
internal import VaultCrypto
public import VaultStore

extension UnlockedVault {
    /// Sets a value: a new version of the live secret, or a new secret. The environment and the folder must exist.
    ///
    /// - Parameter attributes: makes the new ones of those that are there (of a new secret: the usual ones).
    /// - Returns: the version.
    @discardableResult
    public borrowing func set(
        _ place: SecretPlace, _ value: borrowing SecretBytes,
        attributes: (SecretAttributes) -> SecretAttributes = { $0 }
    ) throws(VaultError) -> Int {
        try store.change(orElse: VaultError.store) { (change) throws(VaultError) in
            let version = try put(change, place, value, attributes)
            return (version, Action(.set, place, version: version))
        }
    }

    /// Sets many values of one environment and folder in one transaction with one row of the log: all of them or none.
    ///
    /// - Parameter body: calls its argument once a value.
    /// - Returns: how many were set.
    @discardableResult
    public borrowing func importing<E: Error>(
        project: String, environment: String, folder: String = "", orElse map: (VaultError) -> E,
        _ body: (_ set: (String, borrowing SecretBytes, SecretAttributes?) throws(VaultError) -> Void) throws(E) -> Void
    ) throws(E) -> Int {
        try store.change(orElse: { map(.store($0)) }) { (change) throws(E) in
            var keys: [String] = []
            try body { (key, value, attributes) throws(VaultError) in
                let place = SecretPlace(project: project, environment: environment, folder: folder, key: key)
                _ = try put(change, place, value) { attributes ?? $0 }
                keys.append(key)
            }
            let action = Action(
                .importing, project: project, environment: environment, folder: folder, keys: keys, count: keys.count)
            return (keys.count, action)
        }
    }

    /// Takes back the removal of a place's secret; with a version, makes that version's value the newest version.
    ///
    /// - Returns: the version that is current now.
    @discardableResult
    public borrowing func restore(_ place: SecretPlace, version: Int? = nil) throws(VaultError) -> Int {
        try store.change(orElse: VaultError.store) { (change) throws(VaultError) in
            let secret = try stored { () throws(VaultStoreError) in
                if let live = try change.secret(place) { return live }
                guard let deleted = try change.deletedSecret(place) else { throw .noSuchSecret }
                try change.undelete(deleted)
                return deleted
            }
            let project = try stored { () throws(VaultStoreError) in try change.project(id: place.project) }
            let key = try key(project)
            try verify(secret, key)
            var current = secret.version
            if let version, version != secret.version {
                let old = try stored { () throws(VaultStoreError) in try change.version(version, of: secret) }
                let value = try key.open(old.frame, binding(place, version))
                current = try put(change, place, value) { $0 }
            }
            return (current, Action(.restore, place, version: current))
        }
    }

    /// Gives a secret another key. All its versions are sealed anew, since frames are bound to the key.
    public borrowing func rename(_ place: SecretPlace, to newKey: String) throws(VaultError) {
        let target = SecretPlace(
            project: place.project, environment: place.environment, folder: place.folder, key: newKey)
        try store.change(orElse: VaultError.store) { (change) throws(VaultError) in
            let found = try stored { () throws(VaultStoreError) in
                guard let secret = try change.secret(place) else { throw .noSuchSecret }
                guard try change.secret(target) == nil else { throw .nameTaken }
                return (
                    secret: secret, versions: try change.versions(of: secret), next: try change.nextVersion(target),
                    project: try change.project(id: place.project)
                )
            }
            let key = try key(found.project)
            try verify(found.secret, key)
            var moved: [(old: Int, new: Int, frame: String)] = []
            for version in found.versions.reversed() {
                let value = try key.open(version.frame, binding(place, version.version))
                let number = found.next + moved.count
                moved.append((version.version, number, try key.seal(value, binding(target, number))))
            }
            guard let current = moved.first(where: { $0.old == found.secret.version }) else {
                throw .store(.noSuchVersion)
            }
            let seal = try seal(
                target, found.secret.attributes, rule: found.secret.rule, version: current.new, key)
            try stored { () throws(VaultStoreError) in
                try change.rename(found.secret, to: newKey, versions: moved, seal: seal)
            }
            return ((), Action(.rename, place, name: newKey))
        }
    }

    /// Seals a value for the next version of a place and puts it there.
    private borrowing func put(
        _ change: borrowing VaultChange, _ place: SecretPlace, _ value: borrowing SecretBytes,
        _ attributes: (SecretAttributes) -> SecretAttributes
    ) throws(VaultError) -> Int {
        let (live, version, project) = try stored { () throws(VaultStoreError) in
            (try change.secret(place), try change.nextVersion(place), try change.project(id: place.project))
        }
        let key = try key(project)
        // What someone else wrote into the file is not to be sealed as ours.
        if let live { try verify(live, key) }
        let fields = try stored { () throws(VaultStoreError) in
            try change.checked(attributes(live?.attributes ?? SecretAttributes()))
        }
        let frame = try key.seal(value, binding(place, version))
        let seal = try seal(place, fields, rule: live?.rule, version: version, key)
        try stored { () throws(VaultStoreError) in
            if let live {
                try change.put(live, frame: frame, version: version, fields, seal: seal)
            } else {
                try change.put(new: place, frame: frame, version: version, fields, seal: seal)
            }
        }
        return version
    }
}
