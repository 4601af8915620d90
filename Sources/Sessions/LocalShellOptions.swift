internal import Spawn

/// How a local shell starts.
public struct LocalShellOptions: Equatable, Sendable {
    /// Absolute path of bash, or of a POSIX shell.
    public var shell: String
    /// Absolute path to start in; `nil` is this process's directory.
    public var workingDirectory: String?
    /// Variables of this process the shell gets besides `EnvironmentBlock.standardNames`: the operator's choice.
    public var inheritedNames: [String] = []
    /// Variables set for this session, in place of inherited ones.
    public var environment: [Variable] = []
    /// How long the shell may take to answer for the first time.
    public var startLimit: Duration = .seconds(60)
    /// From SIGTERM to SIGKILL when the session is closed.
    public var closeGrace: Duration = .seconds(2)

    public struct Variable: Equatable, Sendable {
        public var name: String
        public var value: String

        public init(name: String, value: String) {
            self.name = name
            self.value = value
        }
    }

    public init(shell: String, workingDirectory: String? = nil) {
        self.shell = shell
        self.workingDirectory = workingDirectory
    }

    /// The best shell in the directories of `path` and the usual ones: bash, else sh. `nil` when there is none.
    public static func findShell(path: String) -> String? {
        let places = path + ":/usr/local/bin:/usr/bin:/bin"
        return ExecutableSearch.resolve("bash", path: places) ?? ExecutableSearch.resolve("sh", path: places)
    }

    /// No program of a session waits for a pager nobody sees.
    static let pagers = [
        ("PAGER", "cat"), ("GIT_PAGER", "cat"), ("MANPAGER", "cat"), ("SYSTEMD_PAGER", "cat"), ("LESS", "FRX"),
    ]

    /// From the allowlist, never the whole environment of this process.
    func environmentBlock() throws(SpawnError) -> EnvironmentBlock {
        var block = try EnvironmentBlock.inherited(adding: inheritedNames)
        for (name, value) in Self.pagers { try block.set(name, to: value) }
        for variable in environment { try block.set(variable.name, to: variable.value) }
        return block
    }
}
