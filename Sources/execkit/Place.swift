internal import ArgumentParser
internal import PrivateFiles
internal import ProjectFile
internal import Vault
internal import VaultHome
internal import VaultStore

/// Which project, environment and folder a command is about.
struct PlaceOptions: ParsableArguments {
    @Option(name: .shortAndLong, help: "The project, by name or id, instead of that of execkit.toml.")
    var project: String?

    @Option(name: [.customShort("e"), .customLong("env")], help: "The environment, instead of the default of execkit.toml.")
    var environment: String?

    @Option(name: .shortAndLong, help: "The folder, such as billing/eu; the root when left out.")
    var folder: String?

    /// As when none of them is given.
    static var none: PlaceOptions {
        var options = PlaceOptions()
        (options.project, options.environment, options.folder) = (nil, nil, nil)
        return options
    }
}

/// A place that was found in the vault.
struct Place {
    let project: ProjectRecord
    let environment: String
    let folder: String

    func secret(_ key: String) -> SecretPlace {
        SecretPlace(project: project.id, environment: environment, folder: folder, key: key)
    }

    /// `shop/development`, `shop/development/billing`.
    var title: String { "\(project.name)/\(environment)" + (folder.isEmpty ? "" : "/\(folder)") }
}

extension Person {
    /// The project a command is about.
    func project(_ vault: LockedVault, _ wanted: String?) throws -> (ProjectRecord, ProjectFile?) {
        if let wanted {
            guard let found = try vault.project(wanted) else { throw VaultStoreError.noSuchProject }
            return (found, nil)
        }
        guard let file = try ProjectFile.find(from: directory) else {
            throw Stop(.notFound, "no execkit.toml here or above; run `execkit init` in your project, or give --project")
        }
        guard let found = try vault.project(of: file) else {
            throw Stop(.notFound, "the vault has no project \(file.projectName); run `execkit init` beside execkit.toml to make it")
        }
        return (found, file)
    }

    func place(_ vault: LockedVault, _ options: PlaceOptions) throws -> Place {
        let (project, file) = try project(vault, options.project)
        let known = try vault.store.environments(of: project.id)
        guard let environment = options.environment ?? file?.environment ?? (known.count == 1 ? known[0] : nil) else {
            throw Stop(.badInput, "which environment? Give --env: \(known.joined(separator: ", "))")
        }
        guard known.contains(environment) else {
            throw Stop(
                .notFound,
                "\(project.name) has no environment of that name (it has: \(known.joined(separator: ", "))); see: execkit envs add")
        }
        let folder = options.folder ?? ""
        if !folder.isEmpty, try !vault.store.folders(of: project.id, environment).contains(folder) {
            throw VaultStoreError.noSuchFolder
        }
        return Place(project: project, environment: environment, folder: folder)
    }
}
