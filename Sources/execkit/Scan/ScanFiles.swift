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
    func gitNames(_ arguments: [String]) throws -> [String]? {
        guard HelperRun.isInstalled("git") else { return nil }
        guard let answer = try answer(arguments) else { return nil }
        return answer.withBytes { bytes in
            var names: [String] = []
            var name: [UInt8] = []
            for index in 0..<bytes.byteCount {
                if bytes.byte(at: index) == 0 || bytes.byte(at: index) == 0x0A {
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
        guard let names = try gitNames(["diff", "--cached", "--name-only", "--diff-filter=ACMR", "-z"]) else {
            throw Stop(.notFound, "this is no git repository, so nothing is staged")
        }
        return names
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
