import CommandCalls
import JSON
import KeeperProtocol
import ToolSchema

/// What the agent asks for, read and checked.
struct RunWish {
    let arguments: [String]
    /// As it was given, or as it was found (`RunPlaceSearch`).
    var project: String?
    /// The name of a project that was found: `project` is then its id.
    var projectName: String?
    var environment: String?
    let folder: String?
    /// Nil: those that the command mentions.
    let keys: [String]?
    let workingDirectory: String
    let stdin: String?
    let delivery: OpenedEntry.Delivery?
    let timeout: Int
    let budget: CompiledBudget?

    /// Whether it is plain where the secrets come from, whatever an execkit.toml says by then.
    var isPlaced: Bool { project != nil && environment != nil }

    static let standardTimeout = 300
    static let longestTimeout = 3600
    static let mostArguments = 4096
    /// Bytes of all arguments. They stand in records, and are judged while nothing else happens.
    static let mostBytes = 2 << 20

    /// Why an argument cannot be used, as text for the agent.
    struct Fault: Error {
        let text: String
    }

    static let input = Schema.object([
        .required(
            "command",
            .array(of: .string(), "argument vector, the program first; for $NAME, pipes and && write [\"sh\", \"-c\", \"...\"]", maximumCount: mostArguments)),
        .optional(
            "secrets",
            Schema.array(
                of: .string(), "exactly the secrets that are injected; left out: those whose name the command mentions; []: none",
                maximumCount: OpenRequest.mostKeys
            ).orNull),
        .optional("environment", Schema.string("of the project; the execkit.toml in force has a default").orNull),
        .optional("folder", Schema.string("of the environment; the root unless given").orNull),
        .optional("projectId", Schema.string("id or name; the project of the execkit.toml in force unless given").orNull),
        .optional("cwd", Schema.string("where it runs, absolute; where the server was started unless given").orNull),
        .optional("stdin", Schema.string("what it reads from its standard input").orNull),
        .optional(
            "timeoutSeconds",
            Schema.integer("then it is ended with all it started; \(standardTimeout) unless given, at most \(longestTimeout)", minimum: 0).orNull),
        .optional(
            "delivery",
            Schema.choice(
                OpenedEntry.Delivery.allCases.map(\.rawValue),
                "how: environment ($NAME is the value; the default), or descriptor or file ($NAME is the path of a private file in memory that goes with the run, for tools that read key files)"
            ).orNull),
        .optional("budget", CompiledBudget.schema.orNull),
    ])

    /// - Parameter origin: the directory where the server was started.
    init(_ given: ArgumentReader, origin: String) throws(Fault) {
        arguments = given.strings("command") ?? []
        guard let program = arguments.first, !program.isEmpty else {
            throw Fault(text: "command: is empty. Its first element names the program, such as [\"sh\", \"-c\", \"...\"].")
        }
        guard !arguments.contains(where: { $0.utf8.contains(0) }) else {
            throw Fault(text: "command: holds a NUL character, which no argument can. Give such data as stdin.")
        }
        guard arguments.reduce(0, { $0 + $1.utf8.count }) <= Self.mostBytes else {
            throw Fault(text: "command: is longer than \(Self.mostBytes) bytes. Give data as stdin, or write a file and run that.")
        }
        project = given.string("projectId")
        environment = given.string("environment")
        folder = given.string("folder")
        keys = try given.strings("secrets").map { (keys) throws(Fault) in try Self.plain(keys) }
        workingDirectory = given.string("cwd") ?? origin
        guard workingDirectory.hasPrefix("/"), !workingDirectory.utf8.contains(0) else {
            throw Fault(text: "cwd: must be an absolute path.")
        }
        stdin = given.string("stdin")
        delivery = given.string("delivery").flatMap(OpenedEntry.Delivery.init)
        timeout = min(max(given.int("timeoutSeconds") ?? Self.standardTimeout, 1), Self.longestTimeout)
        do throws(CompiledBudget.Fault) {
            budget = try given.object("budget").map { (value) throws(CompiledBudget.Fault) in try CompiledBudget(value) }
        } catch {
            throw Fault(text: "budget: " + error.text)
        }
    }

    /// Each once; none that no vault can have.
    private static func plain(_ keys: [String]) throws(Fault) -> [String] {
        var known: Set<String> = []
        guard keys.allSatisfy({ !$0.isEmpty && $0.utf8.count <= 1024 && !$0.utf8.contains(0) }) else {
            throw Fault(text: "secrets: holds what is no name of a secret. list-secrets shows the names.")
        }
        return keys.filter { known.insert($0).inserted }
    }
}
