/// What a side process of a session's place left behind.
public struct RunOutput: Equatable, Sendable {
    /// Everything it wrote to its standard output.
    public let stdout: [UInt8]
    /// Everything it wrote to its standard error.
    public let stderr: [UInt8]
    /// 0 to 255; a signal as the place tells it (128 and its number).
    public let exitCode: Int32

    public init(stdout: [UInt8], stderr: [UInt8], exitCode: Int32) {
        self.stdout = stdout
        self.stderr = stderr
        self.exitCode = exitCode
    }
}

/// Why a side process gave no result.
public enum RunFailure: Error, Equatable, Sendable {
    /// It ran longer than it was given and was ended with everything it started.
    case timedOut
    /// No process could be made.
    case notStarted
    /// The connection to the place is gone. Whether the process went on is not known.
    case lost
    /// It wrote more than the runner keeps.
    case tooMuchOutput
}

/// Runs a POSIX shell script in the place of a session, beside the session's own shell.
///
/// Locally that is a `/bin/sh` of its own, over SSH a channel of its own, in a container an `exec` of its own. It must not be
/// the user's shell: nothing that a command left there (aliases, functions, `PATH`, options, the directory) may reach a
/// checkpoint. The script is at most 64 KiB, holds no NUL, and expects nothing of its directory.
public protocol CheckpointRunner: AnyObject {
    /// Runs `script` with `stdin` (`nil`: nothing to read) and calls `then` once, later, on the loop's thread.
    func run(_ script: [UInt8], stdin: [UInt8]?, timeout: Duration, then: @escaping (Result<RunOutput, RunFailure>) -> Void)
}
