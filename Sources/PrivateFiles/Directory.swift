/// A held directory. Every operation takes one name below it and cannot leave it: a name has no slash and is not `..`.
public struct Directory: ~Copyable {
    let descriptor: Int32

    init(owning descriptor: Int32) {
        self.descriptor = descriptor
    }

    deinit {
        System.close(descriptor)
    }

    /// What the directory itself is now. After it was removed, `links` is 0.
    public var info: FileInfo {
        get throws(FileError) { try System.info(descriptor) }
    }

    /// Whether its file system keeps files in memory alone (tmpfs, ramfs; fstatfs(2)), which the system may swap out.
    public var isInMemory: Bool {
        get throws(FileError) { try System.isInMemory(descriptor) }
    }

    /// What stands at `name`, links not followed; nil when nothing does.
    public func info(_ name: String) throws(FileError) -> FileInfo? {
        try AbsolutePath.check(name)
        do throws(FileError) {
            return try System.info(descriptor, name)
        } catch where error.isMissing {
            return nil
        }
    }

    /// The names in it that are valid UTF-8, sorted by bytes. Other names are left out: nothing of ours has such a name.
    public func names() throws(FileError) -> [String] {
        try System.names(descriptor).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }

    /// Another descriptor of the same directory.
    public func reopened() throws(FileError) -> Directory {
        Directory(owning: try System.open(descriptor, ".", .directory))
    }

    // MARK: Directories below

    /// The directory `name`.
    public func directory(_ name: String) throws(FileError) -> Directory {
        try AbsolutePath.check(name)
        return Directory(owning: try openNamed(name, .directory))
    }

    /// The directory `name`, made with mode 0700, whatever the umask is, when it is missing.
    public func makeDirectory(_ name: String) throws(FileError) -> Directory {
        try AbsolutePath.check(name)
        do throws(FileError) {
            try System.makeDirectory(descriptor, name, mode: 0o700)
        } catch where System.exists(error) {
            // Whoever made it, `directory` checks what it is.
        }
        return try directory(name)
    }

    /// Removes the empty directory `name`.
    public func removeDirectory(_ name: String) throws(FileError) {
        try AbsolutePath.check(name)
        try System.removeDirectory(descriptor, name)
    }

    // MARK: Files

    /// The regular file `name` for reading, once it passes `trust`.
    public func open(_ name: String, trust: Trust = .any) throws(FileError) -> File {
        try checked(name, .read, trust: trust)
    }

    /// The content of the regular file `name`, if it passes `trust` and is at most `limit` bytes long.
    public func read(_ name: String, limit: Int, trust: Trust = .any) throws(FileError) -> [UInt8] {
        try open(name, trust: trust).readAll(limit: limit)
    }

    /// A new file `name`, mode 0600 whatever the umask is. Fails with EEXIST when anything stands there.
    public func create(_ name: String) throws(FileError) -> File {
        try checked(name, .create, trust: .any)
    }

    /// The file `name` for appending and reading, made with mode 0600 when it is missing.
    public func append(_ name: String, trust: Trust = .ownerOnly) throws(FileError) -> File {
        try checked(name, .appendCreating, trust: trust)
    }

    /// The file `name` for writing at offsets and reading, made with mode 0600 when it is missing.
    public func update(_ name: String, trust: Trust = .ownerOnly) throws(FileError) -> File {
        try checked(name, .updateCreating, trust: trust)
    }

    /// Removes the file or link `name`; a link's target stays.
    public func remove(_ name: String) throws(FileError) {
        try AbsolutePath.check(name)
        try System.remove(descriptor, name)
    }

    /// Renames within the directory; replaces a file of the new name at once.
    public func rename(_ from: String, to: String) throws(FileError) {
        try AbsolutePath.check(from)
        try AbsolutePath.check(to)
        try System.rename(descriptor, from, to: to)
    }

    /// Waits until names made, removed or changed are on the disk (fsync(2) of the directory).
    public func sync() throws(FileError) {
        try System.sync(descriptor, dataOnly: false)
    }

    // MARK: The ways in

    private func checked(_ name: String, _ purpose: System.Purpose, trust: Trust) throws(FileError) -> File {
        try AbsolutePath.check(name)
        let file = try File(owning: try openNamed(name, purpose))
        try trust.check(try file.info)
        return file
    }

    /// Opens, and when the kernel refuses says what stands there instead of its general errno.
    private func openNamed(_ name: String, _ purpose: System.Purpose) throws(FileError) -> Int32 {
        do throws(FileError) {
            return try System.open(descriptor, name, purpose, mode: 0o600)
        } catch {
            guard purpose != .create, let found = try? System.info(descriptor, name) else { throw error }
            let wanted: FileKind = purpose == .directory ? .directory : .regular
            if found.kind == .link { throw .symbolicLink }
            throw found.kind == wanted ? error : .wrongKind(found.kind)
        }
    }
}
