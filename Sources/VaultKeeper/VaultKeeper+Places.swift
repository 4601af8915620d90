internal import KeeperProtocol
internal import PrivateFiles
internal import ProjectFile
internal import Vault
internal import VaultHome
internal import VaultStore

/// A place that was found in the vault.
struct FoundPlace {
    let project: ProjectRecord
    let environment: String
    let folder: String

    /// `shop/development`, `shop/development/billing`.
    var title: String { "\(project.name)/\(environment)" + (folder.isEmpty ? "" : "/\(folder)") }
}

extension VaultKeeper {
    /// The project file in force in a directory; nil when there is none.
    static func file(from directory: String) throws(ProjectFile.Failure) -> ProjectFile? {
        guard let path = try? AbsolutePath(directory) else { return nil }
        return try ProjectFile.find(from: path)
    }

    /// The project that a request is about: the one it names, else that of the project file in force, else the only one.
    func project(_ vault: LockedVault, _ wanted: String?, origin: String) throws(Refused) -> ProjectRecord {
        if let wanted {
            if let found = try refusing({ () throws(VaultStoreError) in try vault.project(wanted) }) { return found }
            throw Refused(
                .unknownProject,
                "The vault has no project \(Shown.name(wanted)). `list-projects` says which it has; or ask the user to make it with `execkit init`.")
        }
        if let file = try refusing({ () throws(ProjectFile.Failure) in try Self.file(from: origin) }) {
            if let found = try refusing({ () throws(VaultStoreError) in try vault.project(of: file) }) { return found }
            throw Refused(
                .unknownProject,
                "The vault does not know the project \(Shown.name(file.projectName)) that execkit.toml names. Ask the user to run `execkit init` there, or name another project.")
        }
        let all = try refusing { () throws(VaultStoreError) in try vault.store.projects() }
        if let only = all.first, all.count == 1 { return only }
        guard !all.isEmpty else {
            throw Refused(.unknownProject, "The vault has no project yet. Ask the user to run `execkit init` in theirs.")
        }
        throw Refused(
            .ambiguousProject,
            "There are \(all.count) projects and no execkit.toml where the server was started, so it is not clear which is meant. Name one: \(Self.some(all.map(\.name))).")
    }

    /// The place that a request is about.
    func place(
        _ vault: LockedVault, _ wanted: String?, _ environment: String?, _ folder: String?, origin: String
    ) throws(Refused) -> FoundPlace {
        let project = try project(vault, wanted, origin: origin)
        let known = try refusing { () throws(VaultStoreError) in try vault.store.environments(of: project.id) }
        guard let chosen = environment ?? defaultEnvironment(vault, project, origin) ?? (known.count == 1 ? known[0] : nil)
        else {
            throw Refused(
                .unknownEnvironment, "Which environment of \(project.name) is meant is not clear. Name one: \(Self.some(known)).")
        }
        try check(vault, project, chosen, among: known, folder: folder ?? "")
        return FoundPlace(project: project, environment: chosen, folder: folder ?? "")
    }

    /// Refuses an environment or a folder that is not there.
    func check(
        _ vault: LockedVault, _ project: ProjectRecord, _ environment: String, among known: [String], folder: String
    ) throws(Refused) {
        guard known.contains(environment) else {
            throw Refused(
                .unknownEnvironment,
                "\(project.name) has no environment \(Shown.name(environment)). It has: \(Self.some(known)).")
        }
        guard !folder.isEmpty else { return }
        let folders = try refusing { () throws(VaultStoreError) in try vault.store.folders(of: project.id, environment) }
        guard folders.contains(folder) else {
            throw Refused(
                .unknownFolder,
                "\(project.name)/\(environment) has no folder \(Shown.folder(folder)). `list-projects` says which it has.")
        }
    }

    /// The environment that the project file in force names, when it is of this very project.
    private func defaultEnvironment(_ vault: LockedVault, _ project: ProjectRecord, _ origin: String) -> String? {
        guard let file = try? Self.file(from: origin), (try? vault.project(of: file))?.id == project.id else { return nil }
        return file.environment
    }

    /// The first few of a list.
    private static func some(_ names: [String]) -> String {
        names.prefix(20).joined(separator: ", ") + (names.count > 20 ? " and \(names.count - 20) more" : "")
    }
}
