public import KeeperProtocol

/// What can be asked of the vault without a value ever being part of the answer.
public enum NamesQuestion: Equatable, Sendable {
    case status
    case projects
    case secrets(SecretsQuery)
    /// The project file in force in a directory, absolute.
    case current(directory: String)
}

/// What the vault says to it.
public enum NamesAnswer: Equatable, Sendable {
    case status(KeeperStatus)
    case projects([ProjectOutline])
    case secrets(SecretList)
    case current(CurrentProject)
    case refused(Refusal)
}

/// Why there was no answer.
public struct NamesFailure: Error, Equatable, Sendable {
    /// What happened and what to do, fit to be passed on by an agent.
    public let text: String

    public init(_ text: String) { self.text = text }
}

/// Asks the vault. `then` is called once, never before the call has returned.
public typealias AskNames = (NamesQuestion, _ then: @escaping (Result<NamesAnswer, NamesFailure>) -> Void) -> Void
