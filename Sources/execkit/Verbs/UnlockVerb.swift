internal import ArgumentParser
internal import Keyring
internal import PrivateFiles
internal import SecretMemory
internal import Vault
internal import VaultStore

struct UnlockVerb: Verb {
    static let configuration = CommandConfiguration(
        commandName: "unlock",
        abstract: "Keep the vault open for this user until it was idle for a while.",
        discussion: """
            The key waits in the kernel, never on a disk, and is gone after --idle without use, with `execkit lock`, and when
            the machine stops. Meanwhile every program of your user can use the vault. --remember-in says which store is
            asked for the password from now on; secret-service and pass also get it now. More in docs/unlocking.md.

            EXAMPLES
              execkit unlock
              execkit unlock --idle 8h
              execkit unlock --remember-in secret-service
              execkit unlock --remember-in pass:execkit/master
              execkit unlock --remember-in file:/run/secrets/vault-password
            """)

    @OptionGroup var access: AccessOptions

    @Option(help: "How long it may be idle: 90s, 15m, 8h; at most 24h. Kept as the usual time.")
    var idle: IdleTime?

    @Option(help: ArgumentHelp("secret-service, pass:ENTRY, file:PATH, macos-keychain, or nothing.", valueName: "store"))
    var rememberIn: String?

    func run(_ person: Person) throws {
        let vault = try person.locked()
        let id = try vault.store.vault().id
        var configuration = try person.configuration()
        if let idle { configuration.idle = idle.seconds }
        if let rememberIn { configuration.store = try store(person, rememberIn) }
        if let store = configuration.store, rememberIn != nil, store.takesPassword {
            // Asked anew, checked against the vault, and only then given away.
            let password = try person.typedPassword(vault)
            let key = try vault.sessionKey(password: password)
            try person.keep(password, vault: id, in: store)
            try configuration.save(in: person.home)
            try UnlockedKey(vault: id).remember(key, idle: configuration.idle)
        } else {
            let key = try person.sessionKey(vault, configuration)
            if idle != nil || rememberIn != nil { try configuration.save(in: person.home) }
            try UnlockedKey(vault: id).remember(key, idle: configuration.idle)
        }
        try person.show("Unlocked, until nobody used it for \(configuration.idleText). Lock it with: execkit lock")
    }

    private func store(_ person: Person, _ text: String) throws -> PasswordStore? {
        if text == "nothing" { return nil }
        if text == "secret-service" { return .secretService }
        if text == "macos-keychain" { return .macOSKeychain }
        if text.hasPrefix("pass:"), let store = PasswordStore.pass(named: String(text.dropFirst(5))) { return store }
        if text.hasPrefix("file:") { return .file(try person.path(String(text.dropFirst(5)))) }
        throw Stop(.badInput, "not a store: secret-service, pass:ENTRY, file:PATH, macos-keychain or nothing")
    }
}

extension KeyringConfiguration {
    /// The idle lifetime for a person.
    var idleText: String { idle.isMultiple(of: 60) ? "\(idle / 60) min" : "\(idle) s" }
}

/// A time such as `90s`, `15m` or `8h`.
struct IdleTime: ExpressibleByArgument {
    let seconds: UInt32

    init?(argument: String) {
        let units: [Character: UInt32] = ["s": 1, "m": 60, "h": 3600]
        guard let last = argument.last else { return nil }
        let unit = units[last] ?? 1
        let digits = units[last] == nil ? argument : String(argument.dropLast())
        guard let number = UInt32(digits), number > 0, number <= UnlockedKey.longestIdle / unit else { return nil }
        seconds = number * unit
    }
}
