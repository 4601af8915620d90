public import ConfigText
internal import JSON
public import PrivateFiles

/// What `Client.write` did.
public struct SetupResult: Equatable, Sendable {
    public enum Change: Equatable, Sendable {
        /// There was no file.
        case created
        /// The entry was added or brought up to date. The old content stands in the file's backup beside it.
        case changed
        /// The entry was there as it should be; nothing was written.
        case unchanged
    }

    /// The client's file.
    public let file: AbsolutePath
    public let change: Change
    /// Where the old content stands, when the file was changed.
    public let backup: AbsolutePath?
}

/// Why a client's file was left as it is.
public enum SetupError: Error, Equatable, Sendable {
    /// This client's file is not edited: print the snippet.
    case printedOnly
    /// Clients start programs from anywhere, so the path must be absolute.
    case binaryNotAbsolute
    case file(FileError)
    case text(ConfigTextError)

    /// A sentence for a person, without the path, which the caller knows.
    public var explanation: String {
        switch self {
        case .printedOnly: "this client's file is not edited; paste the entry"
        case .binaryNotAbsolute: "the path of the program must be absolute"
        case .file(.symbolicLink): "a symbolic link is in the way and is not followed; paste the entry into the file it stands for"
        case .file(let error): error.explanation
        case .text(let error): error.explanation + "; the file is left as it is, paste the entry"
        }
    }
}

extension Client {
    /// The ending of the name that keeps the old content.
    public static let backupEnding = ".execkit-backup"

    /// The largest configuration that is read, in bytes.
    static let largestFile = 64 << 20

    /// Merges the entry into the client's own file, which is made when it is missing.
    ///
    /// Only the members of the entry change, byte for byte; others that stand in it (`env`, timeouts) stay. The file is
    /// replaced atomically, keeps its mode, and its old content is kept beside it. A file that cannot be parsed, that
    /// changes meanwhile or that a symbolic link stands for is left alone.
    ///
    /// - Parameters:
    ///   - home: the user's home directory.
    ///   - environment: looks a variable up, see `files`.
    ///   - binary: the absolute path of `execkit-mcp`.
    public func write(
        home: AbsolutePath, environment: (String) -> String? = { _ in nil }, binary: String
    ) throws(SetupError) -> SetupResult {
        guard isWritable else { throw .printedOnly }
        guard (try? AbsolutePath(binary)) != nil else { throw .binaryNotAbsolute }
        let file = try onFiles { () throws(FileError) in try place(home: home, environment: environment) }
        let name = file.name ?? ""
        let directory = try onFiles { () throws(FileError) in try Directory(making: file.parent) }
        let (old, info) = try onFiles { () throws(FileError) in
            let info = try directory.info(name)
            return (info == nil ? nil : try directory.read(name, limit: Self.largestFile), info)
        }
        let new = try merged(into: old ?? [], binary: binary)
        if new == old { return SetupResult(file: file, change: .unchanged, backup: nil) }
        return try onFiles { () throws(FileError) in
            // A file that appeared meanwhile was not read, so it must not be replaced.
            guard try directory.info(name) == info else { throw .changed }
            let backup = info == nil ? nil : name + Self.backupEnding
            try directory.replace(name, with: new, expected: info, backup: backup)
            guard let backup else { return SetupResult(file: file, change: .created, backup: nil) }
            return SetupResult(file: file, change: .changed, backup: try file.parent.appending(backup))
        }
    }

    /// The first of the client's files that is there, else the one to make.
    func place(home: AbsolutePath, environment: (String) -> String?) throws(FileError) -> AbsolutePath {
        let files = try files(home: home, environment: environment)
        for file in files where try Self.exists(file) { return file }
        guard let first = files.first else { throw .badPath }
        return first
    }

    private static func exists(_ file: AbsolutePath) throws(FileError) -> Bool {
        guard let name = file.name else { return false }
        do throws(FileError) {
            return try Directory(at: file.parent).info(name) != nil
        } catch where error.isMissing {
            return false
        }
    }

    private func onFiles<Value: ~Copyable>(_ body: () throws(FileError) -> Value) throws(SetupError) -> Value {
        do throws(FileError) {
            return try body()
        } catch {
            throw .file(error)
        }
    }

    /// The client's text with the entry in it.
    func merged(into old: [UInt8], binary: String) throws(SetupError) -> [UInt8] {
        do throws(ConfigTextError) {
            let entry = entry(binary)
            switch format {
            case .json(let map):
                let path = map + [serverName]
                guard try JSONConfig(old).value(at: path) != nil else {
                    return try JSONConfig(old).setting(path, to: .object(entry))
                }
                var text = old
                for member in entry { text = try JSONConfig(text).setting(path + [member.key], to: member.value) }
                return text
            case .tomlTable(let name):
                return try TOMLConfig(old).setting(table: [name, serverName], entry)
            case .tomlArray(let name):
                return try TOMLConfig(old).setting(arrayOfTables: [name], matching: "name", entry)
            case .yamlMap, .yamlList:
                return old
            }
        } catch {
            throw .text(error)
        }
    }
}
