public import ConfigText
internal import JSON
public import PrivateFiles

/// `execkit.toml`: which project of the vault a directory belongs to, and its default environment.
///
///     [project]
///     id = "0f8b…"
///     name = "shop"
///     environment = "development"
///
/// It holds no secret and is safe to commit. Keys that are not known here are kept.
public struct ProjectFile: Equatable, Sendable {
    public static let name = "execkit.toml"
    private static let table = ["project"]
    private static let limit = 1 << 20

    /// Identity of the project in the vault of whoever made the file; a name is enough for others.
    public let projectID: String?
    public let projectName: String
    public let environment: String?
    /// The directory it stands in.
    public let directory: AbsolutePath

    public enum Failure: Error, Equatable, Sendable {
        case file(FileError)
        case text(ConfigTextError)
        /// `[project]` or its `name` is missing, or a key is no string.
        case malformed
    }

    /// The file that applies to `start`: its own, or that of the nearest directory above; nil when there is none.
    public static func find(from start: AbsolutePath) throws(Failure) -> ProjectFile? {
        var here = start
        while true {
            if let found = try read(in: here) { return found }
            if here.components.isEmpty { return nil }
            here = here.parent
        }
    }

    /// The file of one directory.
    public static func read(in directory: AbsolutePath) throws(Failure) -> ProjectFile? {
        guard let bytes = try bytes(in: directory) else { return nil }
        let text: TOMLConfig
        do throws(ConfigTextError) { text = try TOMLConfig(bytes) } catch { throw .text(error) }
        guard let name = text.text(table: table, "name"), !name.isEmpty else { throw .malformed }
        for key in ["id", "environment"] where text.has(table: table, key) {
            guard text.text(table: table, key)?.isEmpty == false else { throw .malformed }
        }
        return ProjectFile(
            projectID: text.text(table: table, "id"), projectName: name,
            environment: text.text(table: table, "environment"), directory: directory)
    }

    private static func bytes(in directory: AbsolutePath) throws(Failure) -> [UInt8]? {
        do throws(FileError) {
            return try Directory(at: directory).read(name, limit: limit, trust: .any)
        } catch where error.isMissing {
            return nil
        } catch {
            throw .file(error)
        }
    }

    /// Writes the file of a directory, keeping everything else an existing one has.
    @discardableResult
    public static func link(
        _ directory: AbsolutePath, projectID: String, name projectName: String, environment: String
    ) throws(Failure) -> ProjectFile {
        let old = try bytes(in: directory)
        let head = "# Which project of the execkit vault this directory belongs to. No secret: safe to commit.\n"
        let new: [UInt8]
        do throws(ConfigTextError) {
            new = try TOMLConfig(old ?? Array(head.utf8)).setting(
                table: table,
                ["id": .string(projectID), "name": .string(projectName), "environment": .string(environment)])
        } catch {
            throw .text(error)
        }
        do throws(FileError) {
            try Directory(at: directory).replace(name, with: new, mode: 0o644)
        } catch {
            throw .file(error)
        }
        return ProjectFile(
            projectID: projectID, projectName: projectName, environment: environment, directory: directory)
    }
}
