/// What a restore will do, or has done. Paths are relative to the workspace, byte for byte, sorted.
public struct RestorePlan: Equatable, Sendable {
    /// A file or directory whose permission bits or owner change.
    public struct ModeChange: Equatable, Sendable {
        public let path: [UInt8]
        /// 12 bits; `nil` when the path comes with the restore.
        public let from: UInt16?
        public let to: UInt16
    }

    /// Files and links with another content, or another kind.
    public internal(set) var changed: [[UInt8]] = []
    /// Files and links that come back.
    public internal(set) var added: [[UInt8]] = []
    /// Files and links that go: they came after the checkpoint.
    public internal(set) var deleted: [[UInt8]] = []
    public internal(set) var modes: [ModeChange] = []
    public internal(set) var directoriesAdded: [[UInt8]] = []
    /// Each goes only when nothing that is in no checkpoint is left in it.
    public internal(set) var directoriesDeleted: [[UInt8]] = []
    /// What does not come back, because something that is in no checkpoint stands there.
    public internal(set) var kept: [[UInt8]] = []

    /// Whether nothing is to be done.
    public var isEmpty: Bool {
        changed.isEmpty && added.isEmpty && deleted.isEmpty && modes.isEmpty && directoriesAdded.isEmpty
            && directoriesDeleted.isEmpty
    }
}

/// What a restore did.
public struct RestoreOutcome: Equatable, Sendable {
    /// Something that is not as the checkpoint has it.
    public struct Kept: Hashable, Sendable {
        public enum Reason: Character, Sendable {
            /// Something that is in no checkpoint stands in the way.
            case blocked = "b"
            /// The directory holds something that is in no checkpoint.
            case directoryInUse = "d"
            /// This user may not set the mode.
            case mode = "m"
            /// This user may not set the owner.
            case owner = "o"
        }

        public let reason: Reason
        public let path: [UInt8]
    }

    /// The checkpoint of the state before: restoring it undoes the restore.
    public let safety: CheckpointID
    public let plan: RestorePlan
    public let kept: [Kept]
}
