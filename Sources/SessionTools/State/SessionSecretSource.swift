package import MCPServer
package import Spawn

/// Which secrets of the vault a session's shell is to get, as the agent asked.
package struct SessionSecretWish {
    package let keys: [String]
    package let project: String?
    package let environment: String?
    package let folder: String?
    /// Absolute path of the shell.
    package let shell: String
    package let workingDirectory: String?
}

/// Secrets on their way into one shell. This room can hand them on and cannot read them.
package final class HandedSecrets {
    /// Their names.
    package let keys: [String]
    private let take: () -> EnvironmentBlock
    private var onEnd: ((Bool) -> Void)?

    /// - Parameters:
    ///   - take: the variables, once.
    ///   - onEnd: told once that the session has ended, or (false) never began.
    package init(keys: [String], take: @escaping () -> EnvironmentBlock, onEnd: @escaping (Bool) -> Void) {
        self.keys = keys
        self.take = take
        self.onEnd = onEnd
    }

    func takeEnvironment() -> EnvironmentBlock { take() }

    func ended(didBegin: Bool) {
        let onEnd = onEnd
        self.onEnd = nil
        onEnd?(didBegin)
    }
}

/// Where a session's secrets come from. Without one there are none.
package protocol SessionSecretSource: AnyObject {
    /// Records, asks the user where a rule wants that, opens. `then` is called once, unless the call ends with a question.
    ///
    /// - Returns of `then`: the secrets, or why there are none, fit to be passed on by an agent.
    func open(
        _ wish: SessionSecretWish, context: ToolContext, then: @escaping (Result<HandedSecrets, SessionSecretRefusal>) -> Void)
}

/// Why a session gets no secrets.
package struct SessionSecretRefusal: Error {
    package let text: String

    package init(text: String) { self.text = text }
}
