import AuditLog
import PrivateFiles
import Settings
import Spawn

/// What an audit verb looks at: a log, or a directory of logs.
enum AuditTarget {
    case file(AbsolutePath)
    case directory(AbsolutePath)

    /// What `text` names, or without it the settings. Nil after a complaint: there is nothing to look at.
    static func find(_ text: String?, console: Console) -> AuditTarget? {
        let found = text.map { typed($0, console) } ?? configured(console)
        guard let path = found else { return nil }
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

    private static func typed(_ text: String, _ console: Console) -> AbsolutePath? {
        let path = OperatorPath.resolve(text)
        if path == nil { console.complain("execkit-mcp: '\(Printable.line(text))' is not a path.\n") }
        return path
    }

    /// The path of the settings; the directory wins, as for the server.
    private static func configured(_ console: Console) -> AbsolutePath? {
        do throws(SettingsError) {
            let settings = try Settings(lookup: ThisProcess.environmentText, passwdHome: { ThisProcess.homeDirectory })
            switch settings.audit {
            case .file(let path), .directory(let path): return path
            case .off:
                console.complain("execkit-mcp: give a PATH; neither \(Setting.auditDirectory.name) nor \(Setting.audit.name) names one.\n")
            }
        } catch {
            console.complain("execkit-mcp: \(error.explanation)\n")
        }
        return nil
    }

    static func complain(_ path: AbsolutePath, _ error: FileError, _ console: Console) {
        console.complain("execkit-mcp: \(Printable.line(path.text)): \(error.explanation)\n")
    }
}
