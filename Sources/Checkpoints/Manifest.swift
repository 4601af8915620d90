/// What git's trees cannot say of a state: every directory, and the files whose mode or owner is not the usual one.
struct Manifest: Equatable {
    struct Entry: Equatable {
        let mode: UInt16
        /// `user:group`, as numbers.
        let owner: [UInt8]
    }

    private(set) var directories: [[UInt8]: Entry] = [:]
    /// Not all of these are in the checkpoint: an unreadable file is not.
    private(set) var files: [[UInt8]: Entry] = [:]

    init() {}

    /// Records of a letter, mode, user, group and name, each ended by NUL.
    init?(_ bytes: some Collection<UInt8>) {
        for record in bytes.split(separator: 0) {
            let parts = record.dropFirst().split(separator: 32, maxSplits: 3, omittingEmptySubsequences: false)
            guard parts.count == 4, let kind = record.first,
                let mode = UInt16(String(decoding: parts[0], as: UTF8.self), radix: 8)
            else { return nil }
            let entry = Entry(mode: mode & 0o7777, owner: Array(parts[1]) + [UInt8(ascii: ":")] + Array(parts[2]))
            let path = Path.relative(parts[3])
            switch kind {
            case UInt8(ascii: "d"): directories[path] = entry
            case UInt8(ascii: "f"): files[path] = entry
            default: return nil
            }
        }
    }
}

/// Paths relative to a workspace, as bytes.
enum Path {
    /// Without the `./` that tools put before; the workspace itself is `.`.
    static func relative(_ path: some Sequence<UInt8>) -> [UInt8] {
        var path = Array(path)
        while path.starts(with: [UInt8(ascii: "."), slash]) { path.removeFirst(2) }
        while path.count > 1, path.last == slash { path.removeLast() }
        return path
    }

    /// `a/b`, `a` for `a/b/c`; `.` is not told.
    static func ancestors(of path: [UInt8]) -> [[UInt8]] {
        path.indices.filter { path[$0] == slash }.map { Array(path[..<$0]) }
    }
}
