/// The name of a state: a hash over every captured name, content, mode, link and directory. The same state has the same id.
public struct CheckpointID: Hashable, Sendable, CustomStringConvertible {
    public let text: String

    /// Takes 40 or 64 lower-case hexadecimal digits and nothing else.
    public init(_ text: String) throws(CheckpointError) {
        let isHex = text.utf8.allSatisfy { (48...57).contains($0) || (97...102).contains($0) }
        guard isHex, text.utf8.count == 40 || text.utf8.count == 64 else { throw .malformedID }
        self.text = text
    }

    public var description: String { text }
}

/// One checkpoint of a store.
public struct Checkpoint: Equatable, Sendable {
    public enum Kind: String, Sendable {
        /// Asked for. Kept until it is removed with the store.
        case manual
        /// Taken before a command; pruned.
        case automatic = "auto"
        /// Taken before a restore, so that it can be undone; pruned.
        case safety
    }

    public let id: CheckpointID
    public let kind: Kind
    /// What the caller named it, byte for byte.
    public let label: [UInt8]
    /// Seconds since 1970 by the clock of the place.
    public let created: Int64
}

/// Something in the workspace that no checkpoint holds and no restore touches.
public struct LeftOut: Hashable, Sendable {
    public enum Reason: Character, Sendable {
        /// A directory with a `.git` of its own: a nested repository, a submodule, a linked work tree.
        case nestedRepository = "n"
        /// A name on the list of secret files and directories.
        case secret = "e"
        /// A file or directory that this user cannot read.
        case unreadable = "u"
        /// A FIFO, socket or device.
        case special = "s"
        /// A name that git cannot hold (`.GIT`; a link named `.gitmodules`).
        case unnameable = "x"
        /// A path of the scope that leads through a symbolic link.
        case throughLink = "l"
    }

    public let reason: Reason
    /// Relative to the workspace, byte for byte.
    public let path: [UInt8]
}

/// What making a checkpoint gave.
public struct CreatedCheckpoint: Equatable, Sendable {
    public let id: CheckpointID
    /// Whether there is a new entry in the list. An unchanged workspace gives the id it has.
    public let isNew: Bool
    /// Files and links in the checkpoint; `nil` when nothing was counted because nothing had changed.
    public let files: Int?
    /// Files that were looked at anew, and files that had gone, since the last look.
    public let renewed: Int
    public let gone: Int
    /// What is in the workspace and not in the checkpoint, sorted by path. Directories of build output and of the caller's
    /// patterns are not told.
    public let leftOut: [LeftOut]
}
