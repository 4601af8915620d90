/// One operator setting: an environment variable with its documentation.
public struct Setting: Hashable, Sendable {
    /// The variable.
    public let name: String
    /// What holds when it is not set, in words.
    public let standard: String
    /// What it sets.
    public let meaning: String
    /// The form it takes.
    public let form: Form

    /// What values a setting takes.
    public enum Form: Hashable, Sendable {
        /// A whole number. Values outside the range are moved to its end.
        case number(ClosedRange<Int>, unit: String)
        /// An absolute path, or one that starts with `~/`.
        case path
        /// `1`, `true`, `yes`, `on`, or `0`, `false`, `no`, `off`.
        case flag
        /// One of these words.
        case word([String])
        /// One of these names of programs, looked for in `PATH`, or a path.
        case program([String])
        /// Names of environment variables, separated by commas or spaces.
        case names

        /// The form in words, for errors and documents.
        public var description: String {
            switch self {
            case .number(let range, let unit): "a whole number of \(unit), \(range.lowerBound) to \(range.upperBound)"
            case .path: "an absolute path, or one that starts with ~/"
            case .flag: "1 or 0 (also true, yes, on, false, no, off)"
            case .word(let words): "one of: " + words.joined(separator: ", ")
            case .program(let names): names.joined(separator: ", ") + ", or an absolute path, or one that starts with ~/"
            case .names: "names of environment variables, separated by commas"
            }
        }
    }
}

extension Setting {
    public static let audit = Setting(
        name: "EXECKIT_MCP_AUDIT", standard: "off", meaning: "one audit file, appended to", form: .path)
    public static let auditDirectory = Setting(
        name: "EXECKIT_MCP_AUDIT_DIR", standard: "off",
        meaning: "one audit file a session in this directory, `<session>-<open_ms>.jsonl`; wins over `EXECKIT_MCP_AUDIT`",
        form: .path)
    public static let auditRetentionDays = Setting(
        name: "EXECKIT_MCP_AUDIT_RETENTION_DAYS", standard: "14",
        meaning: "closed files of the audit directory not changed for so long are removed; 0 keeps them",
        form: .number(0...36_500, unit: "days"))
    public static let auditMaximumBytes = Setting(
        name: "EXECKIT_MCP_AUDIT_MAX_BYTES", standard: "1073741824",
        meaning: "above this total size the oldest closed files of the audit directory are removed; 0 for no limit",
        form: .number(0...(1 << 50), unit: "bytes"))
    public static let auditSync = Setting(
        name: "EXECKIT_MCP_AUDIT_SYNC", standard: "none",
        meaning: "`each` waits after every audit record until it is on the disk; `none` leaves the moment to the kernel",
        form: .word(["none", "each"]))
    public static let docker = Setting(
        name: "EXECKIT_MCP_DOCKER", standard: "docker",
        meaning: "the program through which sessions reach containers", form: .program(["docker", "podman"]))
    public static let execTimeout = Setting(
        name: "EXECKIT_MCP_EXEC_TIMEOUT", standard: "120", meaning: "how long a command may run unless the call says otherwise",
        form: .number(1...3_600, unit: "seconds"))
    public static let environment = Setting(
        name: "EXECKIT_MCP_ENV", standard: "none",
        meaning: "variables of the server's environment that sessions get beside the standard ones", form: .names)
    public static let insecureHostKey = Setting(
        name: "EXECKIT_MCP_INSECURE_ACCEPT_ANY_HOSTKEY", standard: "off",
        meaning: "dangerous: accepts any ssh server without checking who it is", form: .flag)
    public static let keeper = Setting(
        name: "EXECKIT_MCP_KEEPER", standard: "execkit-keeper beside the program",
        meaning: "the program that holds the vault for this server; started at the first call that needs it", form: .path)
    public static let keyDirectory = Setting(
        name: "EXECKIT_MCP_KEY_DIR", standard: "~/.ssh", meaning: "ssh private keys must lie in this directory", form: .path)
    public static let knownHosts = Setting(
        name: "EXECKIT_MCP_KNOWN_HOSTS", standard: "~/.ssh/known_hosts",
        meaning: "the file of known ssh servers, as OpenSSH keeps it", form: .path)
    public static let maximumJobs = Setting(
        name: "EXECKIT_MCP_MAX_JOBS", standard: "16", meaning: "background jobs that may run at a time, in all sessions together",
        form: .number(0...1_024, unit: "jobs"))
    public static let maximumSessions = Setting(
        name: "EXECKIT_MCP_MAX_SESSIONS", standard: "64", meaning: "sessions that may be open at a time",
        form: .number(1...1_024, unit: "sessions"))
    public static let policyFile = Setting(
        name: "EXECKIT_MCP_POLICY_FILE", standard: "off",
        meaning: "the operator's rules for commands; must be writable by its owner only", form: .path)
    public static let sessionTTL = Setting(
        name: "EXECKIT_MCP_SESSION_TTL", standard: "1800", meaning: "a session without a command and without a call for one of its jobs for so long is closed, with its jobs; 0 never",
        form: .number(0...31_536_000, unit: "seconds"))
    public static let sshPassword = Setting(
        name: "EXECKIT_MCP_SSH_PASSWORD", standard: "none",
        meaning: "`fd3`: the server reads a password for ssh logins from descriptor 3 when it starts; calls may use it for known hosts and never see it",
        form: .word(["none", "fd3"]))
    public static let vault = Setting(
        name: "EXECKIT_MCP_VAULT", standard: "on",
        meaning: "off takes away the tools that list and use secrets of the vault", form: .flag)
    public static let watchOpen = Setting(
        name: "EXECKIT_MCP_WATCH_OPEN", standard: "off", meaning: "also opens a browser on the viewer", form: .flag)
    public static let watchPort = Setting(
        name: "EXECKIT_MCP_WATCH_PORT", standard: "7878", meaning: "the viewer's port on the loopback address",
        form: .number(0...65_535, unit: "port"))
    public static let watchWeb = Setting(
        name: "EXECKIT_MCP_WATCH_WEB", standard: "off", meaning: "starts the viewer with the server", form: .flag)
    public static let yield = Setting(
        name: "EXECKIT_MCP_YIELD", standard: "50",
        meaning: "a command that still runs after so long comes back with what there is and goes on as a job; 0 never",
        form: .number(0...3_600, unit: "seconds"))

    /// Every setting, by name.
    public static let all: [Setting] = [
        audit, auditDirectory, auditMaximumBytes, auditRetentionDays, auditSync, docker, environment, execTimeout,
        insecureHostKey, keeper, keyDirectory, knownHosts, maximumJobs, maximumSessions, policyFile, sessionTTL, sshPassword, vault, watchOpen,
        watchPort, watchWeb, yield,
    ]

    /// What the names of all settings begin with.
    public static let prefix = "EXECKIT_MCP_"
}
