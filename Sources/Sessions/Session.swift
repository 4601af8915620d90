public import EventLoop

/// A shell that keeps its state from command to command, wherever it runs: the contract of every transport.
///
/// Calls on one session run one after the other in the order they came; different sessions run side by side. What a
/// command prints can never end, forge or delay its result: the end is told on a channel of its own. Not `Sendable`;
/// everything happens on the thread of its event loop, and no completion is called before the call that takes it
/// returned, except where the call says so.
public protocol Session: AnyObject {
    /// Unguessable, and unique among all sessions of this run.
    var identifier: String { get }
    /// The kind of place it runs in, as lists show it: `local`, `ssh:<host>`, `docker:<name>`.
    var label: String { get }
    /// The directory its shell stands in, as far as that is known: where a relative path leads.
    var directory: String? { get }
    /// Whether it takes commands.
    var isOpen: Bool { get }
    /// Whether a command runs or waits. A busy session is never idle.
    var isBusy: Bool { get }
    /// When the last command ended, it was opened, or `touch()` was called.
    var lastUsed: MonotonicInstant { get }
    /// Notes that something other than a command used it: it is idle from now on.
    func touch()
    /// Why it takes no more commands.
    var end: SessionEnd? { get }
    /// Called once, when it stops taking commands for whatever reason, after the running command's completion.
    var onEnd: ((SessionEnd) -> Void)? { get set }

    /// Queues a command. `completion` is called exactly once, whatever happens.
    ///
    /// - Parameter progress: raw output as it comes, while the command runs. The slice is only borrowed.
    @discardableResult
    func execute(
        _ request: ExecRequest, progress: ((OutputStream, ArraySlice<UInt8>) -> Void)?,
        completion: @escaping (Result<ExecOutcome, ExecFailure>) -> Void
    ) -> any RunningCommand

    /// Queues the start of a command as a process of its own, with the session's directory, exported variables, file
    /// mode mask and, where the shell can list them, functions, aliases and options. It outlives later commands and
    /// ends with the session.
    func startBackground(
        _ request: BackgroundRequest, completion: @escaping (Result<any BackgroundCommand, ExecFailure>) -> Void)

    /// Ends the shell, what runs in it, its background commands, and every process that came from any of them. Running
    /// and waiting commands complete at once. `whenGone` is called when nothing is left, with 0, or with how many
    /// processes withstood SIGKILL. Never blocks. May be called again; every `whenGone` is called.
    func close(_ reason: CloseReason, whenGone: @escaping (Int) -> Void)

    /// The same without an event loop and without mercy, for shutdown: SIGKILL, and nothing is left when it returns, but what
    /// has withstood SIGKILL for `limit`.
    func closeNow(_ reason: CloseReason, within limit: Duration)
}

extension Session {
    /// Closes without being told when everything is gone.
    public func close(_ reason: CloseReason) { close(reason) { _ in } }

    /// Closes at once and waits five seconds at most.
    public func closeNow(_ reason: CloseReason) { closeNow(reason, within: .seconds(5)) }
}

/// Why the owner closed a session.
public enum CloseReason: String, Equatable, Sendable {
    /// Asked for.
    case destroyed
    /// Nothing happened in it for the operator's limit.
    case idle
    /// The program ends.
    case shutdown
}

/// One of the two output streams of a command.
public enum OutputStream: String, Equatable, Sendable, CaseIterable {
    case stdout, stderr
}
