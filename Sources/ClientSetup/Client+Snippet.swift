internal import ConfigText
internal import JSON

extension Client {
    /// What a user pastes into the client's file: a whole file with this one server.
    /// - Parameter binary: the absolute path of `execkit-mcp`.
    public func snippet(binary: String) -> String {
        let entry = entry(binary)
        let bytes: [UInt8]
        switch format {
        case .json(let map):
            bytes = JSONText.document(Self.nested(map + [serverName], .object(entry)))
        case .tomlTable(let name):
            bytes = (try? TOMLText.table([name, serverName], isArray: false, entry)) ?? []
        case .tomlArray(let name):
            bytes = (try? TOMLText.table([name], isArray: true, entry)) ?? []
        case .yamlMap(let key):
            bytes = Array("\(key):\n  \(serverName):\n\(Self.yaml(entry, first: "    ", rest: "    "))".utf8)
        case .yamlList(let key):
            bytes = Array("\(key):\n\(Self.yaml(entry, first: "  - ", rest: "    "))".utf8)
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// A command of the client itself that adds the server, for a POSIX shell; nil when the client has none.
    public func command(binary: String) -> String? {
        command.map { "\($0) \(Self.quoted(binary))" }
    }

    private static func nested(_ path: [String], _ value: JSONValue) -> JSONValue {
        path.reversed().reduce(value) { inner, key in .object(JSONObject([(key, inner)])) }
    }

    /// JSON scalars and flow collections are YAML 1.2 too, so only the lines are YAML's own.
    private static func yaml(_ entry: JSONObject, first: String, rest: String) -> String {
        entry.enumerated().map { index, member in
            (index == 0 ? first : rest) + member.key + ": " + String(decoding: member.value.serialized(), as: UTF8.self) + "\n"
        }.joined()
    }

    /// As one word of a POSIX shell.
    private static func quoted(_ text: String) -> String {
        let isPlain = !text.isEmpty && text.utf8.allSatisfy { byte in
            (byte >= 0x30 && byte <= 0x39) || (byte | 0x20 >= 0x61 && byte | 0x20 <= 0x7A) || [0x2D, 0x2E, 0x2F, 0x5F].contains(byte)
        }
        return isPlain ? text : "'" + text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''") + "'"
    }
}
