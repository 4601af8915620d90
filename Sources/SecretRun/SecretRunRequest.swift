internal import Digest
public import KeeperProtocol

/// Which secrets, from where.
public struct SecretSelection: Equatable, Sendable {
    /// Exact names, without repetitions.
    public var keys: [String]
    /// A name or an id; `nil`: as `OpenRequest.project`.
    public var project: String?
    public var environment: String?
    public var folder: String?
    /// The directory where the server was started, absolute.
    public var origin: String
    /// How values are handed over unless the person says otherwise; `nil`: in variables.
    public var delivery: OpenedEntry.Delivery?

    public init(
        keys: [String], project: String? = nil, environment: String? = nil, folder: String? = nil, origin: String,
        delivery: OpenedEntry.Delivery? = nil
    ) {
        self.keys = keys
        self.project = project
        self.environment = environment
        self.folder = folder
        self.origin = origin
        self.delivery = delivery
    }
}

/// A program to be run with secrets.
public struct SecretRunRequest: Equatable, Sendable {
    /// The argument vector; its first element names the program.
    public var arguments: [String]
    /// The same as it is to stand in the vault's log: what looks like a secret is redacted already.
    public var recorded: [String]
    /// Absolute.
    public var workingDirectory: String
    /// `nil` is /dev/null.
    public var stdin: [UInt8]?
    public var secrets: SecretSelection
    public var timeout: Duration?

    public init(
        arguments: [String], recorded: [String], workingDirectory: String, stdin: [UInt8]? = nil,
        secrets: SecretSelection, timeout: Duration? = nil
    ) {
        self.arguments = arguments
        self.recorded = recorded
        self.workingDirectory = workingDirectory
        self.stdin = stdin
        self.secrets = secrets
        self.timeout = timeout
    }

    /// Names all that is to be run and how: what the person confirms holds for nothing else.
    func digest(program: String) -> String {
        var parts = RunDigest("run")
        parts.add(program)
        parts.add(arguments)
        parts.add(workingDirectory)
        parts.add(stdin)
        parts.add(timeout.map { "\($0)" })
        parts.add(secrets)
        return parts.text
    }
}

/// SHA-256 over parts that cannot run into each other: each has its length before it.
struct RunDigest {
    private var hash = SHA256()

    init(_ purpose: String) { add(purpose) }

    mutating func add(_ bytes: [UInt8]?) {
        add(count: bytes?.count ?? -1)
        if let bytes { hash.update(bytes) }
    }

    mutating func add(_ text: String?) { add(text.map { Array($0.utf8) }) }

    mutating func add(_ texts: [String]) {
        add(count: texts.count)
        for text in texts { add(text) }
    }

    mutating func add(_ secrets: SecretSelection) {
        add(secrets.keys)
        for text in [secrets.project, secrets.environment, secrets.folder, secrets.origin, secrets.delivery?.rawValue] {
            add(text)
        }
    }

    private mutating func add(count: Int) {
        hash.update((0..<8).map { UInt8(truncatingIfNeeded: count >> ($0 * 8)) })
    }

    var text: String { hash.finalize().hex }
}
