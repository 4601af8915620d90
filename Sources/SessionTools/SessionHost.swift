import AuditLog
package import CommandCalls
package import CommandPolicy
package import EventLoop
import JSON
public import MCPServer
import Sessions
package import Spawn

/// What the session tools share: the sessions, the fence, the record, jobs and kept outputs.
public final class SessionHost {
    /// The operator's limits.
    public struct Limits: Sendable {
        /// Seconds a command may take unless the agent says otherwise.
        public var execTimeout: Int
        /// Seconds after which a running command is answered and goes on as a job; 0: never.
        public var yieldSeconds: Int
        public var mostSessions: Int
        public var mostJobs: Int
        /// Seconds without use after which a session is closed; 0: never.
        public var idleSeconds: Int
        /// Names of the server's environment that shells get beside the standard ones.
        public var inheritedNames: [String]
        /// The program of the container engine: a name or an absolute path.
        public var containerEngine: String

        public init(
            execTimeout: Int, yieldSeconds: Int, mostSessions: Int, mostJobs: Int, idleSeconds: Int, inheritedNames: [String],
            containerEngine: String
        ) {
            self.execTimeout = execTimeout
            self.yieldSeconds = yieldSeconds
            self.mostSessions = mostSessions
            self.mostJobs = mostJobs
            self.idleSeconds = idleSeconds
            self.inheritedNames = inheritedNames
            self.containerEngine = containerEngine
        }
    }

    /// What the program hears of: for the client's log, and for the operator's standard error.
    public enum Event: Sendable {
        case blocked(session: String, rule: String, reason: String)
        case executed(session: String, command: String, exitCode: Int, milliseconds: Int)
        case closed(session: String, reason: String)
        /// A record of something that had already happened could not be written.
        case recordLost(reason: String)
    }

    public let limits: Limits
    let loop: EventLoop
    let sessions: SessionTable
    /// Scripts beside sessions of this machine.
    let localSide: LocalSideRunner
    private let runs: DirectRuns
    let recorder: Recorder
    let texts: Texts
    /// For other tools that run commands, too: one fence, one place for outputs, one queue of work on results.
    package let fence: Fence
    package let outputs = OutputStore()
    package let shaping: ShapingQueue
    let jobs: JobTable
    private(set) var open: [String: OpenSession] = [:]
    /// Sessions that have ended and whose last record waits for those of its jobs and commands.
    private var closing: [String: Closing] = [:]
    /// Commands that have ended and whose results are still being made.
    private var unfinished: [ObjectIdentifier: ForegroundRun] = [:]
    /// Where a session's secrets come from; the program that wires the rooms owns it.
    package weak var secretSource: (any SessionSecretSource)?
    /// Where sessions on other machines come from; as before.
    package weak var serverSource: (any ServerSource)?
    private let onEvent: (Event) -> Void
    private var housekeeping: Timer?

    private struct Closing {
        let reason: String
        var isGone = false
    }

    package init(
        loop: EventLoop, spawner: Spawner, policy: CommandPolicy, recorder: Recorder, texts: Texts, limits: Limits,
        onEvent: @escaping (Event) -> Void
    ) {
        self.loop = loop
        self.limits = limits
        self.recorder = recorder
        self.texts = texts
        self.onEvent = onEvent
        fence = Fence(policy: policy, recorder: recorder, texts: texts) { session, rule, reason in
            onEvent(.blocked(session: session, rule: rule, reason: reason))
        }
        jobs = JobTable(loop: loop)
        shaping = ShapingQueue(loop: loop)
        runs = DirectRuns(loop: loop, spawner: spawner)
        localSide = LocalSideRunner(loop: loop, runs: runs)
        sessions = SessionTable(
            loop: loop, spawner: spawner, limit: limits.mostSessions,
            idleLimit: limits.idleSeconds > 0 ? .seconds(limits.idleSeconds) : nil)
        sessions.onEnd = { [weak self] session, end in self?.ended(session, end) }
        scheduleHousekeeping()
    }

    /// The tools, in the order of the list.
    public var tools: [Tool] {
        [
            CreateTool(host: self).tool, ExecTool(host: self).tool, JobTool(host: self).tool, OutputTool(host: self).tool,
            ReadFileTool(host: self).tool, WriteFileTool(host: self).tool, ListTool(host: self).tool, DestroyTool(host: self).tool,
        ]
    }

    static let unknownSession =
        "session_id: no such session is open. It may have ended or been idle too long; session_list shows the open ones, "
        + "session_create makes another."

    func find(_ identifier: String) -> OpenSession? {
        guard let found = open[identifier], found.session.isOpen else { return nil }
        return found
    }

    func add(_ session: OpenSession) { open[session.session.identifier] = session }

    private func ended(_ session: any Session, _ end: SessionEnd) {
        let identifier = session.identifier
        guard let ended = open.removeValue(forKey: identifier) else { return }
        ended.secrets?.ended(didBegin: true)
        let reason = Explanation.word(end)
        outputs.dropTexts(of: identifier)
        // Its jobs end with it, and their records stand before the last one.
        closing[identifier] = Closing(reason: reason)
        if jobs.all(of: identifier).contains(where: { $0.isRunning }) {
            session.close(.destroyed) { [weak self] _ in self?.recordClose(identifier) }
        } else {
            recordClose(identifier)
        }
        onEvent(.closed(session: identifier, reason: reason))
    }

    private func recordClose(_ identifier: String) {
        closing[identifier]?.isGone = true
        recordCloseIfLast(identifier)
    }

    private func recordCloseIfLast(_ identifier: String) {
        guard let last = closing[identifier], last.isGone, !unfinished.values.contains(where: { $0.session == identifier })
        else { return }
        closing[identifier] = nil
        // What withstood its end is on record before the session's, too.
        for job in jobs.all(of: identifier) { job.onLost?() }
        record(.close(session: identifier, reason: last.reason))
    }

    /// Keeps a command whose result is being made: its end is not on record yet.
    func hold(_ run: ForegroundRun) { unfinished[ObjectIdentifier(run)] = run }

    func release(_ run: ForegroundRun) {
        guard unfinished.removeValue(forKey: ObjectIdentifier(run)) != nil else { return }
        recordCloseIfLast(run.session)
    }

    /// A record of what has happened already. It cannot be undone, so a failure goes to the operator.
    func record(_ event: AuditEvent) {
        do {
            try recorder.write(event)
        } catch {
            onEvent(.recordLost(reason: error.explanation))
        }
    }

    func log(_ outcome: ExecOutcome, session: String, command: String) {
        onEvent(.executed(
            session: session, command: command, exitCode: outcome.exitCode,
            milliseconds: outcome.duration.wholeMilliseconds))
    }

    private static let housekeepingPause = Duration.seconds(60)

    private func scheduleHousekeeping() {
        housekeeping = loop.after(Self.housekeepingPause) { [weak self] in
            guard let self else { return }
            outputs.expire(now: loop.now)
            jobs.expire()
            do throws(AuditError) { try recorder.prune() } catch { onEvent(.recordLost(reason: error.explanation)) }
            scheduleHousekeeping()
        }
    }

    /// What withstands SIGKILL longer is left to the guardian: the client waits two seconds for our end.
    private static let shutdownLimit = Duration.seconds(1)

    /// Ends every session and every process of it, now. The last thing before the program ends.
    public func shutdown() {
        housekeeping?.cancel()
        runs.endAllNow(within: Self.shutdownLimit)
        sessions.closeAllNow(within: Self.shutdownLimit)
        for run in Array(unfinished.values) { run.abandon("the server ended while its result was made") }
        for identifier in closing.keys.sorted() { recordClose(identifier) }
    }
}

/// A session with what the agent asked for when it was created.
final class OpenSession {
    let session: any Session
    /// What runs beside its shell.
    let side: any SideRunner
    let fence: SessionFence
    let budget: CompiledBudget?
    /// Secrets that its shell has.
    let secrets: HandedSecrets?

    init(
        session: any Session, side: any SideRunner, fence: SessionFence, budget: CompiledBudget?, secrets: HandedSecrets? = nil
    ) {
        self.secrets = secrets
        self.session = session
        self.side = side
        self.fence = fence
        self.budget = budget
    }
}
