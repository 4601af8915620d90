import AuditLog
import CommandPolicy
import EventLoop
import JSON
import LinearRegex
import MCPProtocol
import MCPServer
import OutputShaping
import Redaction
import Sessions
import ToolSchema

/// One command that its caller waits for, from the record before it to the result.
final class ForegroundRun {
    private let host: SessionHost
    private let open: OpenSession
    private let command: String
    private let budget: CompiledBudget?
    private let context: ToolContext
    private let shownCommand: String
    private var running: (any RunningCommand)?
    private var receipt: AuditReceipt?
    private var refusal: String?
    private var yieldTimer: Timer?
    private var job: Job?
    private var feed: ProgressFeed?

    init(host: SessionHost, open: OpenSession, command: String, budget: CompiledBudget?, context: ToolContext) {
        self.host = host
        self.open = open
        self.command = command
        self.budget = budget
        self.context = context
        shownCommand = CommandText.shown(command)
    }

    private var session: String { open.session.identifier }

    /// Only the completion keeps this object: the request outlives it in the command, and would keep the session with it.
    func start(timeout: Int) {
        let request = ExecRequest(
            command: Array(command.utf8), stdin: context.arguments.string("stdin").map { Array($0.utf8) },
            timeout: .seconds(timeout), beforeStart: { [weak self] in self?.record(timeout: timeout) ?? false })
        let feed = context.wantsProgress ? ProgressFeed(context, loop: host.loop) : nil
        self.feed = feed
        let progress = feed.map { feed in
            { (stream: OutputStream, bytes: ArraySlice<UInt8>) in feed.feed(Array(bytes), isError: stream == .stderr) }
        }
        context.onCancel = { [weak self] in self?.running?.cancel() }
        running = open.session.execute(request, progress: progress) { self.ended($0) }
        guard running?.isFinished == false, host.limits.yieldSeconds > 0 else { return }
        yieldTimer = host.loop.after(.seconds(host.limits.yieldSeconds)) { [weak self] in self?.yield() }
    }

    /// The record before the effect. No record, no effect.
    private func record(timeout: Int) -> Bool {
        do {
            receipt = try host.recorder.write(
                .execStart(session: session, command: shownCommand, cwd: nil, timeoutMilliseconds: timeout * 1000)
                    .reading(context.arguments.string("stdin")))
            return true
        } catch {
            refusal = Recorder.refusal(error)
            return false
        }
    }

    // MARK: The caller's patience is over

    /// Answers with what there is; the command goes on as a job.
    private func yield() {
        guard let running, !running.isFinished, job == nil else { return }
        guard running.isStarted else {
            // Still behind other commands of the session: its patience begins with its turn.
            yieldTimer = host.loop.after(.seconds(host.limits.yieldSeconds)) { [weak self] in self?.yield() }
            return
        }
        let job = Job(
            identifier: Handle.random(), session: session, command: ExecResult.shown(shownCommand), script: command,
            work: .foreground(running), stdout: running.stdout, stderr: running.stderr)
        self.job = job
        feed?.stop()
        host.jobs.add(job)
        running.detach()
        let shaped = ShapedResult(
            stdout: job.stdout.take(isEnded: false), stderr: job.stderr.take(isEnded: false),
            redactions: job.stdout.redactions.merging(job.stderr.redactions, uniquingKeysWith: +))
        var result = ExecResult(command: shownCommand, shaped: shaped, duration: running.duration)
        result.jobID = job.identifier
        result.hint = "The command still runs as a job: poll it with session_job. Its session is busy until it ends."
        context.onCancel = nil
        context.finish(.structured(result.json))
    }

    // MARK: The end

    private func ended(_ result: Result<ExecOutcome, ExecFailure>) {
        yieldTimer?.cancel()
        feed?.stop()
        switch result {
        case .failure(let failure): failed(failure)
        case .success(let outcome): finished(outcome)
        }
    }

    private func failed(_ failure: ExecFailure) {
        if let receipt {
            note(.execEnd(
                session: session, start: receipt, result: failure == .cancelled ? .cancelled : .failed, exitCode: nil,
                durationMilliseconds: 0, cwd: nil, truncated: false, stdout: nil, stderr: nil,
                reason: Explanation.word(failure)))
        }
        job?.ended(exitCode: nil, at: host.loop.now, note: Explanation.text(failure))
        context.fail(refusal ?? Explanation.text(failure))
    }

    private func finished(_ outcome: ExecOutcome) {
        job?.ended(
            exitCode: outcome.exitCode, at: host.loop.now,
            note: outcome.timedOut ? "timed out" : outcome.sessionEnd.map(Explanation.text))
        let cwd = outcome.cwd.map(StreamText.string)
        let shaped: ShapedResult
        do {
            // A directory of an ordinary length has its room among the other fields.
            let reserved = max(0, TextMeasure.json.length(Array((cwd ?? "").utf8)) - 200)
            shaped = try ShapedResult(stdout: outcome.stdout, stderr: outcome.stderr, budget: budget, reserved: reserved)
        } catch {
            record(outcome, nil)
            return context.fail(
                "The command ran and ended with exit code \(outcome.exitCode), but budget.grep.pattern takes too long on its "
                    + "output (\(outcome.stdout.totalBytes) bytes). Use a simpler pattern with session_output: output_id "
                    + keep(outcome))
        }
        var result = ExecResult(command: shownCommand, shaped: shaped, duration: outcome.duration)
        result.exitCode = outcome.exitCode
        result.cwd = cwd
        result.timedOut = outcome.timedOut
        result.sessionClosed = outcome.sessionEnd.map(Explanation.text)
        var hints: [String] = []
        if shaped.isTruncated, job == nil {
            result.outputID = keep(outcome)
            if budget == nil {
                hints.append("Output was cut. The whole is kept: search or slice it with session_output, or call with a budget.")
            }
        }
        if RedactionMarker.contains(Array(command.utf8)) {
            hints.append("The command holds a redaction marker. If it wrote one into a file, the value there is lost: undo that.")
        }
        if !hints.isEmpty { result.hint = hints.joined(separator: " ") }
        record(outcome, result)
        host.log(outcome, session: session, command: result.shownCommand)
        context.finish(.structured(result.json))
    }

    private func keep(_ outcome: ExecOutcome) -> String {
        host.outputs.keep(session: session, stdout: outcome.stdout, stderr: outcome.stderr, now: host.loop.now)
    }

    private func record(_ outcome: ExecOutcome, _ result: ExecResult?) {
        guard let receipt else { return }
        let kind: AuditResult =
            outcome.timedOut ? .timeout : outcome.cancelled ? .cancelled : outcome.exitCode == 0 ? .ok : .failed
        note(.execEnd(
            session: session, start: receipt, result: kind, exitCode: outcome.exitCode,
            durationMilliseconds: outcome.duration.wholeMilliseconds, cwd: outcome.cwd.map(StreamText.string),
            truncated: result?.isTruncated ?? true, stdout: result?.stdout, stderr: result?.stderr,
            reason: outcome.sessionEnd.map(Explanation.text)))
    }

    /// A record after the effect: what happened cannot be undone, so a failure is told to the operator.
    private func note(_ event: AuditEvent) { host.record(event) }
}

extension Duration {
    /// Milliseconds, rounded down.
    var wholeMilliseconds: Int { Int(components.seconds) * 1000 + Int(components.attoseconds / 1_000_000_000_000_000) }
}
