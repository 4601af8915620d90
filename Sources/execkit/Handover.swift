internal import ArgumentParser
internal import PrivateFiles
internal import SecretMemory
internal import Spawn
internal import StoreReferences
internal import Vault
internal import VaultStore

/// Which secrets of a place a program gets.
struct SelectionOptions: ParsableArguments {
    @Option(help: "Only secrets of this scope; may be given more than once.")
    var scope: [SecretScope] = []

    @Option(parsing: .upToNextOption, help: ArgumentHelp("Only these; one that is missing is an error.", valueName: "key"))
    var only: [String] = []

    /// As when none of them is given.
    static var none: SelectionOptions {
        var options = SelectionOptions()
        (options.scope, options.only) = ([], [])
        return options
    }

    /// The secrets, at least one.
    func secrets(_ vault: LockedVault, _ place: Place, _ person: Person) throws -> [SecretRecord] {
        let filter = SecretFilter(
            project: place.project.id, environment: place.environment, folder: place.folder,
            scopes: scope.isEmpty ? nil : Set(scope))
        var secrets = try vault.store.secrets(filter)
        if !only.isEmpty {
            let known = Set(secrets.map(\.place.key))
            let missing = only.filter { !known.contains($0) }
            guard missing.isEmpty else {
                throw Stop(.notFound, "\(place.title) has no \(missing.map(Stop.shown).joined(separator: ", "))")
            }
            let wanted = Set(only)
            secrets = secrets.filter { wanted.contains($0.place.key) }
        }
        guard !secrets.isEmpty else { throw Stop(.notFound, "\(place.title) has no secrets for this; see: execkit list") }
        for secret in secrets where secret.isExpired { person.say("execkit: \(secret.place.key) has expired") }
        return secrets
    }
}

/// What of this environment a program gets beside the secrets.
struct EnvironmentOptions: ParsableArguments {
    @Flag(help: "Hand on the whole environment, but EXECKIT_… variables. Secrets win.")
    var inheritEnv = false

    @Option(help: ArgumentHelp("Hand on this variable too; may be given more than once.", valueName: "name"))
    var keep: [String] = []

    /// As when none of them is given.
    static var none: EnvironmentOptions {
        var options = EnvironmentOptions()
        (options.inheritEnv, options.keep) = (false, [])
        return options
    }
}

/// Opens secrets for a program: written to the log first, references resolved, all of it in one environment block.
struct Handover {
    let person: Person
    let surroundings: EnvironmentOptions

    func environment(
        _ secrets: [SecretRecord], _ vault: borrowing UnlockedVault, command: [String]
    ) throws -> EnvironmentBlock {
        var names = surroundings.keep
        if surroundings.inheritEnv {
            names += ThisProcess.environmentNames.filter { !$0.isEmpty && !$0.hasPrefix("EXECKIT_") }
        }
        var block = try EnvironmentBlock.inherited(adding: names)
        // They were chosen by what the file says of them.
        try vault.verify(secrets)
        let receipt = try vault.record(.run, secrets.map(\.place), command: command)
        for secret in secrets {
            let value = try vault.open(secret.place, receipt)
            if let reference = value.withBytes({ StoreReference($0) }) {
                let resolved = try reference.resolve(person.helpers)
                try resolved.withBytes { try block.set(secret.place.key, to: $0) }
            } else {
                try value.withBytes { try block.set(secret.place.key, to: $0) }
            }
        }
        return block
    }
}

extension Person {
    /// The program a command names, or the end that a shell would come to: 126 for a path where something stands that
    /// cannot be executed, else 127.
    func program(toRun name: String) throws -> String {
        if let program = program(name) { return program }
        if name.utf8.contains(UInt8(ascii: "/")), let path = try? path(name), let last = path.name,
            let holder = try? Directory(holding: path), (try? holder.info(last)) != nil
        {
            throw Stop(.cannotExecute, "what is there is not a program, or must not be executed")
        }
        throw Stop(.commandNotFound, "there is no program of that name in PATH, or it cannot be executed")
    }

    /// The program a command names: by PATH, or by a path from here.
    func program(_ name: String) -> String? {
        if name.utf8.contains(UInt8(ascii: "/")) {
            guard let path = try? path(name) else { return nil }
            return ExecutableSearch.resolve(path.text, path: "")
        }
        return ExecutableSearch.resolve(name, path: ThisProcess.environmentText("PATH") ?? "/usr/bin:/bin")
    }
}
