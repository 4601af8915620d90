public import PrivateFiles

/// What the operator decided, read once at the start. Nothing an agent says changes any of it.
public struct Settings: Sendable {
    /// Where audit records go.
    public enum Audit: Equatable, Sendable {
        case off
        case file(AbsolutePath)
        case directory(AbsolutePath)
    }

    /// The home directory: `HOME` unless it is empty, else the passwd entry.
    public let home: AbsolutePath?

    public let audit: Audit
    /// Days that closed audit files are kept; nil for ever.
    public let auditRetentionDays: Int?
    /// Bytes that the audit directory may hold; nil for no limit.
    public let auditMaximumBytes: Int?
    /// Whether every audit record waits for the disk.
    public let auditSync: Bool

    public let execTimeout: Duration
    /// After how long a running command becomes a job; nil never.
    public let yield: Duration?
    public let maximumSessions: Int
    public let maximumJobs: Int
    /// How long a session may be idle; nil for ever.
    public let sessionTTL: Duration?
    /// Names of variables that sessions get beside the standard ones, in the operator's order.
    public let environmentNames: [String]
    public let policyFile: AbsolutePath?

    /// Whether there are tools that list and use secrets.
    public let usesVault: Bool
    /// The program that holds the vault; nil is the one beside this program.
    public let keeper: AbsolutePath?

    /// The containers' program: a name to look for in `PATH`, or an absolute path.
    public let docker: String

    /// Nil without a home directory.
    public let keyDirectory: AbsolutePath?
    /// Nil without a home directory.
    public let knownHosts: AbsolutePath?
    public let acceptsAnyHostKey: Bool
    /// Whether a password for SSH logins is read from descriptor 3.
    public let readsSSHPassword: Bool

    public let watchWeb: Bool
    public let watchPort: Int
    public let watchOpen: Bool

    /// Reads the settings.
    ///
    /// - Parameters:
    ///   - lookup: the value of an environment variable, nil when it is not set. An empty value counts as not set.
    ///   - passwdHome: the home directory by the passwd database; asked only when `HOME` is of no use.
    public init(lookup: @escaping (String) -> String?, passwdHome: () -> String?) throws(SettingsError) {
        func path(_ text: String?) -> AbsolutePath? { text.flatMap { try? AbsolutePath($0) } }
        let home = path(lookup("HOME")) ?? path(passwdHome())
        self.home = home
        let reader = SettingsReader(lookup: lookup, home: home)

        if let directory = try reader.path(.auditDirectory) {
            audit = .directory(directory)
        } else if let file = try reader.path(.audit) {
            audit = .file(file)
        } else {
            audit = .off
        }
        let days = try reader.number(.auditRetentionDays, 14)
        auditRetentionDays = days == 0 ? nil : days
        let bytes = try reader.number(.auditMaximumBytes, 1 << 30)
        auditMaximumBytes = bytes == 0 ? nil : bytes
        auditSync = try reader.word(.auditSync, "none") == "each"

        execTimeout = .seconds(try reader.number(.execTimeout, 120))
        let yield = try reader.number(.yield, 50)
        self.yield = yield == 0 ? nil : .seconds(yield)
        maximumSessions = try reader.number(.maximumSessions, 64)
        maximumJobs = try reader.number(.maximumJobs, 16)
        let ttl = try reader.number(.sessionTTL, 1_800)
        sessionTTL = ttl == 0 ? nil : .seconds(ttl)
        environmentNames = try reader.names(.environment)
        policyFile = try reader.path(.policyFile)

        usesVault = try reader.flag(.vault, true)
        keeper = try reader.path(.keeper)

        docker = try reader.program(.docker, "docker")

        keyDirectory = try reader.path(.keyDirectory) ?? home?.appending(all: [".ssh"])
        knownHosts = try reader.path(.knownHosts) ?? home?.appending(all: [".ssh", "known_hosts"])
        acceptsAnyHostKey = try reader.flag(.insecureHostKey)
        readsSSHPassword = try reader.word(.sshPassword, "none") == "fd3"

        watchWeb = try reader.flag(.watchWeb)
        watchPort = try reader.number(.watchPort, 7_878)
        watchOpen = try reader.flag(.watchOpen)
    }

    /// Variables that look like settings and are none, each with the nearest setting when one is near. For a warning.
    public static func unknown(among names: some Sequence<String>) -> [(name: String, nearest: String?)] {
        let known = Setting.all.map(\.name)
        let strange = names.filter { name in
            name.utf8.starts(with: Setting.prefix.utf8) && !known.contains { $0.utf8.elementsEqual(name.utf8) }
        }
        return strange.sorted().map { name in
            let near = known.map { (distance: editDistance(Array(name.utf8), Array($0.utf8)), name: $0) }
                .min { ($0.distance, $0.name) < ($1.distance, $1.name) }
            return (name, near.flatMap { $0.distance <= 4 ? $0.name : nil })
        }
    }
}

/// A setting whose value cannot be used. The value itself is not in it: someone may have put a secret there by mistake.
public struct SettingsError: Error, Equatable, Sendable {
    public let setting: Setting
    /// Whether the value needs a home directory (`~/…`) and there is none.
    public let needsHome: Bool

    /// Names the variable and the form it takes.
    public var explanation: String {
        needsHome
            ? "\(setting.name): there is no home directory for ~/ (set HOME)"
            : "\(setting.name) must be \(setting.form.description)"
    }
}

extension AbsolutePath {
    /// The path below this one. The names are constants of this room.
    fileprivate func appending(all names: [String]) -> AbsolutePath? {
        var path: AbsolutePath? = self
        for name in names { path = try? path?.appending(name) }
        return path
    }
}

/// The number of single-byte insertions, deletions and replacements between two names (Levenshtein).
private func editDistance(_ left: [UInt8], _ right: [UInt8]) -> Int {
    var row = Array(0...right.count)
    for (i, byte) in left.prefix(256).enumerated() {
        var diagonal = row[0]
        row[0] = i + 1
        for (j, other) in right.enumerated() {
            let replaced = diagonal + (byte == other ? 0 : 1)
            diagonal = row[j + 1]
            row[j + 1] = min(replaced, row[j] + 1, diagonal + 1)
        }
    }
    return row[right.count]
}
