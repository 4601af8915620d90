internal import ArgumentParser
internal import PrivateFiles
internal import ProjectFile
internal import SecretIO
internal import SecretMemory
internal import Vault
internal import VaultStore

struct InitVerb: Verb {
    static let configuration = CommandConfiguration(
        commandName: "init",
        abstract: "Make the vault, link this directory to a project, take over its .env.",
        discussion: """
            The vault is made once; in further directories `init` only adds a project. Nobody can open the vault without the
            master password: a recovery code, if you want one, is shown once and kept nowhere.

            EXAMPLES
              execkit init
              execkit init --name shop --env development --env production --no-import
              execkit init --recovery-kit
            """)

    @OptionGroup var access: AccessOptions

    @Option(help: "The project's name; the directory's name when left out.")
    var name: String?

    @Option(name: [.customShort("e"), .customLong("env")], help: "An environment of a new project; the first is the default.")
    var environments: [String] = ["development"]

    @Flag(inversion: .prefixedNo, exclusivity: .exclusive, help: "Take over the .env of this directory, or leave it, without asking.")
    var `import`: Bool?

    @Flag(name: .customLong("link"), help: "Link this directory to the project of that name that is there, without asking.")
    var linkExisting = false

    @Flag(help: "Delete the .env after it was taken over completely.")
    var deleteSource = false

    @Flag(help: "Make a recovery code and show it at the terminal, once.")
    var recoveryKit = false

    func run(_ person: Person) throws {
        if recoveryKit, !SecretIO.isTerminal(1) { throw Stop(.refused, "--recovery-kit shows its code at a terminal only") }
        let projectName = try name ?? Self.projectName(person.directory)
        let vault = try open(person)
        let linked = try link(person, vault, projectName)
        try person.show("This directory is project \(linked.project.name), environment \(linked.environment) (\(ProjectFile.name), safe to commit).")
        try offerImport(person, vault, linked)
    }

    private func open(_ person: Person) throws -> UnlockedVault {
        guard try !VaultStore.exists(in: person.home) else {
            let vault = try person.unlocked(try person.locked())
            if recoveryKit { try showRecoveryCode(person, vault) }
            return vault
        }
        if !person.isInteractive { person.say("Making the vault in \(person.home.text).") } else {
            person.say("This makes your vault in \(person.home.text). Choose a master password; nobody can open the vault without it.")
        }
        let password = try person.newPassword(prompt: "New master password: ")
        let vault = try LockedVault.create(in: person.home, password: password)
        try person.show("Made the vault \(person.home.text)/\(VaultStore.fileName). Your password is stored nowhere.")
        if recoveryKit { try showRecoveryCode(person, vault) }
        return vault
    }

    private func showRecoveryCode(_ person: Person, _ vault: borrowing UnlockedVault) throws {
        let code = try vault.createRecoveryCode()
        try person.show("\nRecovery code. Print it or write it down, then keep it away from this machine:\n")
        try SecretIO.write("    ", to: 1)
        try SecretIO.write(code, to: 1)
        try person.show("\n\nIt opens the vault like the password does: execkit passwd --recovery-code\n")
    }

    private func link(_ person: Person, _ vault: borrowing UnlockedVault, _ projectName: String) throws -> Place {
        let store = vault.locked.store
        if let file = try ProjectFile.read(in: person.directory) {
            if let (project, _) = try? person.project(vault.locked, nil) {
                let environment = try file.environment ?? store.environments(of: project.id).first ?? environments[0]
                return Place(project: project, environment: environment, folder: "")
            }
            // The file came with the sources: somebody else's project, to be made in this vault under the same name.
            let environment = file.environment ?? environments[0]
            let project = try vault.createProject(named: name ?? file.projectName, environments: [environment])
            try ProjectFile.link(person.directory, projectID: project.id, name: project.name, environment: environment)
            return Place(project: project, environment: environment, folder: "")
        }
        if let project = try? store.project(named: projectName) {
            return try join(person, project, try store.environments(of: project.id))
        }
        let project = try vault.createProject(named: projectName, environments: environments)
        try ProjectFile.link(person.directory, projectID: project.id, name: projectName, environment: environments[0])
        return Place(project: project, environment: environments[0], folder: "")
    }

    /// Links the directory to a project that is there: its execkit.toml was lost, or is not committed.
    private func join(_ person: Person, _ project: ProjectRecord, _ known: [String]) throws -> Place {
        let question = "The vault has a project \(project.name) already. Does this directory belong to it?"
        guard try linkExisting || person.isInteractive && person.confirm(question, usual: false) else {
            throw Stop(
                .conflict,
                "the vault has a project \(project.name) already; give --link if this is it, or another name with --name")
        }
        guard let environment = known.first(where: { $0 == environments[0] }) ?? known.first else {
            throw Stop(.notFound, "\(project.name) has no environment; see: execkit envs add")
        }
        try ProjectFile.link(person.directory, projectID: project.id, name: project.name, environment: environment)
        return Place(project: project, environment: environment, folder: "")
    }

    private func offerImport(_ person: Person, _ vault: borrowing UnlockedVault, _ place: Place) throws {
        guard self.import != false else { return }
        let path = try person.directory.appending(".env")
        let isThere: Bool
        do { isThere = try Directory(holding: path).info(".env")?.kind == .regular } catch { isThere = false }
        guard isThere else {
            if self.import == true { throw Stop(.notFound, "there is no .env here") }
            return try person.show("Next: execkit set NAME, then execkit run -- your-program")
        }
        let isAsking = self.import == nil
        if isAsking, !person.isInteractive {
            return try person.show("There is a .env here; take it over with: execkit import")
        }
        var importer = Importer(person: person, place: place, source: path)
        importer.asks = isAsking
        importer.deletesSource = deleteSource
        try importer.run(vault)
        try person.show("Next: execkit run -- your-program")
    }

    /// The directory's name, with what no name may hold replaced.
    private static func projectName(_ directory: AbsolutePath) throws -> String {
        var name = ""
        for scalar in (directory.name ?? "project").unicodeScalars {
            name.unicodeScalars.append(VaultNames.isName("a" + String(scalar)) ? scalar : "-")
        }
        while let first = name.first, first == "-" || first == "." { name.removeFirst() }
        guard VaultNames.isName(name) else { throw Stop(.badInput, "give the project a name with --name") }
        return name
    }
}
