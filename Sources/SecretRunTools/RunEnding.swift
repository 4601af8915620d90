import AuditLog
import CommandCalls
import EventLoop
import KeeperProtocol
import LinearRegex
import MCPProtocol
import MCPServer
import OutputShaping
import Redaction
import SecretRun
import Sessions
import Spawn

/// What follows a run: its result, and the record of its end, which comes once whatever happens.
final class RunEnding {
    private let call: RunCall
    private let receipt: AuditReceipt?
    private var isRecorded = false
    private var shaping: ShapingTask?
    /// How the program ended, while its result is being made.
    private var outcome: DirectOutcome?
    var isCancelled = false
    /// The call ended with a question, and will be made again with the answer.
    var isDeferred = false

    private var host: SecretRunHost { call.host }
    private var texts: Texts { call.host.parts.texts }

    init(call: RunCall, receipt: AuditReceipt?) {
        self.call = call
        self.receipt = receipt
    }

    // MARK: Nothing ran

    func failed(_ failure: SecretRunFailure, _ refusal: String?) {
        let text = CommandQuestion(texts).line(refusal ?? failure.explanation, most: 4_000)
        let (result, fence) = Self.kind(of: failure)
        let reason = isDeferred ? "the user is being asked; the call comes again with the answer" : text
        record(result, fence: isDeferred ? nil : fence, reason: reason)
        if result == .blocked { host.tell(.blocked(reason: text)) }
        call.context.fail(text)
    }

    /// A rule asks, and it was not plain where the secrets come from: it begins once more.
    func restarted() { record(.cancelled, reason: "a rule asks: it begins once more, with its project and environment fixed") }

    private static func kind(of failure: SecretRunFailure) -> (AuditResult, fence: String?) {
        switch failure {
        case .refused(let refusal):
            switch refusal.code {
            case .rule, .rateLimited, .clientScope, .expired, .locked, .confirmationExpired: (.blocked, "vault")
            default: (.failed, nil)
            }
        case .unusable: (.blocked, "vault")
        case .declined, .notConfirmed: (.blocked, "user")
        case .cancelled: (.cancelled, nil)
        default: (.failed, nil)
        }
    }

    // MARK: It ran

    func finished(_ ended: SecretRunOutcome) {
        let direct = ended.direct
        outcome = direct
        let work = ResultShaping(stdout: direct.stdout, stderr: direct.stderr, texts: texts, budget: call.wish.budget)
        let task = host.parts.shaping.start(work) { self.shaped(ended, $0) }
        if !task.isOver { shaping = task }
    }

    private var isAwaited: Bool { !isCancelled && !call.context.isOver }

    private func shaped(_ ended: SecretRunOutcome, _ shaped: Result<ShapedResult, SearchError>) {
        shaping = nil
        outcome = nil
        let direct = ended.direct
        guard case .success(let shaped) = shaped else {
            record(direct, nil)
            guard isAwaited else { return }
            return call.context.fail(
                "The command ran and ended with exit code \(direct.shellCode), but budget.grep.pattern takes too long on its "
                    + "output (\(direct.stdout.totalBytes) bytes). Use a simpler pattern with session_output: output_id \(keep(direct))")
        }
        var result = RunResult(shaped: shaped, outcome: direct, keys: call.subject.keys)
        result.opened = ended.opened
        if shaped.isTruncated, isAwaited { result.outputID = keep(direct) }
        result.warnings = warnings(direct)
        result.hints = hints(ended, shaped)
        record(direct, (shaped.stdout.text, shaped.stderr.text, shaped.isTruncated))
        if isAwaited { call.context.finish(.structured(result.json)) }
    }

    private func warnings(_ outcome: DirectOutcome) -> [String] {
        outcome.survivors > 0
            ? ["\(outcome.survivors) processes that it started could not be ended, and may still have the values."] : []
    }

    private func hints(_ ended: SecretRunOutcome, _ shaped: ShapedResult) -> [String] {
        var hints: [String] = []
        let paths = (ended.opened?.entries ?? []).filter { ($0.delivery ?? call.wish.delivery ?? .environment) != .environment }
        if !paths.isEmpty {
            hints.append("\(paths.map { "$" + $0.key }.joined(separator: ", ")) held the path of the value, not the value itself.")
        }
        if shaped.isTruncated, call.wish.budget == nil {
            hints.append("Output was cut. The whole is kept: search or slice it with session_output, or call with a budget.")
        }
        if RedactionMarker.contains(Array(call.line.utf8)) || RedactionMarker.contains(Array((call.wish.stdin ?? "").utf8)) {
            hints.append("The command holds a redaction marker. If it wrote one into a file, the value there is lost: undo that.")
        }
        return hints
    }

    private func keep(_ outcome: DirectOutcome) -> String {
        host.parts.outputs.keep(
            session: SecretRunHost.session, stdout: outcome.stdout, stderr: outcome.stderr, now: host.parts.loop.now)
    }

    // MARK: The record

    /// Ends the work on the result, if there is any. The record tells how the program ended, without its output.
    func abandon(_ reason: String) {
        shaping?.cancel()
        if let outcome {
            record(outcome, nil, reason)
        } else if shaping == nil, !isCancelled {
            record(.cancelled, reason: reason)
        }
        shaping = nil
        outcome = nil
    }

    private func record(
        _ outcome: DirectOutcome, _ output: (stdout: String, stderr: String, isTruncated: Bool)?, _ reason: String? = nil
    ) {
        let result: AuditResult =
            outcome.timedOut ? .timeout : outcome.cancelled ? .cancelled : outcome.shellCode == 0 ? .ok : .failed
        if !isRecorded {
            host.tellExecuted(.executed(
                command: String(CommandQuestion(texts).line(call.shown.string, most: 200)), exitCode: outcome.shellCode,
                milliseconds: outcome.milliseconds))
        }
        record(
            result, exitCode: outcome.shellCode, signal: outcome.signal.map { Int($0.rawValue) },
            milliseconds: outcome.milliseconds, output: output, reason: reason)
    }

    private func record(
        _ result: AuditResult, fence: String? = nil, exitCode: Int? = nil, signal: Int? = nil, milliseconds: Int = 0,
        output: (stdout: String, stderr: String, isTruncated: Bool)? = nil, reason: String? = nil
    ) {
        guard !isRecorded else { return }
        isRecorded = true
        host.release(call)
        guard let receipt else { return }
        host.record(.runEnd(
            start: receipt, result: result, fence: fence, exitCode: exitCode, signal: signal, milliseconds: milliseconds,
            output: output, reason: reason))
    }
}
