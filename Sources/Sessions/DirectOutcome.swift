public import Spawn

/// How a program ended that was run without a shell.
public struct DirectOutcome {
    /// Its exit code, 0 to 255; `nil` when a signal ended it.
    public let exitCode: Int?
    /// The signal that ended it; `nil` when it exited.
    public let signal: Signal?
    /// The time was up. Output is what there was.
    public let timedOut: Bool
    /// It was cancelled. Output is what there was.
    public let cancelled: Bool
    /// From its start to its own end; what it left running was ended behind that.
    public let duration: Duration
    public let stdout: Capture
    public let stderr: Capture
    /// How many processes of its tree withstood SIGKILL (uninterruptible sleep, another user). Usually 0.
    public let survivors: Int

    init(
        _ exit: ProcessExit?, timedOut: Bool, cancelled: Bool, duration: Duration, stdout: Capture, stderr: Capture,
        survivors: Int
    ) {
        exitCode = if case .code(let code) = exit { Int(code) } else { nil }
        signal = if case .signal(let signal) = exit { signal } else { nil }
        self.timedOut = timedOut
        self.cancelled = cancelled
        self.duration = duration
        self.stdout = stdout
        self.stderr = stderr
        self.survivors = survivors
    }
}

/// Why a program was not run. Nothing is left behind.
public enum DirectFailure: Error, Equatable, Sendable {
    /// Nothing is at the program's path.
    case notFound
    /// What is there is no program, or this user may not execute it.
    case notExecutable
    /// The program is a script, or an object file, whose interpreter is missing.
    case interpreterMissing
    /// Arguments and environment together, or one of them, are longer than the kernel takes (execve(2), E2BIG).
    case tooLong
    /// The working directory is missing, no directory, or closed to this user (errno(3)).
    case workingDirectory(errno: Int32)
    /// The plan is not one, or another step of the creation failed.
    case notSpawned(SpawnError)
    /// A pipe, a memory file or a watch could not be made.
    case system(errno: Int32)
    /// The runs were ended: the program shuts down.
    case shutDown

    init(_ error: SpawnError, executable: String) {
        switch error {
        case .failed(.execute, Errno.missing), .failed(.execute, Errno.notDirectory):
            let isThere = ExecutableSearch.resolve(executable, path: "") != nil
            self = isThere ? .interpreterMissing : .notFound
        case .failed(.execute, Errno.denied), .failed(.execute, Errno.notProgram): self = .notExecutable
        case .failed(.execute, Errno.tooLong): self = .tooLong
        case .failed(.workingDirectory, let errno): self = .workingDirectory(errno: errno)
        default: self = .notSpawned(error)
        }
    }

    /// The error numbers of execve(2) that are told apart (Linux, all architectures Swift runs on).
    private enum Errno {
        static let missing: Int32 = 2
        static let tooLong: Int32 = 7
        static let notProgram: Int32 = 8
        static let denied: Int32 = 13
        static let notDirectory: Int32 = 20
    }
}
