public import KeeperClient
public import KeeperProtocol
public import Sessions

/// Why a value cannot be looked for in output, so that it is not handed over.
public enum ValueRefusal: Error, Equatable, Sendable {
    /// Too short to be told from ordinary text, marked or not.
    case tooShort
    /// A part of ordinary text: taken only when the person has marked it.
    case weak
    case tooLong
    /// The name cannot stand in the place of the value.
    case unusableName
    /// There is no more locked memory for what spells it.
    case noLockedMemory
}

/// Why a program did not run, or a session got no secrets. No value is left anywhere then.
public enum SecretRunFailure: Error, Equatable, Sendable {
    /// There is no program.
    case emptyCommand
    /// The working directory is no absolute path.
    case directoryNotAbsolute
    case programNotFound
    case programNotExecutable
    /// What must be written down before an effect could not be. Nothing was opened.
    case notRecorded
    case keeper(KeeperFailure)
    case refused(Refusal)
    /// The person was asked and did not agree, or could not be asked.
    case declined(keys: [String])
    /// The keeper wants the same thing confirmed again.
    case notConfirmed(keys: [String])
    case unusable(key: String, ValueRefusal)
    /// No variable can hold a NUL byte.
    case containsNUL(key: String)
    /// The key is no name of a variable.
    case notAVariable(key: String)
    /// A session's secrets are variables of its shell or files.
    case noDescriptorsInSessions(key: String)
    /// More than `SecretDelivery.mostDescriptors` secrets by descriptor.
    case tooManyDescriptors
    /// No directory in memory for files with values: neither XDG_RUNTIME_DIR nor /dev/shm is one.
    case noPlaceInMemory
    /// A file or descriptor in memory could not be made (errno(3)).
    case memoryFile(errno: Int32)
    case notStarted(DirectFailure)
    case cancelled
}

extension SecretRunFailure {
    /// What happened, what it means and what to do, fit to be passed on by an agent.
    public var explanation: String {
        switch self {
        case .emptyCommand: "the command is empty: its first element names the program"
        case .directoryNotAbsolute: "the working directory must be an absolute path"
        case .programNotFound:
            "there is no such program: a name is searched in PATH, a path is taken from the working directory; nothing ran "
                + "and no secret was opened"
        case .programNotExecutable: "what the command names cannot be executed; nothing ran and no secret was opened"
        case .notRecorded: "the audit log could not be written, so nothing ran; the operator must make room or mend it"
        case .keeper(let failure): failure.explanation
        case .refused(let refusal): refusal.message
        case .declined(let keys): "the use of \(Self.list(keys)) was not confirmed, so nothing ran"
        case .notConfirmed(let keys): "the confirmation for \(Self.list(keys)) was not taken; ask again"
        case .unusable(let key, let refusal): Self.explanation(key, refusal)
        case .containsNUL(let key):
            "\(key) holds a NUL byte, which no variable can; ask for it as a file or by descriptor"
        case .notAVariable(let key): "\(key) cannot be the name of a variable"
        case .noDescriptorsInSessions(let key):
            "\(key) is to be handed over by descriptor, which a session cannot do; use it with run-with-secrets"
        case .tooManyDescriptors:
            "at most \(SecretDelivery.mostDescriptors) secrets can be handed over by descriptor in one run"
        case .noPlaceInMemory:
            "there is no directory in memory for a file with a secret: neither XDG_RUNTIME_DIR nor /dev/shm is one; ask for "
                + "it by descriptor or as a variable"
        case .memoryFile(let errno): "a file in memory for a secret could not be made (errno \(errno)); nothing ran"
        case .notStarted(let failure): Self.explanation(failure)
        case .cancelled: "it was cancelled before it began"
        }
    }

    private static func explanation(_ key: String, _ refusal: ValueRefusal) -> String {
        switch refusal {
        case .tooShort:
            "\(key) is too short to be kept out of output, so it was not handed over and nothing ran; the person should make "
                + "it longer"
        case .weak:
            "\(key) is short or ordinary, so that hiding it would hide other text; it was not handed over and nothing ran: "
                + "the person should make it longer, or accept that with `execkit rule set \(key) --allow-weak`"
        case .tooLong: "\(key) is too long to be kept out of output, so it was not handed over and nothing ran"
        case .unusableName: "\(key) cannot be used: its name cannot stand in the place of its value"
        case .noLockedMemory:
            "there is not enough locked memory to keep \(key) out of output, so nothing ran; the person should raise `ulimit -l`"
        }
    }

    private static func explanation(_ failure: DirectFailure) -> String {
        switch failure {
        case .notFound: "the program is gone; nothing ran"
        case .notExecutable: "what the command names cannot be executed; nothing ran"
        case .interpreterMissing: "the program is a script whose interpreter is missing; nothing ran"
        case .tooLong: "the arguments, or the secrets in the environment, are longer than the system takes; nothing ran"
        case .workingDirectory: "the working directory is missing or closed; nothing ran"
        case .notSpawned, .system: "no process could be made; nothing ran; try again"
        case .shutDown: "the server is ending"
        }
    }

    private static func list(_ keys: [String]) -> String { keys.joined(separator: ", ") }
}
