import AuditLog
import CommandCalls
import Digest
import EventLoop
import JSON
import KeeperProtocol
package import MCPServer
import SecretRun
package import SessionTools
import Spawn

extension SecretRunHost: SessionSecretSource {
    package func open(
        _ wish: SessionSecretWish, context: ToolContext, then: @escaping (Result<HandedSecrets, SessionSecretRefusal>) -> Void
    ) {
        SessionSecretCall(wish, host: self, context: context, then: then).begin()
    }
}

/// The way of secrets into a new session: record, open, the user where a rule wants that.
private final class SessionSecretCall {
    private let wish: SessionSecretWish
    private let host: SecretRunHost
    private let context: ToolContext
    private let then: (Result<HandedSecrets, SessionSecretRefusal>) -> Void
    private var receipt: AuditReceipt?
    private var refusal: String?
    private var opening: SecretOpening?
    private var isDeferred = false
    /// Where they stand. Fixed before anybody is asked: an execkit.toml may be another one by the time of the answer.
    private var place: RunPlaceSearch.Place?

    init(
        _ wish: SessionSecretWish, host: SecretRunHost, context: ToolContext,
        then: @escaping (Result<HandedSecrets, SessionSecretRefusal>) -> Void
    ) {
        self.wish = wish
        self.host = host
        self.context = context
        self.then = then
    }

    func begin() {
        RunPlaceSearch(keeper: host.parts.keeper, origin: host.origin)
            .find(project: wish.project, environment: wish.environment) { [self] in
                place = $0
                guard !context.isOver else { return }
                open()
            }
    }

    private func open() {
        let request = SecretSessionRequest(
            shell: wish.shell, workingDirectory: wish.workingDirectory,
            secrets: SecretSelection(
                keys: wish.keys, project: place?.project ?? wish.project, environment: place?.environment ?? wish.environment,
                folder: wish.folder, origin: host.origin, delivery: nil))
        let steps = SecretRunSteps(
            record: { [self] _ in try record() }, confirm: { [self] in confirm($0, $1) }, register: host.register)
        opening = host.parts.runs.open(request, steps: steps) { [self] in opened($0) }
        context.onCancel = { [weak self] in self?.opening?.cancel() }
    }

    private struct NotRecorded: Error {}

    private func record() throws {
        var fields: JSONObject = ["secrets": .array(wish.keys.map { .string($0) }), "program": .string(wish.shell)]
        if let project = place?.project ?? wish.project { fields["project"] = .string(project) }
        if let environment = place?.environment ?? wish.environment { fields["environment"] = .string(environment) }
        if let folder = wish.folder { fields["folder"] = .string(folder) }
        do throws(AuditError) {
            receipt = try host.begin(AuditEvent("session_secrets", session: SecretRunHost.session, fields: fields))
        } catch {
            refusal = Recorder.refusal(error)
            throw NotRecorded()
        }
    }

    private func opened(_ result: Result<SessionSecrets, SecretRunFailure>) {
        guard !isDeferred else { return }
        switch result {
        case .failure(let failure):
            let text = CommandQuestion(host.parts.texts).line(refusal ?? failure.explanation, most: 4_000)
            end(.failed, reason: text)
            then(.failure(SessionSecretRefusal(text: text)))
        case .success(let secrets):
            then(.success(HandedSecrets(keys: wish.keys, take: { secrets.takeEnvironment() }) { [self] didBegin in
                secrets.ended(didBegin ? .closed : .notStarted)
                end(.ok, reason: didBegin ? "closed" : "not_started")
            }))
        }
    }

    private func end(_ result: AuditResult, reason: String) {
        guard let receipt else { return }
        self.receipt = nil
        host.record(.runEnd(start: receipt, result: result, reason: reason))
    }

    private func confirm(_ confirmation: Confirmation, _ then: @escaping (Bool) -> Void) {
        guard let place else {
            refusal = "A rule of the user wants them to be asked. No session was opened: call again with secrets_from, projectId and "
                + "environment, so that it is plain what they are asked about."
            return then(false)
        }
        let question = CommandQuestion(host.parts.texts)
        let details = confirmation.reasons.prefix(20).map { "Reason: " + question.line($0) } + [
            "Secrets: " + question.line(wish.keys.joined(separator: ", "), most: 3_000),
            "Project: \(question.line(place.name)) (\(place.project)), environment \(question.line(place.environment))"
                + (wish.folder.map { ", folder " + question.line($0) } ?? ""),
            "Directory: " + question.line(wish.workingDirectory ?? host.origin),
            "Every command of the session can use them until it ends.", RunCall.lasting,
        ]
        let elicitation = question.elicitation(
            "An agent wants to open a shell session with secrets of your vault, and a rule of yours wants you to be asked.",
            details: details, command: wish.shell)
        let binding = Approvals.Binding(session: "session_create", command: digest)
        let isOver = host.questions.ask(elicitation, for: binding, context: context, now: host.parts.loop.now) { [self] answer in
            switch answer {
            case .agreed: return then(true)
            case .refused: refusal = CommandQuestion.refusal
            case .stale: refusal = CommandQuestion.staleAnswer
            case .unavailable:
                refusal = "A rule of the user wants them to be asked first, and this client cannot ask. No session was opened."
            }
            then(false)
        }
        // Without a handshake the call ends with the question, and comes again with the answer.
        guard isOver else { return }
        isDeferred = true
        end(.cancelled, reason: "the user is being asked")
        opening?.cancel()
    }

    /// Every part of the wish: the answer holds for exactly this.
    private var digest: String {
        let parts: [JSONValue] = [
            .array(wish.keys.map { .string($0) }), Self.json(place?.project), Self.json(place?.environment), Self.json(wish.folder),
            .string(wish.shell), Self.json(wish.workingDirectory),
        ]
        return SHA256.hash(JSONValue.array(parts).serialized()).hex
    }

    private static func json(_ text: String?) -> JSONValue { text.map { .string($0) } ?? .null }
}
