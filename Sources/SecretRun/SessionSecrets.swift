internal import EventLoop
internal import KeeperClient
public import KeeperProtocol
public import Spawn

/// A shell that is to get secrets.
public struct SecretSessionRequest: Equatable, Sendable {
    /// Absolute path of the shell.
    public var shell: String
    public var workingDirectory: String?
    public var secrets: SecretSelection

    public init(shell: String, workingDirectory: String? = nil, secrets: SecretSelection) {
        self.shell = shell
        self.workingDirectory = workingDirectory
        self.secrets = secrets
    }

    func digest() -> String {
        var parts = RunDigest("session")
        parts.add(shell)
        parts.add(workingDirectory)
        parts.add(secrets)
        return parts.text
    }
}

/// Secrets for one session's shell. Whoever has it says how the session ended; if it goes without that, its files go too.
public final class SessionSecrets {
    /// What was handed over, without values; `nil` when no secret was asked for.
    public let opened: OpenedSecrets?
    private let prepared: PreparedSecrets
    private let keeper: KeeperClient
    private var isEnded = false

    init(_ opened: OpenedSecrets?, _ prepared: PreparedSecrets, keeper: KeeperClient) {
        self.opened = opened
        self.prepared = prepared
        self.keeper = keeper
    }

    deinit { ended(.lost) }

    /// The variables for the shell, once: they are nowhere else.
    public func takeEnvironment() -> EnvironmentBlock { prepared.takeEnvironment() }

    /// The session has ended, or never began (`notStarted`): files are removed and the vault's log is told. Once.
    public func ended(_ outcome: EndedRun.Outcome) {
        guard !isEnded else { return }
        isEnded = true
        prepared.removeFiles()
        if let opened { keeper.ended(EndedRun(receipt: opened.receipt, outcome: outcome)) }
    }
}

/// Secrets of a session or a login on their way.
public final class SecretOpening {
    private let onCancel: () -> Void

    init<Prepared>(_ opening: Opening<Prepared>) { onCancel = { opening.cancel() } }

    /// Nothing is handed over; what comes is wiped.
    public func cancel() { onCancel() }
}
