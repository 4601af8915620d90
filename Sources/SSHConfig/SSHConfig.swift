/// What a reader needs to know beside the text.
public struct SSHConfigSurroundings: Sendable {
    /// The local user (`%u`).
    public var user: String
    /// The local home directory (`%d`, `~`), absolute.
    public var home: String
    /// The local user's number (`%i`).
    public var userNumber: UInt32

    public init(user: String, home: String, userNumber: UInt32) {
        self.user = user
        self.home = home
        self.userNumber = userNumber
    }
}

/// How included files are reached. The reader decides which of them it wants; the caller decides which may be read.
public struct SSHConfigFiles {
    /// The content of the file at an absolute path, nil when there is none or it may not be read.
    public var read: (String) -> [UInt8]?
    /// The names in the directory at an absolute path; none when it cannot be listed.
    public var list: (String) -> [String]

    public init(read: @escaping (String) -> [UInt8]?, list: @escaping (String) -> [String]) {
        self.read = read
        self.list = list
    }

    /// No file is included.
    public static var none: SSHConfigFiles { SSHConfigFiles(read: { _ in nil }, list: { _ in [] }) }
}

/// Something in the text that was not followed. Tell the operator: the alias may mean something else than ssh makes of it.
public struct SSHConfigNote: Equatable, Sendable {
    public enum Kind: String, Sendable {
        case unsupportedMatch = "a Match with a criterion that is not supported: its block is skipped"
        case badLine = "a line that cannot be read"
        case badValue = "a value that cannot be read"
        case proxyCommand = "ProxyCommand is not supported: use ProxyJump"
        case includeTooDeep = "an Include too deep, or too many files"
        case unsupportedToken = "a token or variable that is not supported: the value is left out"
    }

    public var kind: Kind
    /// The line within its file, from 1; 0 when it is about the result.
    public var line: Int
}

/// A host on the way, as `ProxyJump` names it: itself an alias to be looked up.
public struct SSHJump: Equatable, Sendable {
    public var user: String?
    public var host: String
    public var port: UInt16?
}

/// What an alias of ssh_config(5) means, with the tokens replaced.
public struct SSHAlias: Equatable, Sendable {
    public var hostName: String
    /// Nil: the local user.
    public var user: String?
    public var port: UInt16
    /// Paths in the order they are tried; nil when the text names none, so that the usual ones are meant.
    public var identityFiles: [String]?
    /// Whether an agent's other keys are not to be tried.
    public var identitiesOnly: Bool
    /// `StrictHostKeyChecking yes`. Its other values change nothing here: nobody is asked, and a changed key is never accepted.
    public var refusesUnknownHosts: Bool
    /// The hosts on the way, the first is reached directly. Empty: none.
    public var jumps: [SSHJump]
    /// Nil: the usual one.
    public var knownHostsFiles: [String]?
    public var hostKeyAlias: String?
    /// Seconds; 0: never. Nil: not said.
    public var aliveInterval: Int?
    public var aliveCount: Int?
    /// Seconds. Nil: not said.
    public var connectTimeout: Int?
    /// Whether any `Host` line but `*` matched, so that the alias is one the text knows.
    public var isNamed: Bool
    public var notes: [SSHConfigNote]
}

/// ssh_config(5) of OpenSSH, as a function from text to what an alias means. Reads nothing itself.
public enum SSHConfig {
    /// The deepest nesting of `Include` (as in OpenSSH), and the most files of one reading.
    static let deepest = 16
    static let mostFiles = 256

    /// Looks up an alias: the first value of each option in the blocks that match it.
    ///
    /// - Parameter text: the user's file. Relative names in `Include` are meant from `~/.ssh`.
    public static func resolve(
        _ alias: String, text: [UInt8], surroundings: SSHConfigSurroundings, files: SSHConfigFiles = .none
    ) -> SSHAlias {
        var reader = ConfigReader(alias: alias, surroundings: surroundings, files: files)
        reader.read(text, isActive: true, depth: 0)
        return reader.result()
    }
}
