public import PrivateFiles
internal import Spawn

/// Where the vault of this user is.
public enum VaultHome {
    public enum Variable: String, Sendable, CaseIterable {
        case own = "EXECKIT_HOME"
        case configuration = "XDG_CONFIG_HOME"
        case home = "HOME"
    }

    public enum Failure: Error, Equatable, Sendable {
        /// The variable is set to something else.
        case notAbsolute(Variable)
        case noHomeDirectory
    }

    /// `EXECKIT_HOME`, else `$XDG_CONFIG_HOME/execkit`, else `~/.config/execkit`. It need not exist.
    public static func find() throws(Failure) -> AbsolutePath {
        if let home = try path(.own) { return home }
        if let configuration = try path(.configuration) { return try below(configuration, ["execkit"]) }
        let user = ThisProcess.homeDirectory.flatMap { try? AbsolutePath($0) }
        guard let home = try path(.home) ?? user else { throw .noHomeDirectory }
        return try below(home, [".config", "execkit"])
    }

    private static func path(_ variable: Variable) throws(Failure) -> AbsolutePath? {
        guard let text = ThisProcess.environmentText(variable.rawValue), !text.isEmpty else { return nil }
        guard let path = try? AbsolutePath(text) else { throw .notAbsolute(variable) }
        return path
    }

    private static func below(_ path: AbsolutePath, _ names: [String]) throws(Failure) -> AbsolutePath {
        do throws(FileError) {
            var path = path
            for name in names { path = try path.appending(name) }
            return path
        } catch {
            // The names are good; the path was too long already.
            throw .noHomeDirectory
        }
    }
}
