import AuditLog
public import CommandPolicy
import Digest
import EventLoop
import JSON
import MCPProtocol
import MCPServer
import OutputShaping
import Redaction

/// Judges a command before it runs: the operator's policy and the session's own fence, then the user where a rule says so.
///
/// Advisory: it reads the text of a command (docs/policy.md says what that cannot see).
public final class Fence {
    let policy: CommandPolicy
    private let recorder: Recorder
    private let notify: (String, String, String) -> Void
    private var approvals = Approvals()

    /// - Parameter notify: told of each refusal: session, rule, reason.
    public init(policy: CommandPolicy, recorder: Recorder, notify: @escaping (String, String, String) -> Void) {
        self.policy = policy
        self.recorder = recorder
        self.notify = notify
    }

    /// Calls `proceed` when the command may run; else ends the call with the reason. Every refusal is on record.
    ///
    /// - Parameter input: what the command reads. Where a shell reads it, it is judged as a command too.
    func check(
        _ command: String, input: String = "", session: String, fence: SessionFence, context: ToolContext,
        now: MonotonicInstant, proceed: @escaping () -> Void
    ) {
        let verdict = policy.judge(command, session: fence)
        guard !input.isEmpty, Self.shellReadsInput(of: command) else {
            return act(on: verdict, command, session, context, now, proceed)
        }
        let ofInput = policy.judge(input, session: fence)
        act(
            on: ofInput.outcome > verdict.outcome ? ofInput : verdict,
            ofInput.outcome == .allow ? command : "\(command)\n<<<\n\(input)", session, context, now, proceed)
    }

    /// The same for more input to a command that runs.
    func check(
        inputOf command: String, _ input: String, session: String, fence: SessionFence, context: ToolContext,
        now: MonotonicInstant, proceed: @escaping () -> Void
    ) {
        guard !input.isEmpty, Self.shellReadsInput(of: command) else { return proceed() }
        act(on: policy.judge(input, session: fence), input, session, context, now, proceed)
    }

    /// Whether a word given as input would be run: found by giving one that is in no command.
    static func shellReadsInput(of command: String) -> Bool {
        let word = "w" + Handle.random()
        return CommandAnalysis("{ \(command)\n} <<'\(word)'\n\(word)x\n\(word)\n").programNames.contains(word + "x")
    }

    private func act(
        on verdict: Verdict, _ command: String, _ session: String, _ context: ToolContext, _ now: MonotonicInstant,
        _ proceed: @escaping () -> Void
    ) {
        switch verdict.outcome {
        case .allow: proceed()
        case .deny: refuse(command, session, verdict, by: Self.origin(of: verdict), verdict.advice, context)
        case .ask: ask(command, session, verdict, context, now, proceed)
        }
    }

    private func ask(
        _ command: String, _ session: String, _ verdict: Verdict, _ context: ToolContext, _ now: MonotonicInstant,
        _ proceed: @escaping () -> Void
    ) {
        let binding = Approvals.Binding(session: session, command: SHA256.hash(Array(command.utf8)).hex)
        let state = approvals.issue(binding, now: now)
        context.ask(Self.question(command, session, verdict), state: state) { [self] answer in
            switch answer {
            case .unavailable:
                let text = verdict.advice + " A rule wants the user to be asked first, and this client cannot ask. "
                    + "Let the user run the command, or let the operator change the rule."
                refuse(command, session, verdict, by: "operator", text, context)
            case .answered(let said):
                approvals.discard(state)
                decide(said, command, session, verdict, context, proceed)
            case .answeredBefore(let said, let state):
                guard approvals.redeem(state, binding, now: now) else {
                    return context.fail("The approval was used before, or is too old. Call again to ask the user anew.")
                }
                decide(said, command, session, verdict, context, proceed)
            }
        }
    }

    private func decide(
        _ answer: ElicitationAnswer, _ command: String, _ session: String, _ verdict: Verdict, _ context: ToolContext,
        _ proceed: () -> Void
    ) {
        if case .accept(let content) = answer, content["run"]?.bool == true { return proceed() }
        let text = "The user was asked and did not agree to this command, so it was not run. Do not try it in another form; "
            + "ask the user how to go on."
        refuse(command, session, verdict, by: "user", text, context)
    }

    private func refuse(
        _ command: String, _ session: String, _ verdict: Verdict, by fence: String, _ text: String, _ context: ToolContext
    ) {
        let rule = verdict.deciding?.rule.name
        // The reason names programs of the command, and anything can stand where a program is expected.
        let reason = StreamText.string(text)
        let shown = CommandText(command)
        do {
            try recorder.write(
                .blocked(session: session, command: shown.string, fence: fence, rule: rule, reason: reason)
                    .naming(shown.hiddenPrograms))
        } catch {
            return context.fail(Recorder.refusal(error))
        }
        notify(session, rule ?? "", reason)
        context.fail(reason)
    }

    private static func origin(of verdict: Verdict) -> String {
        switch verdict.deciding?.rule {
        case .session, .notAllowed(origin: .session), .unknown(_, origin: .session): "session"
        default: "operator"
        }
    }

    /// The text with a mark before each line, and runs of empty lines told by their number.
    private static func marked(_ text: [UInt8]) -> String {
        var lines: [String] = []
        var empty = 0
        for line in text.split(separator: 0x0A, omittingEmptySubsequences: false) + [[0]] {
            if line.allSatisfy({ $0 == 0x20 || $0 == 0x09 }) {
                empty += 1
                continue
            }
            if empty > 0 { lines.append(empty == 1 ? "|" : "| (\(empty) empty lines)") }
            empty = 0
            lines.append("| " + String(decoding: line, as: UTF8.self))
        }
        return lines.dropLast().joined(separator: "\n")
    }

    /// The most characters of a command that a question shows; approval covers the rest of it too, and the question says so.
    private static let shownCharacters = 4_000

    /// An agent chooses what looks like a credential, and a piece of a command can: what runs is said without it.
    private static func hiddenNote(_ command: String) -> String {
        var names: [String] = []
        for name in CommandAnalysis(command).programNames where !names.contains(name) && names.count < 32 { names.append(name) }
        return " What [REDACTED] stands for is a part of the command too. The programs in it: "
            + StreamText.string(String(names.joined(separator: ", ").prefix(1_000))) + "."
    }

    /// Only what we computed, with everything invisible made visible.
    private static func question(_ command: String, _ session: String, _ verdict: Verdict) -> Elicitation {
        let shown = HeadTailCap(limit: shownCharacters, measure: .characters, countsNote: true)
            .apply(to: ElidedText(whole: CommandText(command).bytes))
        // What we say comes first, and every line of the command is marked: no line of it can pass for ours, and no number of
        // empty lines pushes our words out of sight.
        var message = "An agent wants to run a command in session \(session). Rule: \(verdict.deciding?.rule.name ?? "ask")."
        if let reason = verdict.deciding?.reason { message += " Reason: \(reason)." }
        if shown.isTruncated { message += " Only a part of the command is shown; your answer is for all of it." }
        if RedactionMarker.contains(shown.rendered) { message += Self.hiddenNote(command) }
        message += "\n\n" + Self.marked(shown.rendered)
        return Elicitation(
            key: "run", message: message,
            schema: [
                "type": "object",
                "properties": ["run": ["type": "boolean", "title": "Run this command once", "default": false]],
                "required": ["run"],
            ])
    }
}
