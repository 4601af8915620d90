import CommandCalls
import Sessions
import Spawn

/// Failures of sessions in words: a sentence for the agent, and a word for the record.
enum Explanation {
    static func text(_ end: SessionEnd) -> String {
        switch end {
        case .shellEnded(let exit): "The shell ended (\(status(exit))). Create another session."
        case .replaced(let exit): "A command put another program in the shell's place (exec), and that ended (\(status(exit))). Create another session."
        case .uninterruptible: "The command could not be interrupted, so the shell was killed. Create another session."
        case .descriptorsLost: "The shell closed the descriptors it is driven by, so the session was ended. Create another session."
        case .placeLost(let failure): "The session's place was lost: \(text(failure)) What the command has done is not known beyond its output; it was not run again. Create another session."
        case .closed(.destroyed): "The session was destroyed."
        case .closed(.idle): "The session was idle too long and was closed. Create another."
        case .closed(.shutdown): "The server is shutting down."
        }
    }

    static func word(_ end: SessionEnd) -> String {
        switch end {
        case .shellEnded: "shell_exited"
        case .replaced: "shell_replaced"
        case .uninterruptible: "timed_out"
        case .descriptorsLost: "descriptors_lost"
        case .placeLost(let failure): word(failure)
        case .closed(let reason): reason.rawValue
        }
    }

    static func text(_ failure: ExecFailure) -> String {
        switch failure {
        case .sessionEnded(let end): "The command was not run: the session has ended. " + text(end)
        case .nulInCommand: "command: holds a NUL character, which no shell can take."
        case .cancelled: "The command was cancelled before its turn came."
        case .notRecorded: "The command was not run: it could not be put on record."
        case .system(let errno): "The command was not run: the system refused what it needs (errno \(errno))."
        case .notSpawned(let error): "The job was not started: \(words(error))."
        case .noPlaceForInput: "The command was not run: there is no directory with room for the text of its input (/dev/shm, $TMPDIR, /tmp or /var/tmp). Give none, or make room."
        case .place(let failure): "The job was not started: \(text(failure))"
        case .channelRefused: "The job was not started: the connection for it ended at once."
        case .stateTooLarge: "The job was not started: the session's functions and variables are too large to carry over. Start it from a fresh session."
        }
    }

    static func word(_ failure: ExecFailure) -> String {
        switch failure {
        case .sessionEnded(let end): word(end)
        case .nulInCommand: "nul_in_command"
        case .cancelled: "cancelled"
        case .notRecorded: "not_recorded"
        case .system(let errno): "system_error_\(errno)"
        case .notSpawned: "not_spawned"
        case .noPlaceForInput: "no_place_for_input"
        case .place(let failure): word(failure)
        case .channelRefused: "channel_refused"
        case .stateTooLarge: "state_too_large"
        }
    }

    static func text(_ failure: SessionStartFailure) -> String {
        switch failure {
        case .limitReached(let limit):
            "The session limit is reached: \(limit) sessions are open, the most the operator allows (EXECKIT_MCP_MAX_SESSIONS). Destroy one first."
        case .noShell: "Neither bash nor a POSIX shell was found in the operator's PATH."
        case .directoryNotAbsolute: "cwd: a relative path does not say where to start. Give an absolute one."
        case .system(let errno): "The session could not be made: the system refused what it needs (errno \(errno))."
        case .notSpawned(let error): "The shell could not be started: \(words(error))."
        case .shellEnded(let exit): "The shell ended before it was ready (\(status(exit)))."
        case .place(let failure): text(failure)
        case .noAnswer: "The shell did not get ready in time."
        case .closed: "The session was closed while it started."
        }
    }

    static func word(_ failure: SessionStartFailure) -> String {
        switch failure {
        case .limitReached: "limit_reached"
        case .noShell: "no_shell"
        case .directoryNotAbsolute: "cwd_not_absolute"
        case .system(let errno): "system_error_\(errno)"
        case .notSpawned: "not_spawned"
        case .shellEnded: "shell_exited"
        case .place(let failure): word(failure)
        case .noAnswer: "no_answer"
        case .closed: "closed"
        }
    }

    static func words(_ error: SpawnError) -> String {
        switch error {
        case .failed(.workingDirectory, let errno): "cwd cannot be entered (errno \(errno)); check that it exists and is a directory"
        case .failed(let step, let errno): "the step \(step) failed (errno \(errno))"
        case .workingDirectory: "cwd is not an absolute path"
        default: "its plan was refused (\(error))"
        }
    }

    private static func status(_ exit: ProcessExit) -> String {
        switch exit {
        case .code(let code): "exit status \(code)"
        case .signal(let signal): "signal \(signal.rawValue)"
        }
    }
}
