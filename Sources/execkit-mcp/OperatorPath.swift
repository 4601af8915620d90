import PrivateFiles
import Spawn

/// A path as an operator types it: relative to where they stand, with `.` and `..`.
enum OperatorPath {
    /// The absolute path; nil when there is none. `..` takes the name before it away, which is right because no symbolic
    /// link is followed in what is opened.
    static func resolve(_ text: String) -> AbsolutePath? {
        guard !text.isEmpty else { return nil }
        var parts: [Substring] = []
        if !text.hasPrefix("/") {
            guard let directory = ThisProcess.currentDirectory, directory.hasPrefix("/") else { return nil }
            parts = directory.split(separator: "/")
        }
        for part in text.split(separator: "/") {
            switch part {
            case ".": break
            case "..": _ = parts.popLast()
            default: parts.append(part)
            }
        }
        return try? AbsolutePath("/" + parts.joined(separator: "/"))
    }
}
