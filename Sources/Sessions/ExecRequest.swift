/// A command for a session.
public struct ExecRequest {
    /// What the shell evaluates, byte for byte. No NUL.
    public var command: [UInt8]
    /// What the command reads as its standard input; `nil` is /dev/null. May hold anything.
    public var stdin: [UInt8]?
    /// From its start; then it is interrupted and its exit code is 124. `nil`: no limit.
    public var timeout: Duration?
    /// Called once, just before the command is given to the shell: the place to record what is about to happen. `false`
    /// stops it.
    public var beforeStart: () -> Bool

    public init(
        command: [UInt8], stdin: [UInt8]? = nil, timeout: Duration? = nil,
        beforeStart: @escaping () -> Bool = { true }
    ) {
        self.command = command
        self.stdin = stdin
        self.timeout = timeout
        self.beforeStart = beforeStart
    }

    public init(
        _ command: String, stdin: [UInt8]? = nil, timeout: Duration? = nil,
        beforeStart: @escaping () -> Bool = { true }
    ) {
        self.init(command: Array(command.utf8), stdin: stdin, timeout: timeout, beforeStart: beforeStart)
    }
}

/// A command that runs beside a session.
public struct BackgroundRequest {
    /// What a shell evaluates, byte for byte. No NUL.
    public var command: [UInt8]
    /// Written to its standard input first. The input stays open; see `BackgroundCommand.write`.
    public var stdin: [UInt8]
    /// As in `ExecRequest`.
    public var beforeStart: () -> Bool

    public init(command: [UInt8], stdin: [UInt8] = [], beforeStart: @escaping () -> Bool = { true }) {
        self.command = command
        self.stdin = stdin
        self.beforeStart = beforeStart
    }
}

/// How a command ended.
public struct ExecOutcome {
    /// What `$?` would be, 0 to 255. 124 after a timeout, 130 after a cancellation.
    public var exitCode: Int
    public var stdout: Capture
    public var stderr: Capture
    /// From the moment the shell got the command.
    public var duration: Duration
    /// The shell's directory by the kernel's word; `nil` when the shell is gone.
    public var cwd: String?
    /// The time was up. Output is what there was.
    public var timedOut = false
    /// It was cancelled. Output is what there was.
    public var cancelled = false
    /// The session ended with this command, and why.
    public var sessionEnd: SessionEnd?
    /// Bytes that background children of earlier commands printed while no command ran. They are dropped, so that they
    /// cannot pass for output of this one.
    public var lateBytesDropped = 0

    public init(exitCode: Int, stdout: Capture, stderr: Capture, duration: Duration, cwd: String?) {
        self.exitCode = exitCode
        self.stdout = stdout
        self.stderr = stderr
        self.duration = duration
        self.cwd = cwd
    }
}
