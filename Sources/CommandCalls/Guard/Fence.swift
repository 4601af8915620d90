import AuditLog
package import CommandPolicy
import Digest
package import EventLoop
import MCPProtocol
package import MCPServer

/// Judges a command before it runs: the operator's policy and the session's own fence, then the user where a rule says so.
///
/// Advisory: it reads the text of a command (docs/policy.md says what that cannot see).
package final class Fence {
    package let policy: CommandPolicy
    private let recorder: Recorder
    private let texts: Texts
    private let notify: (String, String, String) -> Void
    private let questions = UserQuestions()

    /// - Parameter notify: told of each refusal: session, rule, reason.
    package init(policy: CommandPolicy, recorder: Recorder, texts: Texts, notify: @escaping (String, String, String) -> Void) {
        self.policy = policy
        self.recorder = recorder
        self.texts = texts
        self.notify = notify
    }

    /// Calls `proceed` when the command may run; else ends the call with the reason. Every refusal is on record.
    ///
    /// - Parameter input: what the command reads. Where a shell reads it, it is judged as a command too.
    package func check(
        _ command: String, input: String = "", session: String, fence: SessionFence, context: ToolContext,
        now: MonotonicInstant, proceed: @escaping () -> Void
    ) {
        check(
            command, input: input, subject: Subject("a command in session \(session)"), session: session, fence: fence,
            context: context, now: now) { _ in proceed() }
    }

    /// The same for a command of which a question has more to say than its text.
    ///
    /// - Parameter proceed: told whether the user was asked about this subject, and agreed.
    package func check(
        _ command: String, input: String, subject: Subject, session: String, fence: SessionFence, context: ToolContext,
        now: MonotonicInstant, proceed: @escaping (_ wasAsked: Bool) -> Void
    ) {
        let call = Call(command: command, subject: subject, session: session, context: context, now: now, proceed: proceed)
        let (verdict, isOfInput) = judge(command, input: input, fence)
        var whole = call
        if isOfInput { whole.command = "\(command)\n<<<\n\(input)" }
        act(on: verdict, whole)
    }

    /// Whether a rule wants the user to be asked about a command.
    package func asks(_ command: String, input: String, fence: SessionFence) -> Bool {
        judge(command, input: input, fence).verdict.outcome == .ask
    }

    /// The stricter verdict, and whether what the command reads has a part in it.
    private func judge(_ command: String, input: String, _ fence: SessionFence) -> (verdict: Verdict, isOfInput: Bool) {
        let verdict = policy.judge(command, session: fence)
        guard !input.isEmpty, Self.shellReadsInput(of: command) else { return (verdict, false) }
        let ofInput = policy.judge(input, session: fence)
        return (ofInput.outcome > verdict.outcome ? ofInput : verdict, ofInput.outcome != .allow)
    }

    /// What a question is about.
    package struct Subject {
        /// "An agent wants to run …".
        let name: String
        /// More that the user is to know: our own words, each fit to stand on one line. Asked for with a question only.
        let details: () -> [String]
        /// Everything but the command that an answer holds for; empty when there is nothing. Likewise.
        let digest: () -> String

        package init(
            _ name: String, details: @escaping @autoclosure () -> [String] = [], digest: @escaping @autoclosure () -> String = ""
        ) {
            self.name = name
            self.details = details
            self.digest = digest
        }
    }

    /// One command on its way.
    private struct Call {
        var command: String
        let subject: Subject
        let session: String
        let context: ToolContext
        let now: MonotonicInstant
        let proceed: (Bool) -> Void

        var binding: Approvals.Binding {
            let digest = subject.digest()
            let text = digest.isEmpty ? command : digest + "\n" + command
            return Approvals.Binding(session: session, command: SHA256.hash(Array(text.utf8)).hex)
        }
    }

    /// The same for more input to a command that runs.
    package func check(
        inputOf command: String, _ input: String, session: String, fence: SessionFence, context: ToolContext,
        now: MonotonicInstant, proceed: @escaping () -> Void
    ) {
        guard !input.isEmpty, Self.shellReadsInput(of: command) else { return proceed() }
        let subject = Subject("a command in session \(session)")
        act(
            on: policy.judge(input, session: fence),
            Call(command: input, subject: subject, session: session, context: context, now: now) { _ in proceed() })
    }

    /// Whether a word given as input would be run: found by giving one that is in no command.
    package static func shellReadsInput(of command: String) -> Bool {
        let word = "w" + Handle.random()
        return CommandAnalysis("{ \(command)\n} <<'\(word)'\n\(word)x\n\(word)\n").programNames.contains(word + "x")
    }

    private func act(on verdict: Verdict, _ call: Call) {
        switch verdict.outcome {
        case .allow: call.proceed(false)
        case .deny: refuse(call, verdict, by: Self.origin(of: verdict), verdict.advice)
        case .ask: ask(call, verdict)
        }
    }

    private func ask(_ call: Call, _ verdict: Verdict) {
        questions.ask(question(call, verdict), for: call.binding, context: call.context, now: call.now) { [self] answer in
            switch answer {
            case .agreed: call.proceed(true)
            case .refused: refuse(call, verdict, by: "user", CommandQuestion.refusal)
            case .stale: call.context.fail(CommandQuestion.staleAnswer)
            case .unavailable:
                let text = verdict.advice + " A rule wants the user to be asked first, and this client cannot ask. "
                    + "Let the user run the command, or let the operator change the rule."
                refuse(call, verdict, by: "operator", text)
            }
        }
    }

    private func refuse(_ call: Call, _ verdict: Verdict, by fence: String, _ text: String) {
        let rule = verdict.deciding?.rule.name
        // The reason names programs of the command, and anything can stand where a program is expected.
        let reason = texts.string(text)
        let shown = texts.command(call.command)
        do {
            try recorder.write(
                .blocked(session: call.session, command: shown.string, fence: fence, rule: rule, reason: reason)
                    .naming(shown.hiddenPrograms, texts))
        } catch {
            return call.context.fail(Recorder.refusal(error))
        }
        notify(call.session, rule ?? "", reason)
        call.context.fail(reason)
    }

    private func question(_ call: Call, _ verdict: Verdict) -> Elicitation {
        var reasons = "Rule: \(verdict.deciding?.rule.name ?? "ask")."
        if let reason = verdict.deciding?.reason { reasons += " Reason: \(reason)." }
        return CommandQuestion(texts).elicitation(
            "An agent wants to run \(call.subject.name). \(reasons)", details: call.subject.details(), command: call.command)
    }

    private static func origin(of verdict: Verdict) -> String {
        switch verdict.deciding?.rule {
        case .session, .notAllowed(origin: .session), .unknown(_, origin: .session): "session"
        default: "operator"
        }
    }
}
