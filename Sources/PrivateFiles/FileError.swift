/// Why a file operation did not happen. It never holds a path or content: the caller knows the path and says it.
public enum FileError: Error, Equatable, Sendable {
    /// The kernel refused. `code` is an errno of errno(3).
    case system(FileOperation, code: Int32)
    /// The path is not absolute, or has an empty, `.` or `..` component, a NUL, or a component over 255 bytes.
    case badPath
    /// A symbolic link stands where a file or directory is wanted.
    case symbolicLink
    /// Something that is not a regular file (or not a directory, where one is wanted).
    case wrongKind(FileKind)
    /// The file belongs to someone who is neither this user nor root.
    case foreignOwner(user: UInt32)
    /// Group or others can write to the file.
    case writableByOthers(mode: UInt32)
    /// Group or others can read the file.
    case readableByOthers(mode: UInt32)
    /// The file is larger than the caller allows.
    case tooLarge(limit: Int)
    /// The file is not the one the caller read: changed or replaced since.
    case changed
    /// Another process held the lock all the time the caller was ready to wait.
    case locked

    /// Whether it says that nothing is there (ENOENT).
    public var isMissing: Bool {
        if case .system(_, let code) = self { return System.isMissing(code) }
        return false
    }

    /// A sentence without a path: what was tried and what was in the way.
    public var explanation: String {
        switch self {
        case .system(let operation, let code):
            let (name, meaning) = System.describe(code)
            return "cannot \(operation.rawValue): \(meaning) (\(name))"
        case .badPath: return "the path must be absolute and without empty, '.' or '..' components"
        case .symbolicLink: return "a symbolic link is in the way"
        case .wrongKind(let kind): return "it is \(kind.rawValue)"
        case .foreignOwner(let user): return "it belongs to another user (uid \(user))"
        case .writableByOthers(let mode): return "group or others can write to it (mode \(octal(mode)))"
        case .readableByOthers(let mode): return "group or others can read it (mode \(octal(mode)))"
        case .tooLarge(let limit): return "it is larger than \(limit) bytes"
        case .changed: return "it was changed by someone else meanwhile"
        case .locked: return "another process holds its lock"
        }
    }

    private func octal(_ mode: UInt32) -> String {
        let digits = String(mode, radix: 8)
        return String(repeating: "0", count: max(0, 4 - digits.count)) + digits
    }
}

/// The step that failed. The raw value completes "cannot …".
public enum FileOperation: String, Sendable, CaseIterable {
    case open, inspect, read, write, truncate, sync, lock, list, remove, rename
    case makeDirectory = "make a directory"
    case setMode = "set the mode"
    case setOwner = "set the owner"
    case random = "get random bytes"
}

/// What stands at a name. The raw value completes "it is …".
public enum FileKind: String, Sendable {
    case regular = "a regular file"
    case directory = "a directory"
    case link = "a symbolic link"
    case other = "a FIFO, socket or device"
}
