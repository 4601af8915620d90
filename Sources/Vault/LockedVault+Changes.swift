public import PrivateFiles
public import VaultStore

/// Changes that need no key.
extension LockedVault {
    public func createEnvironment(project: String, name: String) throws(VaultError) {
        try change(Action(.environmentCreate, project: project, environment: name)) { (change) throws(VaultStoreError) in
            try change.insertEnvironment(project: project, name: name)
        }
    }

    /// Removes an environment that never held a secret.
    public func removeEnvironment(project: String, name: String) throws(VaultError) {
        try change(Action(.environmentRemove, project: project, environment: name)) { (change) throws(VaultStoreError) in
            try change.removeEnvironment(project: project, name: name)
        }
    }

    public func createFolder(project: String, environment: String, path: String) throws(VaultError) {
        let action = Action(.folderCreate, project: project, environment: environment, folder: path)
        try change(action) { (change) throws(VaultStoreError) in
            try change.insertFolder(project: project, environment: environment, path: path)
        }
    }

    /// Removes a folder that never held a secret.
    public func removeFolder(project: String, environment: String, path: String) throws(VaultError) {
        let action = Action(.folderRemove, project: project, environment: environment, folder: path)
        try change(action) { (change) throws(VaultStoreError) in
            try change.removeFolder(project: project, environment: environment, path: path)
        }
    }

    public func renameProject(id: String, to name: String) throws(VaultError) {
        try change(Action(.projectRename, project: id, name: name)) { (change) throws(VaultStoreError) in
            try change.renameProject(id: id, to: name)
        }
    }

    /// Removes a secret. Its versions stay; `UnlockedVault.restore` takes the removal back.
    public func remove(_ place: SecretPlace) throws(VaultError) {
        try change(Action(.remove, place)) { (change) throws(VaultStoreError) in
            guard let secret = try change.secret(place) else { throw .noSuchSecret }
            try change.remove(secret)
        }
    }

    /// Writes a copy of the vault into a new file (0600). The copy is locked like the vault itself.
    public func backup(to path: AbsolutePath) throws(VaultError) {
        try stored { () throws(VaultStoreError) in
            _ = try store.record(Action(.vaultBackup))
            try store.backup(to: path)
        }
    }

    /// Replaces the vault's whole content with a backup's, which is checked first. What was there is copied aside before,
    /// to a new file `aside`.
    public func restore(from backup: AbsolutePath, aside: AbsolutePath) throws(VaultError) {
        try self.backup(to: aside)
        try stored { () throws(VaultStoreError) in try store.restore(from: backup) }
    }

    /// Puts a backup into a directory, whatever is there: no vault, a sound one, or a damaged one, whose files are moved
    /// aside as they are. `aside` is in the same directory. A file that is no vault of ours is refused.
    ///
    /// - Returns: whether there was a vault, which is at `aside` now.
    public static func restore(
        from backup: AbsolutePath, in directory: AbsolutePath, aside: AbsolutePath
    ) throws(VaultError) -> Bool {
        guard try stored({ () throws(VaultStoreError) in try VaultStore.exists(in: directory) }) else {
            _ = try restore(from: backup, in: directory)
            return false
        }
        do throws(VaultError) {
            // Of one statement, so that the file is closed when it turns out to be damaged.
            try LockedVault.open(in: directory).restore(from: backup, aside: aside)
        } catch .store(.corrupt) {
            // Said of the backup, this ends here, and the vault is what it was.
            try stored { () throws(VaultStoreError) in
                try VaultStore.checkBackup(backup)
                try VaultStore.moveAside(in: directory, to: aside.name ?? VaultStore.fileName)
            }
            _ = try restore(from: backup, in: directory)
        }
        return true
    }

    /// Makes a vault out of a backup in a directory that has none.
    public static func restore(
        from backup: AbsolutePath, in directory: AbsolutePath
    ) throws(VaultError) -> LockedVault {
        LockedVault(store: try stored { () throws(VaultStoreError) in
            try VaultStore.restore(from: backup, in: directory)
        })
    }

    private func change(
        _ action: Action, _ body: (borrowing VaultChange) throws(VaultStoreError) -> Void
    ) throws(VaultError) {
        try stored { () throws(VaultStoreError) in
            try store.change(orElse: { $0 }) { (change) throws(VaultStoreError) in
                try body(change)
                return ((), action)
            }
        }
    }
}
