public import PrivateFiles

/// What is no secret in the operator's directory: a configuration, public keys. The same fences as for keys.
extension SSHKeyDirectory {
    /// Whether a name can be one of a file below the directory at all.
    public func holds(_ name: String) -> Bool { components(of: name) != nil }

    /// The content of a file below the directory that only its owner can write to, reached without symbolic links.
    ///
    /// - Parameter name: as of a key. What is not below the directory is `.badPath`.
    public func text(_ name: String, limit: Int) throws(FileError) -> [UInt8] {
        guard let components = components(of: name), let last = components.last else { throw .badPath }
        let directory = try directory(components.dropLast())
        return try directory.read(last, limit: limit, trust: .writableByOwnerOnly)
    }

    /// The names in a directory that is this one or below it; none when it cannot be listed.
    public func list(_ name: String) -> [String] {
        // Any name in it tells whether it is below; that of the directory itself has no components left.
        guard let components = components(of: name + "/x") else { return [] }
        return (try? directory(components.dropLast()).names()) ?? []
    }

    private func directory(_ components: ArraySlice<String>) throws(FileError) -> Directory {
        var directory = try Directory(at: path)
        for component in components { directory = try directory.directory(component) }
        return directory
    }
}
