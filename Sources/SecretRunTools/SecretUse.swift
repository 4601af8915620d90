import AuditLog
import CommandCalls
import JSON
import SecretRun

/// What secrets are opened for besides a run: a session's shell, or a login.
protocol SecretUse {
    /// What holds the values.
    associatedtype Opened

    /// Names, each once.
    var keys: [String] { get }
    // From where, as the agent asked.
    var project: String? { get }
    var environment: String? { get }
    var folder: String? { get }

    /// The type of the record that stands before it.
    static var event: AuditType { get }
    /// The first word of what an answer of the user is bound to.
    static var subject: String { get }
    /// What the agent is told when the user did not agree.
    static var refusal: String { get }
    /// What did not happen when there are no secrets: one sentence.
    static var nothing: String { get }

    /// Members of the record beside names and place.
    func fields(_ texts: Texts) -> JSONObject
    /// The first sentence of a question.
    func opening(_ question: CommandQuestion) -> String
    /// Which secrets, in lines of a question.
    func secrets(_ question: CommandQuestion) -> [String]
    /// What else the user is to know.
    func details(_ question: CommandQuestion, origin: String) -> [String]
    /// What it is as a command.
    var command: String { get }
    /// All that an answer holds for, beside the place of the secrets.
    var digested: [JSONValue] { get }

    func open(
        _ runs: SecretRuns, _ secrets: SecretSelection, _ texts: Texts, steps: SecretRunSteps,
        completion: @escaping (Result<Opened, SecretRunFailure>) -> Void
    ) -> SecretOpening
}
