internal import EventLoop

/// Runs small programs of our own in the place of a session, beside its shell: on the same machine or in the same container,
/// as the same user, and out of reach of whatever the agent did to the shell (its aliases, functions, options, PATH).
public protocol SideRunner: AnyObject {
    /// Runs a script of POSIX sh without NUL. `completion` is called once, not before this returns.
    ///
    /// - Parameters:
    ///   - arguments: `$1` and on, byte for byte.
    ///   - stdin: what the script reads; nothing when empty.
    ///   - timeout: from the start; then the script and what it started are ended.
    /// - Returns: what ends it early.
    @discardableResult
    func run(
        script: [UInt8], arguments: [[UInt8]], stdin: [UInt8], timeout: Duration,
        completion: @escaping (Result<SideOutcome, SideFailure>) -> Void
    ) -> SideRun
}

/// How a script beside a session ended.
public struct SideOutcome {
    /// Its exit code; 128 and the signal's number when one ended it.
    public let exitCode: Int
    public let stdout: Capture
    public let stderr: Capture

    public init(exitCode: Int, stdout: Capture, stderr: Capture) {
        self.exitCode = exitCode
        self.stdout = stdout
        self.stderr = stderr
    }
}

/// Why a script beside a session has no outcome. What it did until then may stand.
public enum SideFailure: Error, Equatable, Sendable {
    /// The session's place cannot be reached (any more).
    case unreachable
    case timedOut
    case cancelled
    /// The script could not be started.
    case notStarted
}

/// A script that runs beside a session.
public final class SideRun {
    private var onCancel: (() -> Void)?

    /// - Parameter onCancel: ends the script; its completion is called with `.cancelled`.
    public init(onCancel: @escaping () -> Void) { self.onCancel = onCancel }

    /// Ends it. Without effect when it is over.
    public func cancel() {
        let onCancel = onCancel
        self.onCancel = nil
        onCancel?()
    }
}
