public import Spawn

/// Why a session takes no more commands.
public enum SessionEnd: Equatable, Sendable {
    /// The shell ended by itself: `exit`, a failure under `set -e`, the end of its life by a signal.
    case shellEnded(ProcessExit)
    /// A command put another program in the shell's place (`exec`), and that has ended.
    case replaced(ProcessExit)
    /// A command could not be interrupted, by SIGINT, SIGTERM or SIGKILL to what it had started: the shell itself is
    /// stuck. It was killed.
    case uninterruptible
    /// The shell cannot take commands any more: its code closed the descriptors it gets and answers them on, or left it
    /// no room for others. The last command did not run. It was killed.
    case descriptorsLost
    /// Its place, or the way there, went away.
    case placeLost(PlaceFailure)
    /// The owner closed it.
    case closed(CloseReason)
}

/// Why a command has no outcome. Unless said otherwise it did not run.
public enum ExecFailure: Error, Equatable, Sendable {
    /// The session takes no commands (any more).
    case sessionEnded(SessionEnd)
    /// The command holds a NUL byte, which no shell can take.
    case nulInCommand
    /// It was cancelled before its turn came.
    case cancelled
    /// Its `beforeStart` said no: what must be written down before an effect could not be.
    case notRecorded
    /// The descriptors for it could not be made, or the text for its input not be kept.
    case system(errno: Int32)
    /// The process for a background command was not made.
    case notSpawned(SpawnError)
    /// The place has no directory in which the text for its input could be kept, or no room there.
    case noPlaceForInput
    /// The place opened no channel for a background command.
    case place(PlaceFailure)
    /// The channel for a background command ended before the command could start, or the session has no shell yet.
    case channelRefused
    /// The session's state, for a background command, is larger than this build carries over.
    case stateTooLarge
}

/// Why no session came to be.
public enum SessionStartFailure: Error, Equatable, Sendable {
    /// As many sessions as the operator allows are open or starting.
    case limitReached(limit: Int)
    /// Neither bash nor a POSIX shell is where the operator's PATH points.
    case noShell
    /// The directory to start in is not an absolute path.
    case directoryNotAbsolute
    case system(errno: Int32)
    case notSpawned(SpawnError)
    /// The shell ended before it answered.
    case shellEnded(ProcessExit)
    /// The shell did not answer in time.
    case noAnswer
    /// The place the session was to run in cannot be used.
    case place(PlaceFailure)
    /// Closed while it started.
    case closed(CloseReason)
}
