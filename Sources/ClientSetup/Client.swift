internal import JSON
public import PrivateFiles

/// One MCP client: where it keeps its servers and how an entry looks there.
public struct Client: Sendable {
    /// What the configuration file is written in, and how the entry is found in it.
    public enum Format: Sendable, Equatable {
        /// An object at a path of keys in JSON (comments allowed), with one member a server.
        case json(map: [String])
        /// A TOML table a server, below this one.
        case tomlTable(String)
        /// An array of TOML tables; `name` names the server.
        case tomlArray(String)
        /// YAML is shown, never edited. A map of servers under this key.
        case yamlMap(String)
        /// YAML is shown, never edited. A list of servers under this key.
        case yamlList(String)
    }

    /// Where the user's file stands.
    public struct Place: Sendable, Equatable {
        /// Below the home directory, or below the folder that `variable` names when that is set.
        public let folder: String
        /// The file, below the folder. The first that exists counts, else the first.
        public let names: [String]
        /// An environment variable that moves the folder.
        public let variable: String?

        init(_ folder: String, _ names: [String], variable: String? = nil) {
            self.folder = folder
            self.names = names
            self.variable = variable
        }
    }

    /// The word for `execkit-mcp setup`.
    public let name: String
    /// The client's own name.
    public let title: String
    /// Nil where the client does not exist on this system, or its file is not known.
    public let place: Place?
    public let format: Format
    /// The members of an entry, in order.
    let entry: @Sendable (_ binary: String) -> JSONObject
    /// A command of the client itself that does the same, without the program's path at its end.
    let command: String?
    /// What the user still has to do or know.
    public let note: String?

    init(
        _ name: String, _ title: String, _ place: Place?, _ format: Format, note: String? = nil, command: String? = nil,
        entry: @escaping @Sendable (String) -> JSONObject
    ) {
        self.name = name
        self.title = title
        self.place = place
        self.format = format
        self.note = note
        self.command = command
        self.entry = entry
    }

    /// Whether `write` edits this client's file.
    public var isWritable: Bool {
        switch format {
        case .json, .tomlTable, .tomlArray: place != nil
        case .yamlMap, .yamlList: false
        }
    }

    /// The files that may hold the entry, best first; empty when the place is not known.
    ///
    /// - Parameters:
    ///   - home: the user's home directory.
    ///   - environment: looks a variable up; for clients whose folder a variable moves. A value that is no absolute path
    ///     is passed over.
    public func files(home: AbsolutePath, environment: (String) -> String?) throws(FileError) -> [AbsolutePath] {
        guard let place else { return [] }
        var folder = home
        if let variable = place.variable, let moved = environment(variable), let path = try? AbsolutePath(moved) {
            // XDG_CONFIG_HOME stands for `~/.config`, what is below it stays.
            folder = path
            let below = place.folder.split(separator: "/")
            if variable == "XDG_CONFIG_HOME" {
                for part in below.dropFirst() { folder = try folder.appending(String(part)) }
            }
        } else {
            for part in place.folder.split(separator: "/") { folder = try folder.appending(String(part)) }
        }
        var files: [AbsolutePath] = []
        for name in place.names { files.append(try folder.appending(name)) }
        return files
    }
}
