import AuditLog
import CommandCalls
import Digest
import EventLoop
import JSON
import KeeperProtocol
import MCPServer
import SecretRun
import SessionTools

/// The way of secrets to a use: their place, the record, the keeper, the user where a rule wants that.
final class SecretUseCall<Use: SecretUse> {
    private let use: Use
    private let host: SecretRunHost
    private let context: ToolContext
    private let then: (Result<Granted, SessionSecretRefusal>) -> Void
    private var receipt: AuditReceipt?
    private var refusal: String?
    private var opening: SecretOpening?
    private var isDeferred = false
    /// Where they stand. Fixed before anybody is asked: an execkit.toml may be another one by the time of the answer.
    private var place: RunPlaceSearch.Place?

    /// What was opened, and the record of its end, once.
    struct Granted {
        let opened: Use.Opened
        let end: (AuditResult, _ reason: String) -> Void
    }

    init(
        _ use: Use, host: SecretRunHost, context: ToolContext,
        then: @escaping (Result<Granted, SessionSecretRefusal>) -> Void
    ) {
        self.use = use
        self.host = host
        self.context = context
        self.then = then
    }

    func begin() {
        RunPlaceSearch(keeper: host.parts.keeper, origin: host.origin)
            .find(project: use.project, environment: use.environment) { [self] in
                place = $0
                guard !context.isOver else { return }
                open()
            }
    }

    private func open() {
        let secrets = SecretSelection(
            keys: use.keys, project: place?.project ?? use.project, environment: place?.environment ?? use.environment,
            folder: use.folder, origin: host.origin, delivery: nil)
        let steps = SecretRunSteps(
            record: { [self] _ in try record() }, confirm: { [self] in confirm($0, $1) }, register: host.register)
        opening = use.open(host.parts.runs, secrets, host.parts.texts, steps: steps) { [self] in opened($0) }
        context.onCancel = { [weak self] in self?.opening?.cancel() }
    }

    private struct NotRecorded: Error {}

    private func record() throws {
        var fields: JSONObject = ["secrets": .array(use.keys.map { .string($0) })]
        for field in use.fields(host.parts.texts) { fields[field.key] = field.value }
        if let project = place?.project ?? use.project { fields["project"] = .string(project) }
        if let environment = place?.environment ?? use.environment { fields["environment"] = .string(environment) }
        if let folder = use.folder { fields["folder"] = .string(folder) }
        do throws(AuditError) {
            receipt = try host.begin(AuditEvent(Use.event, session: SecretRunHost.session, fields: fields))
        } catch {
            refusal = Recorder.refusal(error)
            throw NotRecorded()
        }
    }

    private func opened(_ result: Result<Use.Opened, SecretRunFailure>) {
        opening = nil
        guard !isDeferred else { return }
        switch result {
        case .failure(let failure):
            let text = CommandQuestion(host.parts.texts).line(refusal ?? failure.explanation, most: 4_000)
            end(.failed, reason: text)
            then(.failure(SessionSecretRefusal(text: text)))
        case .success(let opened):
            then(.success(Granted(opened: opened) { [self] in end($0, reason: $1) }))
        }
    }

    private func end(_ result: AuditResult, reason: String) {
        guard let receipt else { return }
        self.receipt = nil
        host.record(.runEnd(start: receipt, result: result, reason: reason))
    }

    private func confirm(_ confirmation: Confirmation, _ then: @escaping (Bool) -> Void) {
        guard let place else {
            refusal = "A rule of the user wants them to be asked. \(Use.nothing) Call again with secrets_from, projectId and "
                + "environment, so that it is plain what they are asked about."
            return then(false)
        }
        let question = CommandQuestion(host.parts.texts)
        let elicitation = question.elicitation(
            use.opening(question),
            details: confirmation.reasons.prefix(20).map { "Reason: " + question.line($0) } + use.secrets(question) + [
                "Project: \(question.line(place.name)) (\(place.project)), environment \(question.line(place.environment))"
                    + (use.folder.map { ", folder " + question.line($0) } ?? ""),
            ] + use.details(question, origin: host.origin),
            command: use.command)
        let binding = Approvals.Binding(session: Use.subject, command: digest)
        let isOver = host.questions.ask(elicitation, for: binding, context: context, now: host.parts.loop.now) { [self] answer in
            switch answer {
            case .agreed: return then(true)
            case .refused: refusal = Use.refusal
            case .stale: refusal = CommandQuestion.staleAnswer
            case .unavailable:
                refusal = "A rule of the user wants them to be asked first, and this client cannot ask. \(Use.nothing)"
            }
            then(false)
        }
        // Without a handshake the call ends with the question, and comes again with the answer.
        guard isOver else { return }
        isDeferred = true
        end(.cancelled, reason: "the user is being asked")
        opening?.cancel()
    }

    /// Every part of the use, and the place as it was found: the answer holds for exactly this.
    private var digest: String {
        let place: [JSONValue] = [place?.project, place?.environment, use.folder].map { $0.map { .string($0) } ?? .null }
        return SHA256.hash(JSONValue.array(use.digested + place).serialized()).hex
    }
}
