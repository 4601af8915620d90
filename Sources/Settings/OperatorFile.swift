public import PrivateFiles

/// A file of the operator that is obeyed: the policy.
public enum OperatorFile {
    /// The most that is read: room for 100,000 rules.
    public static let limit = 64 << 20

    /// The content of the file at `path`. Refused: a link, a file of another user, one that group or others can write to.
    public static func read(_ path: AbsolutePath) throws(FileError) -> [UInt8] {
        try PrivateFiles.read(path, limit: limit, trust: .writableByOwnerOnly)
    }
}
