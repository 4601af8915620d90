/// One thing the doctor looked at: what it is, how it stands, and what to do.
public struct Finding: Equatable, Sendable {
    /// How it stands.
    public enum State: String, Sendable, CaseIterable {
        /// Works.
        case ok
        /// Works, or is not needed, but the operator should know something.
        case warn
        /// Was configured or is needed, and does not work.
        case broken
        /// Not in use.
        case off
    }

    /// The group it is shown under.
    public enum Section: String, Sendable, CaseIterable {
        case program, ssh, settings, clients
    }

    public let section: Section
    /// A setting's variable, or a word such as `shell`.
    public let name: String
    public let state: State
    /// What it resolves to.
    public let value: String
    /// What was found or is to be done; empty when there is nothing to say.
    public let advice: String

    public init(_ section: Section, _ name: String, _ state: State, _ value: String, advice: String = "") {
        self.section = section
        self.name = name
        self.state = state
        self.value = value
        self.advice = advice
    }
}
