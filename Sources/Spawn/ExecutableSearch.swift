/// Finding a program once, by the operator's PATH.
public enum ExecutableSearch {
    /// The absolute path of `name`: itself when absolute, else the first executable regular file of that name in the
    /// absolute directories of `path` (colon-separated). Relative directories are skipped: what they mean depends on
    /// where the program stands.
    public static func resolve(_ name: String, path: String) -> String? {
        guard !name.isEmpty, !name.utf8.contains(0) else { return nil }
        if name.hasPrefix("/") { return Fence.isExecutable(name) ? name : nil }
        guard !name.utf8.contains(UInt8(ascii: "/")) else { return nil }
        for directory in path.split(separator: ":") where directory.hasPrefix("/") {
            let candidate = directory + "/" + name
            if Fence.isExecutable(String(candidate)) { return String(candidate) }
        }
        return nil
    }

    /// What a search found.
    public enum Finding: Equatable, Sendable {
        /// The absolute path of a program that this user may execute.
        case program(String)
        /// There is something of that name, and it cannot be executed.
        case notExecutable
        case nothing
    }

    /// The program that a name stands for in a child: a name without a slash is searched in `path` as `resolve` does; one
    /// with a slash is taken from `directory`. The result is absolute, without `.`, `..` and empty parts (taken out as text),
    /// links not followed.
    ///
    /// - Parameter directory: absolute.
    public static func find(_ name: String, path: String, from directory: String) -> Finding {
        guard !name.isEmpty, !name.utf8.contains(0) else { return .nothing }
        if name.utf8.contains(UInt8(ascii: "/")) {
            return examine(plain(name.hasPrefix("/") ? name : directory + "/" + name))
        }
        if let found = resolve(name, path: path) {
            let plain = plain(found)
            return plain == found ? .program(found) : examine(plain)
        }
        let isThere = path.split(separator: ":").contains { $0.hasPrefix("/") && Fence.isThere($0 + "/" + name) }
        return isThere ? .notExecutable : .nothing
    }

    private static func examine(_ path: String) -> Finding {
        if Fence.isExecutable(path) { return .program(path) }
        return Fence.isThere(path) ? .notExecutable : .nothing
    }

    /// The path without `.`, `..` and empty parts.
    private static func plain(_ path: String) -> String {
        var parts: [Substring] = []
        for part in path.split(separator: "/") {
            switch part {
            case ".": continue
            case "..": _ = parts.popLast()
            default: parts.append(part)
            }
        }
        return "/" + parts.joined(separator: "/")
    }
}
