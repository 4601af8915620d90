import AuditLog
import PrivateFiles
import Settings
import Spawn

/// What an audit verb looks at: a log, or a directory of logs.
enum AuditTarget {
    case file(AbsolutePath)
    case directory(AbsolutePath)

    /// Nil after a complaint: there is nothing to look at.
    static func find(_ text: String?, console: Console) -> AuditTarget? {
        guard let path = text.map(OperatorPath.resolve) ?? configured() else {
            console.complain(
                text.map { "execkit-mcp: '\(Printable.line($0))' is not a path.\n" }
                    ?? "execkit-mcp: give a PATH; neither \(Setting.auditDirectory.name) nor \(Setting.audit.name) names one.\n")
            return nil
        }
        do throws(FileError) {
            guard let name = path.name else { return .directory(path) }
            let info = try Directory(holding: path).info(name)
            guard let info else {
                console.complain("execkit-mcp: \(Printable.line(path.text)): there is nothing.\n")
                return nil
            }
            switch info.kind {
            case .directory: return .directory(path)
            case .regular: return .file(path)
            case .link, .other:
                console.complain("execkit-mcp: \(Printable.line(path.text)): it is \(info.kind.rawValue).\n")
                return nil
            }
        } catch {
            complain(path, error, console)
            return nil
        }
    }

    /// The path of the settings; the directory wins, as for the server.
    private static func configured() -> AbsolutePath? {
        guard let settings = try? Settings(lookup: ThisProcess.environmentText, passwdHome: { ThisProcess.homeDirectory })
        else { return nil }
        switch settings.audit {
        case .off: return nil
        case .file(let path), .directory(let path): return path
        }
    }

    static func complain(_ path: AbsolutePath, _ error: FileError, _ console: Console) {
        console.complain("execkit-mcp: \(Printable.line(path.text)): \(error.explanation)\n")
    }
}
