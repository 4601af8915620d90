extension Directory {
    /// The directory at `path`.
    ///
    /// Symbolic links: the last component is never one. On the way a link is followed only if root owns it and it lies in
    /// `/` or in a directory directly below `/`, which root owns and nobody else can write to (`/home` on some systems,
    /// `/var/run`): such a link is part of the system. Any other is refused with `.symbolicLink`, because whoever made
    /// it could aim the product's files elsewhere.
    public init(at path: AbsolutePath) throws(FileError) {
        // The usual case in one system call. Whatever it refuses, the walk decides component by component and says why.
        if let descriptor = try? System.directoryWithoutLinks(path) {
            self.init(owning: descriptor)
            return
        }
        self = try Self.walk(path, making: false)
    }

    /// The directory at `path`; directories that are missing are made with mode 0700.
    public init(making path: AbsolutePath) throws(FileError) {
        do throws(FileError) {
            try self.init(at: path)
        } catch where error.isMissing {
            self = try Self.walk(path, making: true)
        }
    }

    /// The directory that holds `path`.
    public init(holding path: AbsolutePath) throws(FileError) {
        guard path.name != nil else { throw .badPath }
        try self.init(at: path.parent)
    }

    static func walk(_ path: AbsolutePath, making: Bool) throws(FileError) -> Directory {
        var here = Directory(owning: try System.root())
        var depth = 0
        var rest = Array(path.components.reversed())
        var linksLeft = 8
        while let name = rest.popLast() {
            if let info = try here.info(name), info.kind == .link {
                let holder = try here.info
                let isOfTheSystem =
                    depth <= 1 && info.user == 0 && holder.user == 0 && holder.mode & 0o022 == 0 && !rest.isEmpty
                guard isOfTheSystem, linksLeft > 0 else { throw .symbolicLink }
                linksLeft -= 1
                let target = try System.linkTarget(here.descriptor, name)
                // Only one form of target can be resolved without a way back up: from `/`, or below this directory.
                if target.utf8.first == 0x2f {
                    here = Directory(owning: try System.root())
                    depth = 0
                    rest += try AbsolutePath(target).components.reversed()
                } else {
                    rest += try AbsolutePath("/" + target).components.reversed()
                }
                continue
            }
            here = making ? try here.makeDirectory(name) : try here.directory(name)
            depth += 1
        }
        return here
    }
}
