/// A room (or every room but some) that may not reach another, directly or through what it uses.
struct ForbiddenReach {
    enum From {
        case room(String)
        /// Every room whose path to the target does not begin at one of these owners.
        case allBut([String])
    }

    let from: From
    let to: String
    let reason: String
}

/// A target that has exactly one direct importer: the room that owns its power.
struct SoleImporter {
    let of: String
    let importer: String
    let reason: String
}

let soleImporters: [SoleImporter] = [
    SoleImporter(of: "CSpawn", importer: "Spawn", reason: "one door for processes"),
    SoleImporter(of: "CEventLoop", importer: "EventLoop", reason: "one owner of descriptor readiness"),
    SoleImporter(of: "CByteScan", importer: "Redaction", reason: "one importer per C fence"),
    SoleImporter(of: "CValueScan", importer: "ValueRedaction", reason: "one importer per C fence"),
    SoleImporter(of: "CFiles", importer: "PrivateFiles", reason: "one door for files"),
    SoleImporter(of: "CRE2", importer: "LinearRegex", reason: "one importer per C fence"),
    SoleImporter(of: "re2", importer: "CRE2", reason: "a system library is reached through its fence alone"),
    SoleImporter(of: "CSecretMemory", importer: "SecretMemory", reason: "one owner of locked memory"),
    SoleImporter(of: "CSecretIO", importer: "SecretIO", reason: "one way of a secret in and out"),
    SoleImporter(of: "CKernelKeys", importer: "Keyring", reason: "one place knows where an unlocked key waits"),
    SoleImporter(of: "CVaultCrypto", importer: "VaultCrypto", reason: "the only ciphers and the only key derivation"),
    SoleImporter(of: "CDial", importer: "Dial", reason: "one door to the network"),
    SoleImporter(of: "CSSH2", importer: "SSHClient", reason: "one importer per C fence"),
]

private func noReach(_ from: String, _ targets: [String], _ reason: String) -> [ForbiddenReach] {
    targets.map { ForbiddenReach(from: .room(from), to: $0, reason: reason) }
}

/// DESIGN's "may never" as edges that must not exist in the transitive closure.
let forbiddenReach: [ForbiddenReach] =
    noReach("CommandCalls", ["Vault", "VaultCrypto", "SecretMemory", "VaultStore", "Keyring"],
        "text is made with a cover that knows the values, and asks for none")
    + noReach("SessionTools", ["Vault", "VaultCrypto", "SecretMemory", "VaultStore", "Keyring"],
        "a shell session knows no vault: what the agent steers cannot reach a secret")
    + noReach("Sessions", ["Vault", "VaultCrypto", "VaultStore", "SecretMemory", "AuditLog", "PrivateFiles"],
        "a transport has the power to run, and no other")
    + noReach("Spawn", ["CommandPolicy", "Vault", "VaultCrypto", "VaultStore", "PrivateFiles"],
        "the door opens; it does not decide, and it holds no files")
    + noReach("MCPServer", ["Spawn", "Sessions", "SessionTools", "PrivateFiles", "CommandPolicy", "Vault", "VaultCrypto", "SecretMemory", "VaultStore"],
        "the protocol layer knows no tool, so a fault in parsing reaches no power")
    // No VaultStore is also no GRDB: `outsideProducts` gives that to VaultStore alone.
    // SecretMemory it reaches: a value passes through it on its way from the keeper to a child (KeeperClient, SecretRun).
    + noReach("execkit-mcp", ["Vault", "VaultCrypto", "VaultStore", "Keyring", "VaultKeeper"],
        "the agent's program holds no vault: no cipher, no database and no key in its process; execkit-keeper has them")
    + noReach("execkit-keeper", [
        "SecretText", "MCPServer", "MCPProtocol", "Sessions", "SessionTools", "CommandPolicy", "ClientSetup",
    ], "the keeper speaks to one server over one socket: it exports nothing and runs nothing for an agent")
    + noReach("VaultKeeper", ["SecretText", "MCPServer", "MCPProtocol", "Sessions", "SessionTools", "EventLoop"],
        "what opens values for an agent's run has no other way to hand them out than its reply")
    + noReach("KeeperProtocol", ["SecretMemory", "SecretIO", "PrivateFiles", "Spawn"], "messages are values, and no value of the vault is in one")
    + noReach("execkit", ["Sessions", "SessionTools", "MCPServer", "MCPProtocol"],
        "the person's program serves nobody: no agent reaches an unlocked vault through it")
    + noReach("SecretText", ["CSecretIO", "PrivateFiles", "Spawn", "VaultStore"], "parsing a secret file has no way out")
    + noReach("CommandPolicy", ["PrivateFiles", "Spawn"], "a verdict is a value: no file, no process")
    + noReach("UseRule", ["PrivateFiles", "Spawn", "VaultStore", "Vault", "SecretMemory"],
        "a verdict on a use is a value: it sees no vault and no secret")
    + noReach("OutputShaping", ["Redaction", "SecretMemory", "Vault"], "shaping sees redacted text only")
    + noReach("Redaction", ["PrivateFiles", "Spawn", "AuditLog"], "the redactor has no way out but its output")
    + noReach("ValueRedaction", ["PrivateFiles", "Spawn", "AuditLog", "SecretIO", "Vault", "VaultStore"],
        "what knows every value has no way out but its output")
    + noReach("AuditLog", ["Spawn", "EventLoop", "Sessions", "Vault"], "the record is written by those who act, not the reverse")
    + noReach("ClientSetup", ["Spawn", "Sessions", "Vault", "VaultCrypto", "SecretMemory"],
        "configuration is text: setting a client up runs nothing and sees no secret")
    + noReach("Settings", ["Spawn", "EventLoop"], "settings are read once, by reading")
    + noReach("VaultReadTools",
        ["KeeperClient", "SecretMemory", "SecretIO", "Vault", "VaultCrypto", "VaultStore", "Keyring", "SecretRun", "Spawn", "PrivateFiles"],
        "tools that list names cannot open what they list: no key, no cipher, no value and no way to one")
    + noReach("VaultStore", ["VaultCrypto", "SecretMemory", "Spawn"], "the store never meets a key or a plaintext")
    + noReach("VaultCrypto", ["VaultStore", "Spawn"], "ciphers neither store nor run")
    + noReach("Vault", ["Spawn", "MCPServer"], "opening is neither running nor serving")
    + noReach("KeeperClient", ["Vault", "VaultCrypto", "VaultStore", "Keyring", "PrivateFiles", "Sessions"],
        "who asks for values can neither unlock nor decrypt")
    + noReach("SecretRun", ["Vault", "VaultCrypto", "VaultStore", "Keyring", "SecretText", "AuditLog"],
        "a run has the values of its own request, and no way to others")
    + noReach("SSHClient", ["Spawn", "Vault", "VaultCrypto", "VaultStore", "Keyring"], "a connection runs nothing here and knows no vault")
    + noReach("SSHPlaces", ["Vault", "VaultCrypto", "VaultStore", "Keyring", "KeeperClient"],
        "a host is reached with what it is handed: passwords come in, and it can fetch none")
    + noReach("ServerLogins", ["Vault", "VaultCrypto", "VaultStore", "Keyring"], "who logs in can neither unlock nor decrypt")
    + noReach("Dial", ["Spawn", "PrivateFiles", "SecretMemory"], "a connection is made, whatever is said over it")
    + noReach("KnownHosts", ["PrivateFiles", "EventLoop"], "a verdict on a key is a value")
    + noReach("SSHConfig", ["PrivateFiles", "EventLoop", "Spawn"], "what an alias means is a value; files come through a closure")
    + noReach("Checkpoints", ["CSpawn"], "a snapshot goes through a session's own contract")
    + [
        ForbiddenReach(
            from: .allBut([
                "Spawn", "Sessions", "SessionFiles", "CommandCalls", "SessionTools", "Doctor", "HelperRun", "Keyring",
                "StoreReferences", "SecretRun", "SecretRunTools", "execkit-mcp", "execkit", "KeeperClient",
                "VaultHome", "VaultKeeper", "execkit-keeper",
                // It runs nothing here: the sessions whose place it is could.
                "SSHPlaces", "ServerLogins",
            ]),
            to: "CSpawn", reason: "these rooms run programs through Spawn; a new one needs a reason here"),
    ]
