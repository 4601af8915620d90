/// What the kernel says about a file (fstat(2)).
public struct FileInfo: Equatable, Sendable {
    public var kind: FileKind
    /// Bytes.
    public var size: Int
    /// Permission bits, at most 0o7777.
    public var mode: UInt32
    public var user: UInt32
    public var group: UInt32
    public var links: Int
    /// Last change of the content, milliseconds since 1970-01-01 UTC.
    public var modifiedMilliseconds: Int
    /// Last change of the content: the nanoseconds within the second.
    var modifiedNanoseconds: Int
    public var device: UInt64
    public var inode: UInt64

    /// Whether both are the same file, whatever its content now.
    public func isSameFile(as other: FileInfo) -> Bool {
        device == other.device && inode == other.inode
    }
}

/// What a file must be before its content is believed.
public enum Trust: Sendable {
    /// Anything readable. For files whose content is shown or merged, never obeyed.
    case any
    /// Owned by this user or root, and writable by the owner only. For what is obeyed: policy, settings.
    case writableByOwnerOnly
    /// Owned by this user, and neither readable nor writable by group or others. For what is private: audit, tokens.
    case ownerOnly

    func check(_ info: FileInfo) throws(FileError) {
        let own = System.effectiveUser()
        switch self {
        case .any: return
        case .writableByOwnerOnly:
            guard info.user == own || info.user == 0 else { throw .foreignOwner(user: info.user) }
        case .ownerOnly:
            guard info.user == own else { throw .foreignOwner(user: info.user) }
            guard info.mode & 0o044 == 0 else { throw .readableByOthers(mode: info.mode) }
        }
        guard info.mode & 0o022 == 0 else { throw .writableByOthers(mode: info.mode) }
    }
}
