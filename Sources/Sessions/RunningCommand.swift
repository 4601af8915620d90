public import Spawn

/// A command that was given to a session: waiting, running, or done.
public protocol RunningCommand: AnyObject {
    /// Whether its completion was called.
    var isFinished: Bool { get }
    /// Whether the shell has it. `false` while it waits for its turn.
    var isStarted: Bool { get }
    /// What it has printed so far. Lives on after the end.
    var stdout: Capture { get }
    var stderr: Capture { get }
    /// From its start until now or until its end; zero while it waits.
    var duration: Duration { get }

    /// Takes it out of the queue, or interrupts it as a timeout would. Without effect once it is finished.
    func cancel()

    /// Lifts its time limit, for a caller that stops waiting. It goes on as the session's command: the session is busy
    /// until it ends.
    func detach()
}

/// A command that runs as a process of its own beside a session.
public protocol BackgroundCommand: AnyObject {
    /// Its process number.
    var processIdentifier: Int32 { get }
    var stdout: Capture { get }
    var stderr: Capture { get }
    /// How it ended; `nil` while it runs. 128 and the signal when one ended it.
    var exitCode: Int? { get }
    /// From its start until now or until its end.
    var duration: Duration { get }
    /// Called once when it has ended and its output is read.
    var onEnd: (() -> Void)? { get set }
    /// Raw output as it comes. The slice is only borrowed.
    var onOutput: ((OutputStream, ArraySlice<UInt8>) -> Void)? { get set }
    /// Bytes given to `write` that it has not read yet.
    var unwrittenInput: Int { get }

    /// Queues bytes for its standard input. `false` when that is closed, or when more than 16 MiB would wait.
    func write(_ bytes: [UInt8]) -> Bool
    /// Ends its standard input behind what was written.
    func closeInput()
    /// Signals its process group. `false` when it has ended.
    func signal(_ signal: Signal) -> Bool
    /// SIGTERM to it and everything it started, after the grace SIGKILL.
    func stop(grace: Duration)
}
