import AuditLog
import CommandCalls
import JSON
import KeeperProtocol
package import MCPServer
import SecretRun
package import SessionTools

extension SecretRunHost: SessionSecretSource {
    package func open(
        _ wish: SessionSecretWish, context: ToolContext, then: @escaping (Result<HandedSecrets, SessionSecretRefusal>) -> Void
    ) {
        SecretUseCall(SessionSecretUse(wish: wish), host: self, context: context) { result in
            then(result.map { granted in
                HandedSecrets(keys: wish.keys, take: { granted.opened.takeEnvironment() }) { didBegin in
                    granted.opened.ended(didBegin ? .closed : .notStarted)
                    granted.end(.ok, didBegin ? "closed" : "not_started")
                }
            })
        }.begin()
    }
}

/// Secrets for the shell of a new session.
private struct SessionSecretUse: SecretUse {
    let wish: SessionSecretWish

    var keys: [String] { wish.keys }
    var project: String? { wish.project }
    var environment: String? { wish.environment }
    var folder: String? { wish.folder }

    static let event: AuditType = "session_secrets"
    static let subject = "session_create"
    static let refusal = CommandQuestion.refusal
    static let nothing = "No session was opened."

    func fields(_ texts: Texts) -> JSONObject { ["program": .string(wish.shell)] }

    func opening(_ question: CommandQuestion) -> String {
        "An agent wants to open a shell session with secrets of your vault, and a rule of yours wants you to be asked."
    }

    func secrets(_ question: CommandQuestion) -> [String] {
        ["Secrets: " + question.line(wish.keys.joined(separator: ", "), most: 3_000)]
    }

    func details(_ question: CommandQuestion, origin: String) -> [String] {
        [
            "Directory: " + question.line(wish.workingDirectory ?? origin),
            "Every command of the session can use them until it ends.", RunCall.lasting,
        ]
    }

    var command: String { wish.shell }

    var digested: [JSONValue] {
        [
            .array(wish.keys.map { .string($0) }), .string(wish.shell), wish.workingDirectory.map { .string($0) } ?? .null,
        ]
    }

    func open(
        _ runs: SecretRuns, _ secrets: SecretSelection, _ texts: Texts, steps: SecretRunSteps,
        completion: @escaping (Result<SessionSecrets, SecretRunFailure>) -> Void
    ) -> SecretOpening {
        runs.open(
            SecretSessionRequest(shell: wish.shell, workingDirectory: wish.workingDirectory, secrets: secrets), steps: steps,
            completion: completion)
    }
}
