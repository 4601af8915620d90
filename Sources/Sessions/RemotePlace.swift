public import EventLoop
public import Spawn

/// How the command of a channel ended.
public enum RemoteEnd: Equatable, Sendable {
    /// With this exit status, or the program that carries the channel did.
    case exited(Int32)
    /// The connection ended without telling.
    case lost
}

/// A command somewhere else, with three streams of bytes and no terminal. On the thread of its event loop.
public protocol RemoteChannel: AnyObject {
    /// What it prints, as it comes. The slice is only borrowed.
    var onOutput: ((OutputStream, ArraySlice<UInt8>) -> Void)? { get set }
    /// Called once, behind its last output.
    var onEnd: ((RemoteEnd) -> Void)? { get set }

    /// Bytes given to `write` that nobody has taken yet.
    var unwritten: Int { get }

    /// Queues bytes for its standard input. Without effect once that is closed.
    func write(_ bytes: [UInt8])
    /// Ends its standard input behind what was written.
    func closeInput()
    /// Lets go of it: nothing is handed on any more, `onEnd` is not called.
    func close()
    /// Hands on its output and waits for its end without an event loop, until `deadline`: for shutdown.
    func finishNow(by deadline: MonotonicInstant)
}

/// Where commands can be started: a container, a host.
public protocol RemotePlace: AnyObject {
    /// As lists show it: `docker:<name>`, `ssh:<host>`.
    var label: String { get }
    /// The ending of session identifiers.
    var transport: String { get }

    /// Starts `command`, text for a POSIX shell, and tells when that was tried; never before this returns. Any number of
    /// channels may be open at a time.
    func openChannel(command: [UInt8], then: @escaping (Result<any RemoteChannel, PlaceFailure>) -> Void)

    /// Finds out why a channel ended that should not have; tells within ten seconds.
    ///
    /// - Parameter said: the beginning of what it printed on standard error; `nil` when a session's shell had answered on it.
    func explain(_ end: RemoteEnd, said: [UInt8]?, then: @escaping (PlaceFailure) -> Void)
}

/// Why a place cannot be used, or not any more.
public enum PlaceFailure: Error, Equatable, Sendable {
    /// The name is not one a container can have.
    case invalidName
    /// The program that reaches the place is not where the operator's settings say.
    case programMissing
    /// Nobody answers at the daemon's address.
    case daemonUnreachable
    /// The daemon is there, but this user may not talk to it.
    case daemonForbidden
    /// There is no container of this name; it may have been removed.
    case noSuchContainer
    /// The container is there and does not run.
    case containerNotRunning(ContainerState)
    /// There is no POSIX shell in it that can be run.
    case noShell
    /// It has no directory of the name to start in, or it cannot be entered.
    case noDirectory
    /// The connection ended though the place is still there.
    case connectionLost
    /// The program that carries the channel was not started.
    case notSpawned(SpawnError)
    case system(errno: Int32)
    /// In the words of the room that supplies the place: one for the record, `host_key_changed`, and sentences for the reader.
    /// Neither holds output or a secret.
    case other(word: String, text: String)
}

/// The states of a container that does not run, in the engines' words.
public enum ContainerState: String, Equatable, Sendable, CaseIterable {
    case created, restarting, removing, paused, exited, dead, stopping, stopped, configured, initialized
    /// An engine's word that this build does not know.
    case unknown
}

/// How a shell in another place starts.
public struct RemoteShellOptions: Equatable, Sendable {
    /// The shell there: a path, or a name to look for; `nil` takes bash where there is one, else `/bin/sh`.
    public var shell: String?
    /// The directory there to start in; `nil` is the place's own.
    public var workingDirectory: String?
    /// Variables set for this session.
    public var environment: [LocalShellOptions.Variable] = []
    /// How long it may take until the shell answers for the first time.
    public var startLimit: Duration = .seconds(60)
    /// From SIGTERM to SIGKILL when the session is closed, in whole seconds.
    public var closeGrace: Duration = .seconds(2)

    public init() {}
}
