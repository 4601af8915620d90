import AuditLog
import KeeperProtocol
package import SecretMemory
import SecretRun

/// Secrets for one login, each in locked memory until it is taken. What is left is wiped when this is dropped.
package final class LoginSecrets {
    private let held: HeldSecrets
    private var onEnd: ((AuditResult, String) -> Void)?

    init(_ held: HeldSecrets, onEnd: @escaping (AuditResult, String) -> Void) {
        self.held = held
        self.onEnd = onEnd
    }

    deinit { lost("lost") }

    /// The value of a key, as often as the wish names it; nil then. One line end behind it is taken off.
    package func take(_ key: String) -> SecretBytes? { held.take(key) }

    /// The login is over, or (false) no value was used. Told once; what was not taken is wiped.
    package func ended(didBegin: Bool) {
        held.ended(didBegin ? .closed : .notStarted)
        finish(.ok, didBegin ? "closed" : "not_started")
    }

    /// It is not known what became of it.
    func lost(_ reason: String) {
        held.ended(.lost)
        finish(.failed, reason)
    }

    private func finish(_ result: AuditResult, _ reason: String) {
        let onEnd = onEnd
        self.onEnd = nil
        onEnd?(result, reason)
    }
}
