internal import PrivateFiles

/// The pre-commit hook of a git repository.
struct CommitHook {
    private static let mark = "# execkit: secrets stay out of commits"
    private static let text = "#!/bin/sh\n\(mark)\nexec execkit scan --staged\n"

    /// Installs it where git looks for hooks. A hook of somebody else is left alone.
    static func install(_ person: Person, _ files: ScanFiles) throws -> String {
        guard let found = try files.gitNames(["rev-parse", "--git-path", "hooks"], separator: 0x0A)?.first else {
            throw Stop(.notFound, "this is no git repository")
        }
        let hooks = try person.path(found)
        let directory = try Directory(making: hooks)
        if try directory.info("pre-commit") != nil {
            let old = try directory.read("pre-commit", limit: 1 << 20)
            guard String(decoding: old, as: UTF8.self).contains(mark) else {
                throw Stop(.conflict, "there is a pre-commit hook already; add this line to it: execkit scan --staged || exit 1")
            }
        }
        try directory.replace("pre-commit", with: Array(text.utf8), mode: 0o755)
        return hooks.text + "/pre-commit"
    }
}
