/// One room: what stands in `Package.swift`, and why.
struct Room {
    enum Kind: String { case swift, fence, system, program }

    let name: String
    let kind: Kind
    /// 0 fences, 1 pure values, 2 one power each, 3 joins, 4 surfaces, 5 programs.
    let floor: Int
    /// Exactly what the manifest says it may import.
    let uses: [String]
    /// Why an edge to a room of the same floor is allowed. Edges upwards are never allowed.
    let sameFloor: [String: String]
    /// What the room is for: why it exists as a room of its own.
    let reason: String

    init(
        _ name: String, _ kind: Kind, floor: Int, uses: [String] = [], sameFloor: [String: String] = [:],
        _ reason: String
    ) {
        self.name = name
        self.kind = kind
        self.floor = floor
        self.uses = uses
        self.sameFloor = sameFloor
        self.reason = reason
    }
}

private let jsonValue = "configuration and messages are JSON values; JSON itself is pure and imports nothing"

private let secretBytes = "a value exists in secret memory alone, so what handles one works from there to there"
private let helpers = "one place runs other stores' programs, so that one place keeps secrets off their command lines"

/// The house as it is. A target of `Package.swift` that has no row here fails the build, and so does the reverse.
let rooms: [Room] = [
    // Floor 0
    Room("CEventLoop", .fence, floor: 0, "epoll, timers and descriptor reads and writes, for EventLoop alone"),
    Room("CByteScan", .fence, floor: 0, "a vectorised search for the first bytes of shapes, for Redaction alone"),
    Room("CDial", .fence, floor: 0, "names and connections without waiting, for Dial alone"),
    Room("CFiles", .fence, floor: 0, "opening, locking and renaming private files, for PrivateFiles alone"),
    Room("CKernelKeys", .fence, floor: 0, "the kernel's key service, for Keyring alone"),
    Room("CSSH2", .fence, floor: 0, "libssh2 from bytes to bytes, for SSHClient alone"),
    Room("CSecretIO", .fence, floor: 0, "descriptors read into and written from an address, and the terminal's echo, for SecretIO alone"),
    Room("CSecretMemory", .fence, floor: 0, "locked, dump-excluded memory, for SecretMemory alone"),
    Room("CSpawn", .fence, floor: 0, "the creation and signalling of processes, for Spawn alone"),
    Room("CValueScan", .fence, floor: 0, "the loops that look for the first bytes of known values, for ValueRedaction alone"),
    Room("CRE2", .fence, floor: 0, uses: ["re2"], sameFloor: ["re2": "the system library it gives a C face"],
        "a C face on RE2, for LinearRegex alone"),
    Room("CVaultCrypto", .fence, floor: 0, "OpenSSL and Argon2 behind one C face, for VaultCrypto alone"),
    Room("re2", .system, floor: 0, "the system library"),

    // Floor 1
    Room("CommandPolicy", .swift, floor: 1, uses: ["JSON"], sameFloor: ["JSON": jsonValue],
        "verdicts on commands, as values: an error here is testable without a shell"),
    Room("ConfigText", .swift, floor: 1, uses: ["JSON"], sameFloor: ["JSON": jsonValue],
        "edits of other programs' configuration that keep every other byte"),
    Room("Digest", .swift, floor: 1, "SHA-256, so that the audit chain needs no cryptography library"),
    Room("JSON", .swift, floor: 1, "bounded JSON: what hostile input reaches first"),
    Room("KeeperProtocol", .swift, floor: 1, uses: ["JSON"], sameFloor: ["JSON": jsonValue],
        "what the agent's server and the keeper of the vault say to each other, as values; never a secret byte"),
    Room("KnownHosts", .swift, floor: 1, uses: ["Digest"], sameFloor: ["Digest": "a key is compared by its digest; Digest is pure and imports nothing"],
        "verdicts on host keys, as values"),
    Room("MCPProtocol", .swift, floor: 1, uses: ["JSON"], sameFloor: ["JSON": jsonValue],
        "messages and the state of a connection, as values"),
    Room("OutputShaping", .swift, floor: 1, "budgets and terminal cleaning; sees redacted text only"),
    Room("SSHConfig", .swift, floor: 1, uses: ["KnownHosts"], sameFloor: ["KnownHosts": "both files have the same host patterns"],
        "what an alias of ssh_config means, as a value"),
    Room("ToolSchema", .swift, floor: 1, uses: ["JSON"], sameFloor: ["JSON": jsonValue],
        "argument schemas and their checks, as values"),
    Room("UseRule", .swift, floor: 1, uses: ["JSON"], sameFloor: ["JSON": jsonValue],
        "what an owner says about the use of a secret, and verdicts on uses, as values"),

    // Floor 2
    Room("AuditLog", .swift, floor: 2, uses: ["Digest", "JSON", "PrivateFiles"],
        sameFloor: ["PrivateFiles": "the log is a private file; opening one is that room's power, not the log's"],
        "append-only, hash-chained record"),
    Room("Dial", .swift, floor: 2, uses: ["CDial", "EventLoop"],
        sameFloor: ["EventLoop": "a connection is waited for on the one loop"], "the only way to the network"),
    Room("EventLoop", .swift, floor: 2, uses: ["CEventLoop"], "the one loop of the program"),
    Room("LinearRegex", .swift, floor: 2, uses: ["CRE2"], "linear-time patterns"),
    Room("PrivateFiles", .swift, floor: 2, uses: ["CFiles"], "the only file access"),
    Room("Redaction", .swift, floor: 2, uses: ["CByteScan"], "the automaton that keeps secrets out of output"),
    Room("Settings", .swift, floor: 2, uses: ["PrivateFiles"],
        sameFloor: ["PrivateFiles": "policy files are checked for owner and mode before they are believed"],
        "the operator's settings, read once"),
    Room("Spawn", .swift, floor: 2, uses: ["CSpawn"], "the only creation of processes"),
    Room("SSHClient", .swift, floor: 2,
        uses: ["CSSH2", "Dial", "Digest", "EventLoop", "KnownHosts", "PrivateFiles", "SecretIO", "SecretMemory"],
        sameFloor: [
            "Dial": "a server is reached through the one way to the network",
            "EventLoop": "every wait is on the one loop",
            "PrivateFiles": "keys and known_hosts are files, checked for owner, mode and links",
            "SecretIO": "the text of a key goes from its file to locked memory",
            "SecretMemory": secretBytes,
        ],
        "SSH connections, host keys and logins"),
    Room("SecretMemory", .swift, floor: 2, uses: ["CSecretMemory"], "the only containers of a password, a key or a value"),
    Room("SecretIO", .swift, floor: 2, uses: ["CSecretIO", "SecretMemory"], sameFloor: ["SecretMemory": secretBytes],
        "the way of a secret between a descriptor and locked memory"),
    Room("SecretText", .swift, floor: 2, uses: ["SecretMemory"], sameFloor: ["SecretMemory": secretBytes],
        "dotenv, JSON and YAML read and written inside locked memory; pure"),
    Room("ValueRedaction", .swift, floor: 2, uses: ["CValueScan", "SecretMemory"], sameFloor: ["SecretMemory": secretBytes],
        "known values kept out of output in every encoding; what spells them is in locked memory"),
    Room("VaultCrypto", .swift, floor: 2, uses: ["CVaultCrypto", "SecretMemory"],
        sameFloor: ["SecretMemory": "keys and values exist in secret memory alone, so the ciphers work from there to there"],
        "the only ciphers and key derivation"),
    Room("VaultStore", .swift, floor: 2, uses: ["Digest", "JSON", "PrivateFiles"],
        sameFloor: ["PrivateFiles": "the vault's directory and file are checked for owner and mode before SQLite opens them"],
        "the vault file: names and frames, and their log"),

    // Floor 3
    Room("Checkpoints", .swift, floor: 3, uses: ["Digest"],
        "snapshot and restore of a workspace, by scripts that a session's place runs; makes no process itself"),
    Room("HelperRun", .swift, floor: 3, uses: ["SecretIO", "SecretMemory", "Spawn"],
        "runs another store's program with secrets on its pipes only"),
    Room("KeeperClient", .swift, floor: 3, uses: ["EventLoop", "KeeperProtocol", "SecretIO", "SecretMemory", "Spawn"],
        "the way to the vault, which another process holds"),
    Room("Keyring", .swift, floor: 3,
        uses: ["CKernelKeys", "HelperRun", "JSON", "PrivateFiles", "SecretIO", "SecretMemory", "Spawn"],
        sameFloor: ["HelperRun": helpers], "where the master password comes from, and where an unlocked key waits"),
    Room("ProjectFile", .swift, floor: 3, uses: ["ConfigText", "JSON", "PrivateFiles"],
        "execkit.toml: which project a directory belongs to"),
    Room("SecretRun", .swift, floor: 3,
        uses: [
            "Digest", "EventLoop", "KeeperClient", "KeeperProtocol", "PrivateFiles", "SecretIO", "SecretMemory", "Sessions",
            "Spawn",
        ],
        sameFloor: [
            "KeeperClient": "values come from the keeper alone",
            "Sessions": "a run is a direct run, and a session's shell gets its secrets as one does",
        ],
        "runs a program with secrets: record, open, make known, spawn, wipe"),
    Room("Sessions", .swift, floor: 3, uses: ["EventLoop", "Spawn"],
        "the session contract and its transports"),
    Room("ValueCover", .swift, floor: 3, uses: ["Redaction", "SecretMemory", "ValueRedaction"],
        "the values handed out, as the cover that every text is made with: who makes text cannot reach a value"),
    Room("SessionFiles", .swift, floor: 3, uses: ["Digest", "Sessions"],
        sameFloor: ["Sessions": "a file is read and written where its session runs, by the session's own side door"],
        "files in the place of a session, whole or not at all"),
    Room("SSHPlaces", .swift, floor: 3,
        uses: ["Digest", "EventLoop", "KnownHosts", "PrivateFiles", "SSHClient", "SSHConfig", "Sessions"],
        sameFloor: ["Sessions": "a host is one of the places that a session can be in"],
        "hosts as places for sessions: from what a caller says and the operator's files to a connection"),
    Room("StoreReferences", .swift, floor: 3, uses: ["HelperRun", "SecretIO", "SecretMemory"],
        sameFloor: ["HelperRun": helpers], "values that stand in another store, fetched with its own program"),
    Room("Vault", .swift, floor: 3, uses: ["PrivateFiles", "SecretMemory", "UseRule", "VaultCrypto", "VaultStore"],
        "the only step from a frame to a plaintext"),

    // Floor 4
    Room("ClientSetup", .swift, floor: 4, uses: ["ConfigText", "JSON", "PrivateFiles"],
        "writes the server into a client's configuration"),
    Room("Doctor", .swift, floor: 4,
        uses: ["AuditLog", "CommandPolicy", "JSON", "PrivateFiles", "Settings", "Spawn"], "diagnostics"),
    Room("MCPServer", .swift, floor: 4, uses: ["Digest", "EventLoop", "JSON", "MCPProtocol", "ToolSchema"],
        "serves tools over stdio; knows none"),
    Room("CommandCalls", .swift, floor: 4,
        uses: [
            "AuditLog", "CommandPolicy", "Digest", "EventLoop", "JSON", "LinearRegex", "MCPProtocol", "MCPServer",
            "OutputShaping", "Redaction", "Sessions", "ToolSchema",
        ],
        sameFloor: ["MCPServer": "a call is answered, and its user asked, through the server"],
        "fence, record, redaction and budgets around a command, written once for every tool that runs one"),
    Room("SessionTools", .swift, floor: 4,
        uses: [
            "AuditLog", "Checkpoints", "CommandCalls", "CommandPolicy", "EventLoop", "JSON", "LinearRegex", "MCPProtocol",
            "MCPServer", "OutputShaping", "Redaction", "SessionFiles", "Sessions", "Spawn", "ToolSchema",
        ],
        sameFloor: [
            "CommandCalls": "what happens around a command is the same for every tool",
            "MCPServer": "tools are registered with the server; the server does not know them",
        ],
        "the session tools"),
    Room("ServerLogins", .swift, floor: 4,
        uses: [
            "EventLoop", "KnownHosts", "MCPServer", "SSHClient", "SSHPlaces", "SecretMemory", "SecretRunTools", "SessionTools",
        ],
        sameFloor: [
            "MCPServer": "a login may ask the user, by the call that wants it",
            "SecretRunTools": "secrets for logins are opened by the same way as all others",
            "SessionTools": "it supplies session_create with servers, through a protocol there",
        ],
        "logins on servers: the one place where an SSH connection meets a secret of the vault"),
    Room("SecretRunTools", .swift, floor: 4,
        uses: [
            "AuditLog", "CommandCalls", "CommandPolicy", "Digest", "EventLoop", "JSON", "KeeperClient", "KeeperProtocol", "LinearRegex",
            "MCPProtocol", "MCPServer", "OutputShaping", "Redaction", "SecretMemory", "SecretRun", "SessionTools", "Sessions", "Spawn",
            "ToolSchema",
        ],
        sameFloor: [
            "CommandCalls": "what happens around a command is the same for every tool",
            "MCPServer": "tools are registered with the server; the server does not know them",
            "SessionTools": "it answers when session_create asks for secrets, which SessionTools can hand on and not read",
        ],
        "the run-with-secrets tool; it passes on the way to the redactor, and opens nothing itself"),
    Room("VaultReadTools", .swift, floor: 4,
        uses: ["JSON", "KeeperProtocol", "MCPProtocol", "MCPServer", "OutputShaping", "ToolSchema"],
        sameFloor: ["MCPServer": "tools are registered with the server; the server does not know them"],
        "tools that show names of a vault: they are given a function that answers names, and cannot reach the vault"),
    Room("VaultHome", .swift, floor: 4,
        uses: ["Keyring", "PrivateFiles", "ProjectFile", "SecretMemory", "Spawn", "Vault", "VaultStore"],
        "where the vault is and how the kernel's key unlocks it: the same for the person's program and the keeper"),
    Room("VaultKeeper", .swift, floor: 4,
        uses: [
            "HelperRun", "KeeperProtocol", "Keyring", "PrivateFiles", "ProjectFile", "SecretIO", "SecretMemory",
            "StoreReferences", "UseRule", "Vault", "VaultCrypto", "VaultHome", "VaultStore",
        ],
        sameFloor: ["VaultHome": "the keeper finds and unlocks the vault as the person's program does"],
        "what the keeper answers: rules, the log and opened values, without a socket"),

    // Floor 5
    Room("execkit-mcp", .program, floor: 5,
        uses: [
            "AuditLog", "ClientSetup", "CommandCalls", "CommandPolicy", "Digest", "Doctor", "EventLoop", "JSON", "KeeperClient",
            // KnownHosts and SSHClient: `doctor` says what SSH has on this machine, and is told it by the wiring.
            "KeeperProtocol", "KnownHosts", "LinearRegex", "MCPProtocol", "MCPServer", "PrivateFiles", "SSHClient", "SSHPlaces",
            // SecretIO and SecretMemory: the operator's password for logins comes on a descriptor.
            "SecretIO", "SecretMemory", "SecretRun", "SecretRunTools", "ServerLogins", "SessionTools", "Sessions", "Settings", "Spawn", "ValueCover", "ValueRedaction", "VaultReadTools",
        ],
        "wiring and argument parsing"),
    Room("execkit", .program, floor: 5,
        uses: [
            "ConfigText", "HelperRun", "JSON", "Keyring", "PrivateFiles", "ProjectFile", "Redaction", "SecretIO",
            "SecretMemory", "SecretText", "Spawn", "StoreReferences", "UseRule", "Vault", "VaultCrypto", "VaultHome", "VaultStore",
        ],
        "the person's program: one file a verb"),
    Room("execkit-keeper", .program, floor: 5,
        uses: [
            "EventLoop", "HelperRun", "KeeperProtocol", "Keyring", "SecretIO", "Spawn", "StoreReferences", "VaultHome",
            "VaultKeeper", "VaultStore",
        ],
        "the process that holds the vault for the agent's server: hardening, one socket, a loop"),
]

/// Products of other packages, by the room that may use them.
let outsideProducts: [String: [String: String]] = [
    "VaultStore": ["GRDB": "the most careful SQLite library there is in Swift; the store is what keeps a user's secrets"],
    "execkit": ["ArgumentParser": "some thirty verbs with help and completions, for a person at a terminal and never for an agent"],
]

/// Programs under `Tests` that suites start, and what suites share. They are part of no product, and no room may use them.
let testPrograms: [String: String] = [
    "vault-writer": "a process that writes to a vault and can be killed in the middle of it",
    "SSHTestServer": "a real sshd on loopback, for every suite that needs one",
    "spawn-probe": "a process of its own that can be split, made a subreaper and killed",
]

/// Rooms that are planned and that rules already name. One that appears in the manifest must leave this list.
let comingRooms: [String: String] = [
    "Watch": "live read-only views of the audit log",
]
