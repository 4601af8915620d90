import AuditLog
import CommandCalls
import EventLoop
import JSON
import MCPProtocol
import MCPServer
import OutputShaping
import Sessions
import ToolSchema

/// `session_exec` with `background: true`: starts a job, and answers as soon as it runs.
final class BackgroundStart {
    private let host: SessionHost
    private let open: OpenSession
    private let command: String
    private let context: ToolContext
    private let identifier = Handle.random()
    private let shown: CommandText
    private var receipt: AuditReceipt?
    private var refusal: String?
    private var isCancelled = false
    /// What the result says of the automatic checkpoint before it.
    var checkpoint: JSONValue?
    /// Called once, when the job runs, or will not.
    var onOver: (() -> Void)?

    init(host: SessionHost, open: OpenSession, command: String, context: ToolContext) {
        self.host = host
        self.open = open
        self.command = command
        self.context = context
        shown = host.texts.command(command)
    }

    func start() {
        guard host.jobs.reserve(within: host.limits.mostJobs) else {
            over()
            return context.fail("As many jobs run as the operator allows (\(host.limits.mostJobs)). Stop one with session_job.")
        }
        context.onCancel = { [weak self] in self?.isCancelled = true }
        let input = context.arguments.string("stdin").map { Array($0.utf8) } ?? []
        let request = BackgroundRequest(command: Array(command.utf8), stdin: input, beforeStart: { self.record() })
        open.session.startBackground(request) { self.started($0) }
    }

    private func over() {
        let onOver = onOver
        self.onOver = nil
        onOver?()
    }

    private func record() -> Bool {
        // Nobody would ever hear the name of the job.
        guard !isCancelled else { return false }
        do {
            receipt = try host.recorder.write(
                .jobStart(session: open.session.identifier, job: identifier, command: shown.string, cwd: nil)
                    .naming(shown.hiddenPrograms, host.texts).reading(context.arguments.string("stdin"), by: command, host.texts))
            return true
        } catch {
            refusal = Recorder.refusal(error)
            return false
        }
    }

    private func started(_ result: Result<any BackgroundCommand, ExecFailure>) {
        host.jobs.settle()
        defer { over() }
        let running: any BackgroundCommand
        switch result {
        case .success(let command): running = command
        case .failure(let failure):
            if let receipt { Self.record(identifier, receipt, nil, .failed, Explanation.word(failure), in: open, of: host) }
            return context.fail(refusal ?? Explanation.text(failure))
        }
        let job = Job(
            identifier: identifier, session: open.session.identifier, command: ExecResult.shown(shown.string), script: command,
            work: .background(running), stdout: running.stdout, stderr: running.stderr, texts: host.texts)
        host.jobs.add(job)
        Self.watch(job, running, receipt, in: open, of: host)
        var result = ExecResult(
            command: shown.string,
            shaped: ShapedResult(stdout: ElidedText(whole: []), stderr: ElidedText(whole: []), redactions: [:]),
            duration: running.duration)
        result.jobID = identifier
        result.checkpoint = checkpoint
        result.hint = "Runs as a job: session_job polls it, writes to its input, and stops it."
        context.finish(.structured(result.json))
    }

    /// Puts the end of a job on record when it comes, or before the last record of its session if it does not.
    static func watch(
        _ job: Job, _ running: any BackgroundCommand, _ receipt: AuditReceipt?, in open: OpenSession, of host: SessionHost
    ) {
        let finish = { [weak job, weak running] in
            guard let job, let running, job.isRunning else { return }
            job.ended(exitCode: running.exitCode, at: host.loop.now, note: open.session.end.map(Explanation.text))
            guard let receipt else { return }
            // Of a command that ended with its session, the record says so.
            record(
                job.identifier, receipt, running, running.exitCode == 0 ? .ok : .failed, open.session.end.map(Explanation.word),
                in: open, of: host)
        }
        running.onEnd = finish
        job.onLost = finish
        if running.exitCode != nil { finish() }
    }

    private static func record(
        _ job: String, _ receipt: AuditReceipt, _ running: (any BackgroundCommand)?, _ result: AuditResult, _ reason: String?,
        in open: OpenSession, of host: SessionHost
    ) {
        host.record(.jobEnd(
            session: open.session.identifier, job: job, start: receipt, result: result, exitCode: running?.exitCode,
            durationMilliseconds: running?.duration.wholeMilliseconds ?? 0, reason: reason))
    }
}
