import AuditLog
package import CommandCalls
package import EventLoop
package import KeeperClient
public import MCPServer
package import SecretMemory
package import SecretRun
package import Sessions

/// What runs with secrets share: the way to the vault, the fence, the record, the line of runs, kept outputs.
public final class SecretRunHost {
    /// The rooms that it joins. All are idle until the first call.
    package struct Parts {
        let loop: EventLoop
        let keeper: KeeperClient
        let runs: SecretRuns
        let direct: DirectRuns
        let files: ValueFiles
        let recorder: Recorder
        let texts: Texts
        let fence: Fence
        let shaping: ShapingQueue
        let outputs: OutputStore

        package init(
            loop: EventLoop, keeper: KeeperClient, runs: SecretRuns, direct: DirectRuns, files: ValueFiles, recorder: Recorder,
            texts: Texts, fence: Fence, shaping: ShapingQueue, outputs: OutputStore
        ) {
            self.loop = loop
            self.keeper = keeper
            self.runs = runs
            self.direct = direct
            self.files = files
            self.recorder = recorder
            self.texts = texts
            self.fence = fence
            self.shaping = shaping
            self.outputs = outputs
        }
    }

    /// What the program hears of.
    public enum Event: Sendable {
        case blocked(reason: String)
        case executed(command: String, exitCode: Int, milliseconds: Int)
        /// A record of something that had already happened could not be written.
        case recordLost(reason: String)
    }

    /// Makes a value known to all that keeps values out of what leaves, before it is handed over.
    package typealias Register = (_ key: String, borrowing SecretBytes, _ isWeakAllowed: Bool) throws(ValueRefusal) -> Void

    /// The word in the place of a session's name, in records and messages.
    static let session = "run"
    /// Runs at a time.
    package static let mostAtATime = 16
    static let mostWaiting = 2048

    let parts: Parts
    let origin: String
    let register: Register
    let queue: RunQueue
    let questions = UserQuestions()
    private let onEvent: (Event) -> Void
    private let isHeard: () -> Bool
    private var unfinished: [ObjectIdentifier: RunCall] = [:]
    private var logins: [LoginReference] = []
    private var hasRecords = false

    /// - Parameters:
    ///   - origin: the directory where the server was started, absolute.
    ///   - isHeard: whether anybody wants to hear of runs that have ended; what is to be told of one is work.
    package init(
        _ parts: Parts, origin: String, register: @escaping Register, isHeard: @escaping () -> Bool = { true },
        onEvent: @escaping (Event) -> Void
    ) {
        self.parts = parts
        self.origin = origin
        self.register = register
        self.onEvent = onEvent
        self.isHeard = isHeard
        queue = RunQueue(loop: parts.loop, limit: Self.mostAtATime, mostWaiting: Self.mostWaiting)
    }

    /// The tools, in the order of the list.
    public var tools: [Tool] { [RunTool(host: self).tool] }

    func hold(_ call: RunCall) { unfinished[ObjectIdentifier(call)] = call }
    func release(_ call: RunCall) { unfinished[ObjectIdentifier(call)] = nil }

    private struct LoginReference {
        weak var secrets: LoginSecrets?
    }

    /// Whoever logs in owns the secrets of it; the end of the server takes them away.
    func hold(_ secrets: LoginSecrets) {
        logins.removeAll { $0.secrets == nil }
        logins.append(LoginReference(secrets: secrets))
    }

    func tell(_ event: Event) { onEvent(event) }

    /// Tells of a run that has ended, if anybody wants to hear of it.
    func tellExecuted(_ event: @autoclosure () -> Event) {
        if isHeard() { onEvent(event()) }
    }

    /// A record before an effect; made only where records are kept.
    func begin(_ event: @autoclosure () -> AuditEvent) throws(AuditError) -> AuditReceipt? {
        guard parts.recorder.isOn else { return nil }
        let receipt = try parts.recorder.write(event())
        hasRecords = true
        return receipt
    }

    /// A record of what has happened already. It cannot be undone, so a failure goes to the operator.
    func record(_ event: AuditEvent) {
        do throws(AuditError) {
            try parts.recorder.write(event)
        } catch {
            onEvent(.recordLost(reason: error.explanation))
        }
    }

    /// What withstands SIGKILL longer is left to the guardian: the client waits two seconds for our end.
    private static let shutdownLimit = Duration.seconds(1)

    /// Ends every run and the keeper, now. Nothing of a value is left in this process or in its files.
    public func shutdown() {
        parts.direct.endAllNow(within: Self.shutdownLimit)
        for call in Array(unfinished.values) { call.abandon("the server ended while its result was made") }
        for login in logins { login.secrets?.lost("the server ended") }
        parts.files.removeAll()
        parts.keeper.shutdown()
        if hasRecords { record(.close(session: Self.session, reason: "shutdown")) }
    }
}
