import AuditLog
import CommandCalls
import SessionFiles
import Sessions
import ToolSchema

/// A path that an agent gave, made absolute.
enum FilePath {
    static let longest = 4_000

    static let schema: Schema = .string("absolute, or from the session's directory", maximumLength: longest)

    /// - Returns: nil when it cannot name a file there.
    static func absolute(_ path: String, in session: any Session) -> String? {
        guard !path.isEmpty, !path.utf8.contains(0) else { return nil }
        if path.hasPrefix("/") { return path }
        guard let directory = session.directory, directory.hasPrefix("/") else { return nil }
        return directory == "/" ? "/" + path : directory + "/" + path
    }

    static let fault = "path: names no file: give it as an absolute path, without NUL. (~ and $NAME are not expanded.)"

    /// The path as a word of a shell command, for the policy.
    static func quoted(_ path: String) -> String { "'" + path.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''") + "'" }

    /// A failure in words for the agent.
    static func text(_ failure: FileFailure) -> String {
        switch failure {
        case .missing: "There is no file at this path. session_write_file makes one; its directory must exist."
        case .danglingLink: "This path is a symbolic link that leads nowhere."
        case .isDirectory: "This path is a directory. List it with a command of the session."
        case .special: "This path is a device, a FIFO or a socket, not a file."
        case .denied: "The session's user may not do this at this path."
        case .noParent: "The directory of this path does not exist. Make it with a command of the session (mkdir -p)."
        case .exists: "A file is there already, and create_only was asked for. Nothing was changed."
        case .changed: "The file was changed by somebody else meanwhile. Nothing was written: read it again."
        case .tooLarge(let size):
            "The file is too large for this (\(size.map { "\($0) bytes; " } ?? "")at most \(SessionFiles.mostBytes)). Use a command of the session."
        case .noSpace: "The new content could not be stored (no space, or a read-only place). The file is as it was."
        case .incomplete: "The content did not arrive as a whole. The file is as it was."
        case .noChecksum: "This place has no sha256sum, so edits cannot be made safely. Write the whole content instead."
        case .side(.unreachable): "The session's place cannot be reached."
        case .side(.timedOut): "It took too long and was ended. The file is as it was."
        case .side(.cancelled): "It was cancelled."
        case .side(.notStarted): "The system could not start what reads and writes files for the session."
        case .unexplained(let code): "It failed there (code \(code))."
        }
    }

    /// One word of ours for the record.
    static func word(_ failure: FileFailure) -> String {
        switch failure {
        case .missing: "missing"
        case .danglingLink: "dangling_link"
        case .isDirectory: "directory"
        case .special: "special_file"
        case .denied: "denied"
        case .noParent: "no_parent"
        case .exists: "exists"
        case .changed: "changed"
        case .tooLarge: "too_large"
        case .noSpace: "no_space"
        case .incomplete: "incomplete"
        case .noChecksum: "no_checksum"
        case .side(.unreachable): "unreachable"
        case .side(.timedOut): "timed_out"
        case .side(.cancelled): "cancelled"
        case .side(.notStarted), .unexplained: "failed"
        }
    }
}
