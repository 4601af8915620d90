/// Why no process was made. After any of these nothing is left behind: no child, no descriptor.
public enum SpawnError: Error, Equatable, Sendable {
    /// The executable is not an absolute path, or holds NUL.
    case executable
    /// There is no argument 0, or the argument of this index holds NUL.
    case argument(index: Int)
    /// The working directory is not an absolute path, or holds NUL.
    case workingDirectory
    /// A variable's name is empty or holds `=` or NUL.
    case environmentName
    /// The value of this variable holds NUL.
    case environmentValue(name: String)
    /// A descriptor number is mapped twice, is negative, or 0, 1 or 2 is not mapped; or there are more than 32.
    case descriptorPlan
    /// The plan asks for a confinement this build cannot give. The plan is refused: it never runs unconfined.
    case unsupportedConfinement(name: String)
    /// A step between creation and execution failed with this error number.
    case failed(step: Step, errno: Int32)

    /// The steps of a creation, in their order.
    public enum Step: Int32, Sendable, CaseIterable {
        case clone = 1
        case session = 2
        /// ESRCH: this process was dying already.
        case deathSignal = 3
        case subreaper = 4
        case coreLimit = 5
        case workingDirectory = 6
        case descriptors = 7
        case closing = 8
        case execute = 9
        case memory = 10
    }
}
