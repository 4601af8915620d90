internal import ConfigText
public import PrivateFiles

extension Client {
    /// How a client's own file stands to this program.
    public enum Standing: Equatable, Sendable {
        /// The client has no file here.
        case noFile
        /// The file has no entry of ours.
        case absent(AbsolutePath)
        /// The entry is as `write` would leave it.
        case ready(AbsolutePath)
        /// There is an entry, and `write` would change it: another path, or a member that is missing.
        case different(AbsolutePath)
        /// The file was not understood or could not be read.
        case unread(AbsolutePath, SetupError)
    }

    /// Looks at the client's file without changing it.
    ///
    /// Where the format is edited the answer is exact for an entry that is ready. For TOML and YAML, which are not read
    /// into values, "an entry" means that the server's name stands in the file.
    public func standing(
        home: AbsolutePath, environment: (String) -> String? = { _ in nil }, binary: String
    ) -> Standing {
        guard let file = try? place(home: home, environment: environment), let name = file.name else { return .noFile }
        let old: [UInt8]
        do throws(FileError) {
            old = try Directory(at: file.parent).read(name, limit: Self.largestFile)
        } catch {
            return error.isMissing ? .noFile : .unread(file, .file(error))
        }
        do throws(SetupError) {
            let new = try merged(into: old, binary: binary)
            switch format {
            case .json(let map):
                if new == old { return .ready(file) }
                return try isEntered(old, map) ? .different(file) : .absent(file)
            case .tomlTable, .tomlArray:
                if new == old { return .ready(file) }
                return Self.holds(old, serverName) ? .different(file) : .absent(file)
            case .yamlMap, .yamlList:
                if !Self.holds(old, serverName) { return .absent(file) }
                return Self.holds(old, binary) ? .ready(file) : .different(file)
            }
        } catch {
            return .unread(file, error)
        }
    }

    private func isEntered(_ text: [UInt8], _ map: [String]) throws(SetupError) -> Bool {
        do throws(ConfigTextError) {
            return try JSONConfig(text).value(at: map + [serverName]) != nil
        } catch {
            throw .text(error)
        }
    }

    /// Whether the bytes of `part` stand somewhere in `text`.
    private static func holds(_ text: [UInt8], _ part: String) -> Bool {
        let part = Array(part.utf8)
        guard text.count >= part.count, let first = part.first else { return false }
        return text.indices.dropLast(part.count - 1).contains { start in
            text[start] == first && text[start..<start + part.count].elementsEqual(part)
        }
    }
}
