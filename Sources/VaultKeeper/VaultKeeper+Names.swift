internal import KeeperProtocol
internal import Keyring
internal import PrivateFiles
internal import ProjectFile
internal import Vault
internal import VaultHome
internal import VaultStore

/// What needs no key.
extension VaultKeeper {
    func status() -> KeeperStatus {
        let configuration = try? KeyringConfiguration.load(from: home)
        var status = KeeperStatus(
            vault: .present, idleSeconds: Int(configuration?.idle ?? KeyringConfiguration.standardIdle),
            store: configuration?.store?.name)
        do throws(Refused) {
            let vault = try held.locked()
            let (counts, source) = try refusing { () throws(VaultStoreError) in
                (try vault.store.counts(), try held.source(vault))
            }
            (status.projects, status.environments, status.secrets) = (counts.projects, counts.environments, counts.secrets)
            status.source = source
            status.isUnlocked = source != nil
            if configuration == nil { status.problem = "keyring.json beside the vault cannot be read or is malformed." }
        } catch {
            status.vault = state(error)
            status.problem = error.refusal.message
        }
        return status
    }

    /// What the refusal to open the vault says about it.
    private func state(_ refused: Refused) -> KeeperStatus.VaultState {
        do throws(VaultStoreError) {
            guard try VaultStore.file(at: home) != nil else { return .missing }
        } catch {
            return .untrusted
        }
        switch refused {
        case Refused.of(.newerFormat(found: 0, known: 0)): return .newer
        default: return refused.refusal.code == .damagedVault ? .damaged : .unreadable
        }
    }

    func projects() throws(Refused) -> [ProjectOutline] {
        let vault = try held.locked()
        return try refusing { () throws(VaultStoreError) in
            var outlines: [ProjectOutline] = []
            for project in try vault.store.projects() {
                var environments: [EnvironmentOutline] = []
                for name in try vault.store.environments(of: project.id) {
                    environments.append(
                        EnvironmentOutline(name: name, folders: try vault.store.folders(of: project.id, name)))
                }
                outlines.append(ProjectOutline(id: project.id, name: project.name, environments: environments))
            }
            return outlines
        }
    }

    func secrets(_ query: SecretsQuery) throws(Refused) -> SecretList {
        let vault = try held.locked()
        let project = try project(vault, query.project, origin: query.origin)
        if let environment = query.environment {
            let known = try refusing { () throws(VaultStoreError) in try vault.store.environments(of: project.id) }
            try check(vault, project, environment, among: known, folder: query.folder ?? "")
        }
        let filter = SecretFilter(
            project: project.id, environment: query.environment, folder: query.folder, limit: SecretList.most + 1)
        let found = try refusing { () throws(VaultStoreError) in try vault.store.secrets(filter) }
        return SecretList(
            projectID: project.id, projectName: project.name, secrets: found.prefix(SecretList.most).map(ListedSecret.init),
            isTruncated: found.count > SecretList.most)
    }

    func current(_ directory: String) throws(Refused) -> CurrentProject {
        let file: ProjectFile
        do throws(ProjectFile.Failure) {
            guard let found = try Self.file(from: directory) else { return CurrentProject() }
            file = found
        } catch {
            return CurrentProject(problem: Refused.text(of: error))
        }
        let path = try? file.directory.appending(ProjectFile.name).text
        var current = CurrentProject(file: path, projectID: file.projectID, environment: file.environment)
        // Without a vault, the file is still in force.
        do throws(Refused) {
            let vault = try held.locked()
            let project = try refusing { () throws(VaultStoreError) in try vault.project(of: file) }
            (current.projectName, current.projectID) = (project?.name, project?.id ?? file.projectID)
            if project == nil {
                current.problem =
                    "The vault does not know the project \(Shown.name(file.projectName)) that execkit.toml names. Ask the user to run `execkit init` there."
            }
        } catch {
            current.problem = error.refusal.message
        }
        return current
    }
}

extension ListedSecret {
    fileprivate init(_ record: SecretRecord) {
        let attributes = record.attributes
        self.init(
            key: record.place.key, environment: record.place.environment, folder: record.place.folder,
            scope: attributes.scope.rawValue, type: attributes.type.rawValue, tags: attributes.tags,
            description: attributes.description.isEmpty ? nil : attributes.description, version: record.version,
            updatedAt: record.updatedAt, expiresAt: attributes.expiresAt, isExpired: record.isExpired,
            hasRule: record.rule != nil)
    }
}
