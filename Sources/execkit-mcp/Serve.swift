import AuditLog
import CommandCalls
import CommandPolicy
import Digest
import EventLoop
import JSON
import MCPProtocol
import MCPServer
import PrivateFiles
import SSHClient
import ServerLogins
import SessionTools
import Settings
import Spawn
import ValueCover

/// The server: settings, record, policy and tools wired together, until the client leaves or a signal comes.
enum Serve {
    /// Reads the settings, opens what they name, serves, and ends the process. Returns the exit code if it could not start.
    static func run(console: Console) -> Int32 {
        do {
            let server = try Server(console: console)
            let code = try server.run()
            // Not given back before the end: a SIGTERM that comes on the heels of the end of the input would kill a server
            // that has done everything, and its exit code with it.
            withExtendedLifetime(server) { ThisProcess.exit(code) }
        } catch let error as StartFailure {
            console.complain("execkit-mcp: \(error.text)\nexeckit-mcp doctor shows every setting.\n")
        } catch {
            console.complain("execkit-mcp: the server could not be started (\(error)).\n")
        }
        return 1
    }
}

/// Why the server did not start, in words for the operator.
struct StartFailure: Error {
    let text: String
}

private final class Server {
    private let console: Console
    private let loop: EventLoop
    private let recorder: Recorder
    private let host: SessionHost
    private let vault: VaultWiring?
    /// Held for the sessions' tools, which do not own it.
    private let servers: ServerLogins?
    private var server: MCPServer?
    private var signals: SignalSource?

    init(console: Console) throws {
        self.console = console
        let settings: Settings
        do throws(SettingsError) {
            settings = try Settings(lookup: ThisProcess.environmentText, passwdHome: { ThisProcess.homeDirectory })
        } catch {
            throw StartFailure(text: error.explanation)
        }
        for (name, nearest) in Settings.unknown(among: ThisProcess.environmentNames) {
            let hint = nearest.map { ", did you mean \($0)?" } ?? ""
            console.complain("execkit-mcp: \(name) is no setting and is ignored\(hint)\n")
        }
        let policy = try PolicyLoading.load(settings)
        loop = try EventLoop()
        let cover = ValueCover()
        let texts = Texts(cover: cover)
        let recorder = Recorder(
            try Self.sink(settings), texts: texts,
            begin: .serverStart(version: Version.text, process: Int(ThisProcess.processIdentifier)))
        self.recorder = recorder
        let events = EventLog(console: console)
        let spawner = Spawner(adoptsOrphans: true)
        host = SessionHost(
            loop: loop, spawner: spawner, policy: policy, recorder: recorder, texts: texts, limits: Self.limits(settings),
            onEvent: { events.take($0) })
        self.spawner = spawner
        vault = settings.usesVault
            ? VaultWiring(
                settings: settings, loop: loop, spawner: spawner, recorder: recorder, texts: texts, sessions: host,
                events: events, register: VaultWiring.register(in: cover)) : nil
        var password: SSHSecret?
        if settings.readsSSHPassword {
            let given = try SSHPassword.read()
            if !cover.addGivenPassword(given) {
                console.complain("execkit-mcp: the password for ssh is too short or too ordinary to be hidden in what commands print.\n")
            }
            password = SSHSecret(given)
        }
        servers = ServerWiring.logins(settings, loop: loop, vault: vault?.runs, cover: cover, password: password)
        host.serverSource = servers
        let key = try SystemRandom.bytes(32)
        let server = try MCPServer(
            loop: loop, input: Descriptor(adopting: 0), output: Descriptor(adopting: 1), description: Self.description(withVault: vault != nil),
            tools: host.tools + (vault?.tools ?? []),
            sealer: StateSealer(
                authenticate: { HMACSHA256.code(key: key, message: $0).bytes },
                now: { Int(SystemClock.monotonic.nanoseconds / 1_000_000_000) }))
        server.lastGate = texts.covered
        self.server = server
        events.server = server
    }

    private let spawner: Spawner

    func run() throws -> Int32 {
        var reason = "end_of_input"
        signals = try SignalSource(on: loop) { [loop] number in
            reason = "signal_\(number)"
            loop.stop()
        }
        server?.onEnd = { [loop] end in
            if case .outputLost = end { reason = "output_lost" }
            loop.stop()
        }
        // Nothing that lives on its own: a probing client may start us twice.
        try loop.run()
        finish(reason)
        return 0
    }

    /// No process is left behind, whatever ended the server.
    private func finish(_ reason: String) {
        vault?.shutdown()
        host.shutdown()
        do {
            try recorder.end(.serverStop(reason: reason))
        } catch {
            console.complain("execkit-mcp: the last record could not be written: \(error.explanation)\n")
        }
        let left = spawner.endOrphans(atMost: .seconds(1))
        if left > 0 { console.complain("execkit-mcp: \(left) processes could not be ended.\n") }
    }

    private static func limits(_ settings: Settings) -> SessionHost.Limits {
        SessionHost.Limits(
            execTimeout: seconds(settings.execTimeout), yieldSeconds: settings.yield.map(seconds) ?? 0,
            mostSessions: settings.maximumSessions, mostJobs: settings.maximumJobs,
            idleSeconds: settings.sessionTTL.map(seconds) ?? 0, inheritedNames: settings.environmentNames,
            containerEngine: settings.docker)
    }

    private static func seconds(_ duration: Duration) -> Int { Int(duration.components.seconds) }

    /// Opens the record before anything can happen that belongs on it.
    private static func sink(_ settings: Settings) throws -> Recorder.Sink {
        let durability: AuditLog.Durability = settings.auditSync ? .each : .none
        let now = { Int(SystemClock.wallMilliseconds) }
        do throws(AuditFailure) {
            switch settings.audit {
            case .off: return .off
            case .file(let path):
                return .file(try AuditFailure.wrap(path.text) {
                    try AuditLog(
                        in: Directory(at: path.parent), name: path.name ?? "", durability: durability, now: now)
                })
            case .directory(let path):
                let retention = AuditRetention(days: settings.auditRetentionDays, totalBytes: settings.auditMaximumBytes)
                return .directory(try AuditFailure.wrap(path.text) {
                    try AuditDirectory(
                        Directory(making: path), durability: durability, retention: retention, now: now)
                })
            }
        } catch {
            throw StartFailure(text: "the audit record at \(error.path) cannot be written: \(error.explanation)")
        }
    }

    private static let vaultInstructions = """
         Secrets of the user's vault are used with run-with-secrets and never seen: list-secrets shows their names, and the \
        command writes $NAME inside `sh -c`. When it says that the vault is locked, ask the user to run `execkit unlock`.
        """

    private static func description(withVault: Bool) -> ServerDescription {
        ServerDescription(
            name: "execkit-mcp", title: "execkit", version: Version.text,
            description: "Stateful shell sessions for agents: structured results, a fence, redaction, a record.",
            instructions: """
                Shell sessions that keep their state. Start with session_create (transport "local", "docker" or "ssh"), then session_exec for each \
                command: directory, variables and functions stay. stdout and stderr come apart, with exit_code and cwd. There \
                is no terminal: use non-interactive flags, give input with `stdin`. Use `budget` (grep, head, tail) to see only \
                what matters; the whole of a cut output stays readable with session_output. Run servers and long builds with \
                background: true and follow them with session_job. Different sessions run in parallel. With `workspace`, session_create keeps \
                checkpoints of its files: session_diff shows what changed, session_restore brings it back (dry_run first). \
                session_destroy ends a session with all it started. A refusal by the fence says what to change: do not retry the same command in \
                another form. [REDACTED:kind] stands where a credential was: never write it into a file.
                """ + (withVault ? vaultInstructions : ""),
            tools: [], caching: ServerDescription.Caching(milliseconds: 3_600_000, isPublic: true))
    }
}

/// Why a record cannot be opened, and where. Told to the operator at the start, never to the agent.
private struct AuditFailure: Error {
    let path: String
    let explanation: String

    static func wrap<Value>(_ path: String, _ body: () throws -> Value) throws(AuditFailure) -> Value {
        do {
            return try body()
        } catch let error as AuditError {
            throw AuditFailure(path: path, explanation: error.explanation)
        } catch let error as FileError {
            throw AuditFailure(path: path, explanation: error.explanation)
        } catch {
            throw AuditFailure(path: path, explanation: "unknown failure")
        }
    }
}
