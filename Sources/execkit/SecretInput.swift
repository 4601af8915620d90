internal import PrivateFiles
internal import SecretIO
internal import SecretMemory
internal import SecretText

/// Values and texts on their way in, straight into secret memory.
extension Person {
    /// The most bytes of a file or of standard input.
    static let longestInput = SecretMemory.mostBytes - 1

    /// A path as the person wrote it, made absolute.
    func path(_ text: String) throws -> AbsolutePath {
        let base = text.hasPrefix("/") ? [] : directory.components
        var parts = base
        for part in text.split(separator: "/") where part != "." {
            if part == ".." { _ = parts.popLast() } else { parts.append(String(part)) }
        }
        return try AbsolutePath("/" + parts.joined(separator: "/"))
    }

    /// A file's whole content, and what the file was.
    func read(_ path: AbsolutePath) throws -> FileText {
        guard let name = path.name else { throw FileError.badPath }
        do {
            let file = try Directory(holding: path).open(name)
            let info = try file.info
            let text = try file.withDescriptor { descriptor in
                try SecretIO.readAll(descriptor, limit: Self.longestInput)
            }
            return FileText(text: text, info: info)
        } catch let error as FileError {
            // A value that was given where a path belongs is not repeated; a file that is there may be named.
            throw Stop.of(error, error.isMissing && name != ".env" ? "the file" : name)
        }
    }

    func standardInput() throws -> SecretBytes { try SecretIO.readAll(0, limit: Self.longestInput) }
}

/// What was read from a file.
struct FileText: ~Copyable {
    let text: SecretBytes
    let info: FileInfo
}
