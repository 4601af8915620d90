internal import HelperRun
internal import PrivateFiles
internal import SecretIO
internal import SecretMemory
internal import Spawn

/// Which files are looked at, and their content.
struct ScanFiles {
    /// Larger files are left out; nobody types secrets into them.
    static let largest = 4 << 20

    let person: Person
    private let git: HelperRun

    init(person: Person) {
        self.person = person
        git = HelperRun(spawner: Spawner(), adding: ["GIT_DIR", "GIT_INDEX_FILE", "GIT_WORK_TREE", "GIT_CONFIG_GLOBAL"])
    }

    /// Names that git gives, as text; nil where there is no git or no repository.
    ///
    /// - Parameter separator: what ends each. With `-z` that is NUL: a name may hold line ends.
    func gitNames(_ arguments: [String], separator: UInt8 = 0) throws -> [String]? {
        guard HelperRun.isInstalled("git") else { return nil }
        guard let answer = try answer(arguments) else { return nil }
        return answer.withBytes { bytes in
            var names: [String] = []
            var name: [UInt8] = []
            for index in 0..<bytes.byteCount {
                if bytes.byte(at: index) == separator {
                    names.append(String(decoding: name, as: UTF8.self))
                    name = []
                } else {
                    name.append(bytes.byte(at: index))
                }
            }
            return names
        }
    }

    /// What would be committed: names from the top of the repository.
    func staged() throws -> [String] {
        guard let names = try gitNames(["diff", "--cached", "--ignore-submodules", "--name-only", "--diff-filter=ACMR", "-z"]) else {
            throw Stop(.notFound, "this is no git repository, so nothing is staged")
        }
        return names
    }

    /// The names of the files that paths of the command line mean, among those that would be looked at. A path that means
    /// none is an error: whoever names a file is not to be told that nothing was found in it.
    func chosen(_ paths: [String], among names: [String], staged: Bool) throws -> [String] {
        let top = staged ? try gitNames(["rev-parse", "--show-toplevel"], separator: 0x0A)?.first : nil
        let base = try top.map { try person.path($0) } ?? person.directory
        var found: Set<String> = []
        for path in paths {
            let wanted = try person.path(path)
            guard wanted.components.starts(with: base.components) else {
                throw Stop(.badInput, "paths to scan must lie below \(base.text)")
            }
            let name = wanted.components.dropFirst(base.components.count).joined(separator: "/")
            let meant = names.filter { name.isEmpty || $0 == name || $0.hasPrefix(name + "/") }
            found.formUnion(meant)
            if !meant.isEmpty || staged { continue }
            // Of a file that git ignores, git does not tell.
            let holder = wanted.name == nil ? nil : try? Directory(holding: wanted)
            guard let last = wanted.name, try holder?.info(last)?.kind == .regular else {
                throw Stop(.notFound, "there is nothing to scan at a path given")
            }
            found.insert(name)
        }
        return found.sorted()
    }

    /// A file as it is staged; nil when it is too large or no text of a file (a submodule).
    func stagedText(_ name: String) throws -> SecretBytes? {
        try answer(["show", ":" + name])
    }

    /// What git writes; nil when it fails or writes too much.
    private func answer(_ arguments: [String]) throws -> SecretBytes? {
        do {
            return try git.run("git", arguments, quiet: true)
        } catch HelperError.failed, HelperError.io(.tooLong) {
            return nil
        }
    }

    /// The files of the working tree below here: those git knows or would add, and ignored .env files, which are what
    /// this looks for. Without git: everything but directories that begin with a dot and node_modules.
    func tree() throws -> [String] {
        if let known = try gitNames(["ls-files", "-z", "--cached", "--others", "--exclude-standard"]) {
            let hidden = try gitNames(["ls-files", "-z", "--others", "--ignored", "--exclude-standard", "--", ":(glob)**/.env*"])
            return Array(Set(known + (hidden ?? []))).sorted()
        }
        var names: [String] = []
        try walk(try Directory(at: person.directory), "", depth: 0, &names)
        return names
    }

    private func walk(_ directory: borrowing Directory, _ prefix: String, depth: Int, _ names: inout [String]) throws {
        for name in try directory.names() {
            guard let info = try directory.info(name) else { continue }
            if info.kind == .regular { names.append(prefix + name) }
            if info.kind == .directory, depth < 32, !name.hasPrefix("."), name != "node_modules" {
                try walk(try directory.directory(name), prefix + name + "/", depth: depth + 1, &names)
            }
        }
    }

    /// Whether a file without content is one that should have had some: not one that is gone, a link or a submodule. Names
    /// that are not UTF-8 cannot be opened here.
    func isUnseen(_ name: String) throws -> Bool {
        if name.unicodeScalars.contains("\u{FFFD}") { return true }
        let path = try person.path(name)
        guard let last = path.name, let holder = try? Directory(holding: path) else { return false }
        return try holder.info(last)?.kind == .regular
    }

    /// A file's content; nil when it is gone, a link, not to be read, or too large.
    func text(_ name: String) throws -> SecretBytes? {
        do {
            let path = try person.path(name)
            guard let last = path.name else { return nil }
            let file = try Directory(holding: path).open(last)
            guard try file.info.size <= Self.largest else { return nil }
            return try file.withDescriptor { try SecretIO.readAll($0, limit: Self.largest) }
        } catch is FileError {
            return nil
        }
    }
}
