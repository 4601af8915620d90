/// A word that may not stand in `Sources`, but in the places named.
struct BannedWord {
    /// The identifier or attribute. `(` at the end: only when called.
    let word: String
    /// Only files whose name ends so may hold it. `nil`: no file may.
    var onlyIn: String?
    let reason: String
}

private let escape = "it walks around the module graph or the type system"
private let oneThread = "the program is one thread with one loop: no concurrency, so no race"

/// Searched in Swift code without comments and string literals.
let bannedWords: [BannedWord] = [
    BannedWord(word: "@_silgen_name", reason: escape),
    BannedWord(word: "@_extern", reason: escape),
    BannedWord(word: "@_cdecl", reason: escape),
    BannedWord(word: "@_dynamicReplacement", reason: escape),
    BannedWord(word: "@_exported", reason: "it hands a room's imports on, so the table would lie"),
    BannedWord(word: "@testable", reason: "sources see public names only"),
    BannedWord(word: "unsafeBitCast", reason: escape),
    BannedWord(word: "unsafeDowncast", reason: escape),
    BannedWord(word: "unsafe", onlyIn: "+Unsafe.swift", reason: "unsafe code stands in labelled files, each argued"),
    BannedWord(word: "@unsafe", onlyIn: "+Unsafe.swift", reason: "unsafe code stands in labelled files, each argued"),
    BannedWord(word: "@safe", onlyIn: "+Unsafe.swift", reason: "a claim of safety is argued where unsafe code stands"),
    BannedWord(word: "@unchecked", onlyIn: "+Unsafe.swift", reason: "the compiler checks sendability elsewhere"),
    BannedWord(word: "async", reason: oneThread),
    BannedWord(word: "await", reason: oneThread),
    BannedWord(word: "Task", reason: oneThread),
    BannedWord(word: "TaskGroup", reason: oneThread),
    BannedWord(word: "actor", reason: oneThread),
    BannedWord(word: "@MainActor", reason: oneThread),
    BannedWord(word: "Thread", reason: oneThread),
    BannedWord(word: "Mutex", reason: oneThread),
    BannedWord(word: "DispatchQueue", reason: oneThread),
    BannedWord(word: "print(", reason: "stdout belongs to the protocol"),
    BannedWord(word: "debugPrint(", reason: "stdout belongs to the protocol"),
    BannedWord(word: "readLine(", reason: "stdin belongs to the protocol"),
    BannedWord(word: "fatalError(", reason: "reachable input gets an error, our own bugs a precondition"),
    BannedWord(word: "try!", reason: "reachable input gets an error, our own bugs a precondition"),
]

/// A name that one room may not say, though a room that it uses declares it.
struct ForeignWord {
    let room: String
    let word: String
    let reason: String
}

/// Searched in Swift code without comments and string literals.
let foreignWords: [ForeignWord] =
    ["OpenRequest", "OpenedSecrets", "OpenedEntry", "Confirmation", "KeeperRequest", "KeeperReply", "secretBytes"].map {
        ForeignWord(
            room: "VaultReadTools", word: $0,
            reason: "a tool that shows names does not even speak of opening: its questions have no values in their answers")
    }

/// Searched in the whole text of sources, comments too.
let bannedMarks: [String: String] = [
    "TO" + "DO": "what is not done stands in an issue, not in the code",
    "FIX" + "ME": "what is broken is mended or refused",
    "XX" + "X:": "what is broken is mended or refused",
]

/// Modules no source may import.
let bannedModules: [String: String] = [
    "Foundation": "exposes Process, files and the network to every importer",
    "FoundationEssentials": "exposes files to every importer",
    "FoundationNetworking": "the agent's program dials nothing",
    "Glibc": "every libc name of every power",
    "Musl": "every libc name of every power",
    "Darwin": "every libc name of every power",
    "Dispatch": "threads",
    "Synchronization": "nothing here is shared between threads",
    "_Concurrency": "no concurrency",
    "_StringProcessing": "backtracking patterns; LinearRegex is the room for patterns",
    "RegexBuilder": "backtracking patterns; LinearRegex is the room for patterns",
]

/// The most lines a source file may have.
let longestFile = 300

/// Files that may be longer, with the reason.
let longFiles: [String: String] = [:]

/// `Room/TypeError.case` whose payload may be free text, with the reason why it can hold no secret and no output.
let freeTextInErrors: [String: String] = [
    "CommandPolicy/PolicyError.path": "a place in the operator's own document: field names and indices",
    "HelperRun/HelperError.didNotEnd": "the name of a program from our own list",
    "HelperRun/HelperError.failed": "the name of a program from our own list; what it printed is dropped",
    "HelperRun/HelperError.notFound": "the name of a program from our own list",
    "Keyring/KeyringError.notKept": "the name of a store from our own list",
    "Keyring/KeyringError.taken": "the name of a store from our own list",
    "MCPProtocol/RPCError.message": "the answer to the client itself: static text and names cut at 64 characters",
    "CommandCalls/Fault.text": "our own sentence about a pattern, with the reason word of the pattern compiler",
    "SSHClient/SSHFailure.libraryLacks": "the name of a function of libssh2, from the table of the fence",
    "Sessions/PlaceFailure.other": "sentences of the room that supplies the place, made of its own typed failure; no output, no secret",
    "SecretRun/SecretRunFailure.containsNUL": "the name of a secret, which the agent gave",
    "SecretRun/SecretRunFailure.declined": "names of secrets, which the agent gave",
    "SecretRun/SecretRunFailure.noDescriptorsInSessions": "the name of a secret, which the agent gave",
    "SecretRun/SecretRunFailure.notAVariable": "the name of a secret, which the agent gave",
    "SecretRun/SecretRunFailure.notConfirmed": "names of secrets, which the agent gave",
    "SecretRun/SecretRunFailure.unusable": "the name of a secret, which the agent gave",
    "SecretRunTools/Fault.text": "our own sentence about an argument, with names of the vault; or the keeper's own, which holds no value",
    "SessionTools/Fault.text": "our own sentence about an argument",
    "SessionTools/ServerRefusal.text": "our own sentence about a server, with the fingerprint of its key; it holds no credential",
    "SessionTools/ServerRefusal.word": "a word of ours, for the record",
    "SessionTools/SessionSecretRefusal.text": "the keeper's or our own sentence about the secrets of a session; it holds no value",
    "Spawn/SpawnError.environmentValue": "the name of the variable, never its value",
    "Spawn/SpawnError.unsupportedConfinement": "a name from the program's own plan",
    "ToolSchema/SchemaMismatch.expected": "text of the program's own schema",
    "ToolSchema/SchemaMismatch.member": "the name of an argument, cut at 64 characters where it is shown",
    "ToolSchema/SchemaMismatch.wrongType": "the name of a JSON type",
    "ToolSchema/SchemaMismatch.unknownMember": "names from the program's own schema",
    "VaultReadTools/NamesFailure.text": "the keeper's own sentence, or the wiring's; what comes over the socket holds no value",
    "execkit/Stop.message": "our own sentence, told to the person, with names and paths of the vault and no value",
    "execkit-mcp/AuditFailure.explanation": "our own sentence, told to the operator at the start",
    "execkit-mcp/AuditFailure.path": "the operator's own setting, told to the operator at the start",
    "execkit-mcp/StartFailure.text": "our own sentence, told to the operator at the start",
]
