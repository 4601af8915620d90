public import KnownHosts
public import PrivateFiles

/// The operator's file of known servers, as connections read it.
public enum KnownHostsFile {
    /// The largest that is read.
    static let largest = 8 << 20

    /// Its content; nil when there is none. Throws when it cannot be read, or when someone else than its owner can write to it, so
    /// that no server can be trusted by it.
    public static func read(_ path: AbsolutePath) throws(FileError) -> KnownHosts? {
        do throws(FileError) {
            return KnownHosts(try PrivateFiles.read(path, limit: largest, trust: .writableByOwnerOnly))
        } catch where error.isMissing {
            return nil
        }
    }
}
