import AuditLog
import CommandCalls
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
///
/// It holds nothing of its session but the name, so that a result that is still being made does not keep one that has ended.
final class ForegroundRun {
    private let host: SessionHost
    let session: String
    private let command: String
    private let budget: CompiledBudget?
    private let context: ToolContext
    private let shown: CommandText
    private var running: (any RunningCommand)?
    private var receipt: AuditReceipt?
    private var refusal: String?
    private var yieldTimer: Timer?
    private var job: Job?
    private var feed: ProgressFeed?
    private var isCancelled = false
    /// The work on what the call is answered with, when that takes a while.
    private var yielding: ShapingTask?
    private var shaping: ShapingTask?
    /// How the command ended, while its result is being made and its end is not on record.
    private var unrecorded: ExecOutcome?
    /// What the result says of the automatic checkpoint before it.
    var checkpoint: JSONValue?
    /// Called once, when the command has ended, was not run, or will not be.
    var onEnded: (() -> Void)?

    init(host: SessionHost, session: String, command: String, budget: CompiledBudget?, context: ToolContext) {
        self.host = host
        self.session = session
        self.command = command
        self.budget = budget
        self.context = context
        shown = host.texts.command(command)
    }

    /// Only the completion keeps this object: the request outlives it in the command, and would keep the session with it.
    func start(in open: OpenSession, timeout: Int) {
        let request = ExecRequest(
            command: Array(command.utf8), stdin: context.arguments.string("stdin").map { Array($0.utf8) },
            timeout: .seconds(timeout), beforeStart: { [weak self] in self?.record(timeout: timeout) ?? false })
        let feed = context.wantsProgress ? ProgressFeed(context, loop: host.loop, shaping: host.shaping) : nil
        self.feed = feed
        let progress = feed.map { feed in { (_: OutputStream, _: ArraySlice<UInt8>) in feed.hasMore() } }
        context.onCancel = { [weak self] in self?.cancel() }
        let running = open.session.execute(request, progress: progress) { self.ended($0) }
        feed?.follower = OutputFollower(stdout: running.stdout, stderr: running.stderr, texts: host.texts)
        guard !running.isFinished else { return }
        self.running = running
        guard host.limits.yieldSeconds > 0 else { return }
        yieldTimer = host.loop.after(.seconds(host.limits.yieldSeconds)) { [weak self] in self?.yield() }
    }

    /// The record before the effect. No record, no effect.
    private func record(timeout: Int) -> Bool {
        do {
            receipt = try host.recorder.write(
                .execStart(session: session, command: shown.string, cwd: nil, timeoutMilliseconds: timeout * 1000)
                    .naming(shown.hiddenPrograms, host.texts).reading(context.arguments.string("stdin"), by: command, host.texts))
            return true
        } catch {
            refusal = Recorder.refusal(error)
            return false
        }
    }

    private func cancel() {
        isCancelled = true
        yielding?.cancel()
        abandon("cancelled while its result was made")
        running?.cancel()
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
            identifier: Handle.random(), session: session, command: ExecResult.shown(shown.string), script: command,
            work: .foreground(running), stdout: running.stdout, stderr: running.stderr, texts: host.texts)
        self.job = job
        feed?.stop()
        host.jobs.add(job)
        running.detach()
        let duration = running.duration
        yielding = host.shaping.start(job.follower.portion(isEnded: false)) { [context, shown, checkpoint] in
            // It cannot fail: there is no pattern.
            guard case .success(let portion) = $0 else { return }
            var result = ExecResult(command: shown.string, shaped: ShapedResult(portion), duration: duration)
            result.jobID = job.identifier
            result.checkpoint = checkpoint
            result.hint = "The command still runs as a job: poll it with session_job. Its session is busy until it ends."
            context.finish(.structured(result.json))
        }
    }

    // MARK: The end

    private func ended(_ result: Result<ExecOutcome, ExecFailure>) {
        running = nil
        yieldTimer?.cancel()
        feed?.stop()
        switch result {
        case .failure(let failure): failed(failure)
        case .success(let outcome): finished(outcome)
        }
        let onEnded = onEnded
        self.onEnded = nil
        onEnded?()
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

    /// Whether a result still has somewhere to go: to the caller, who has not been told of a job instead, or on record.
    private var isAwaited: Bool { job == nil && !isCancelled }

    private func finished(_ outcome: ExecOutcome) {
        job?.ended(
            exitCode: outcome.exitCode, at: host.loop.now,
            note: outcome.timedOut ? "timed out" : outcome.sessionEnd.map(Explanation.text))
        guard isAwaited || receipt != nil else { return log(outcome) }
        let cwd = outcome.cwd.map(host.texts.string)
        // A directory of an ordinary length has its room among the other fields.
        let reserved = max(0, TextMeasure.json.length(Array((cwd ?? "").utf8)) - 200)
        let work = ResultShaping(
            stdout: outcome.stdout, stderr: outcome.stderr, texts: host.texts,
            isCut: outcome.timedOut || outcome.cancelled, budget: budget, reserved: reserved)
        unrecorded = outcome
        let task = host.shaping.start(work) { self.shaped(outcome, cwd, $0) }
        guard !task.isOver else { return }
        shaping = task
        host.hold(self)
    }

    private func shaped(_ outcome: ExecOutcome, _ cwd: String?, _ shaped: Result<ShapedResult, SearchError>) {
        unrecorded = nil
        shaping = nil
        defer { host.release(self) }
        guard case .success(let shaped) = shaped else {
            record(outcome, nil)
            log(outcome)
            guard isAwaited else { return }
            return context.fail(
                "The command ran and ended with exit code \(outcome.exitCode), but budget.grep.pattern takes too long on its "
                    + "output (\(outcome.stdout.totalBytes) bytes). Use a simpler pattern with session_output: output_id "
                    + keep(outcome))
        }
        var result = ExecResult(command: shown.string, shaped: shaped, duration: outcome.duration)
        result.exitCode = outcome.exitCode
        result.cwd = cwd
        result.checkpoint = checkpoint
        result.timedOut = outcome.timedOut
        result.sessionClosed = outcome.sessionEnd.map(Explanation.text)
        var hints: [String] = []
        if shaped.isTruncated, isAwaited {
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
        log(outcome)
        if isAwaited { context.finish(.structured(result.json)) }
    }

    /// Ends the work on the result, if there is any. The record tells how the command ended, without its output.
    func abandon(_ reason: String) {
        guard let outcome = unrecorded else { return }
        unrecorded = nil
        shaping?.cancel()
        shaping = nil
        record(outcome, nil, reason)
        log(outcome)
        host.release(self)
    }

    private func keep(_ outcome: ExecOutcome) -> String {
        host.outputs.keep(session: session, stdout: outcome.stdout, stderr: outcome.stderr, now: host.loop.now)
    }

    private func log(_ outcome: ExecOutcome) {
        host.log(outcome, session: session, command: ExecResult.shown(shown.string))
    }

    private func record(_ outcome: ExecOutcome, _ result: ExecResult?, _ reason: String? = nil) {
        guard let receipt else { return }
        let kind: AuditResult =
            outcome.timedOut ? .timeout : outcome.cancelled ? .cancelled : outcome.exitCode == 0 ? .ok : .failed
        note(.execEnd(
            session: session, start: receipt, result: kind, exitCode: outcome.exitCode,
            durationMilliseconds: outcome.duration.wholeMilliseconds, cwd: outcome.cwd.map(host.texts.string),
            truncated: result?.isTruncated ?? true, stdout: result?.stdout, stderr: result?.stderr,
            reason: outcome.sessionEnd.map(Explanation.text) ?? reason))
    }

    /// A record after the effect: what happened cannot be undone, so a failure is told to the operator.
    private func note(_ event: AuditEvent) { host.record(event) }
}

extension Duration {
    /// Milliseconds, rounded down.
    var wholeMilliseconds: Int { Int(components.seconds) * 1000 + Int(components.attoseconds / 1_000_000_000_000_000) }
}
