public import ProjectFile
public import Vault
public import VaultStore

extension LockedVault {
    /// The project of a name, or else of an id; nil when there is none. A vault that cannot be read is an error, not a vault
    /// without the project.
    public func project(_ nameOrID: String) throws(VaultStoreError) -> ProjectRecord? {
        if let found = try known({ () throws(VaultStoreError) in try store.project(named: nameOrID) }) { return found }
        return try known { () throws(VaultStoreError) in try store.project(id: nameOrID) }
    }

    /// The project that a project file means: of its id, or else of its name; nil when there is none.
    public func project(of file: ProjectFile) throws(VaultStoreError) -> ProjectRecord? {
        if let id = file.projectID, let found = try known({ () throws(VaultStoreError) in try store.project(id: id) }) {
            return found
        }
        return try known { () throws(VaultStoreError) in try store.project(named: file.projectName) }
    }

    private func known(_ body: () throws(VaultStoreError) -> ProjectRecord) throws(VaultStoreError) -> ProjectRecord? {
        do throws(VaultStoreError) { return try body() } catch .noSuchProject { return nil }
    }
}
