public import Sessions

/// Why a file in a session's place was not read or written. When nothing else is said, it is as it was.
public enum FileFailure: Error, Equatable, Sendable {
    case missing
    case danglingLink
    case isDirectory
    /// A device, a FIFO or a socket.
    case special
    case denied
    case noParent
    /// It was to be made, and is there.
    case exists
    /// It is not what was read: somebody else has changed it since.
    case changed
    /// Larger than the caller allows; the size, in bytes, if it is known.
    case tooLarge(size: Int?)
    case noSpace
    /// The content did not arrive as a whole.
    case incomplete
    /// sha256sum is missing there, so it cannot be told whether a file is still what was read.
    case noChecksum
    case side(SideFailure)
    /// The script ended in a way that none of its lines explains.
    case unexplained(exitCode: Int)

    /// By the exit codes of the room's scripts.
    init(exitCode: Int) {
        switch exitCode {
        case 70: self = .missing
        case 71: self = .danglingLink
        case 72: self = .isDirectory
        case 73: self = .special
        case 74: self = .denied
        case 77: self = .noParent
        case 78: self = .exists
        case 79: self = .changed
        case 80: self = .noSpace
        case 81: self = .incomplete
        case 82: self = .noChecksum
        default: self = .unexplained(exitCode: exitCode)
        }
    }
}
