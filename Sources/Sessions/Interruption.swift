/// How a running command is brought to its end: a list of steps, each stronger than the one before. Pure; told when a
/// step is due, it says what to do and when to come back. It ends as soon as the shell reports, so most commands see
/// one SIGINT and nothing more.
struct Interruption: Equatable, Sendable {
    enum Action: Equatable, Sendable {
        /// SIGINT to the shell's process group: what ^C does. Jobs put into the background ignore it.
        case interruptGroup
        /// SIGINT to everything the command started, wherever it went.
        case interruptDescendants
        /// SIGTERM to everything the command started.
        case terminateDescendants
        /// SIGKILL to everything the command started, and SIGINT to the shell, which may go on with the next part.
        case killDescendants
        /// The shell itself does not come back: kill it, and with it the session.
        case giveUp
    }

    private static let opening: [(Action, Duration)] = [
        (.interruptGroup, .milliseconds(150)), (.interruptGroup, .milliseconds(350)),
        (.interruptDescendants, .milliseconds(500)), (.terminateDescendants, .milliseconds(1000)),
    ]
    private let kills: Int
    private var position = 0

    /// - Parameter kills: how often SIGKILL is tried, five times a second. Where a shell has to look for the processes, each look
    ///   may take longer than that on a busy machine, and they queue up.
    init(kills: Int = 30) { self.kills = kills }

    /// What to do now, and how long to wait for the report before asking again.
    mutating func next() -> (action: Action, wait: Duration) {
        defer { position += 1 }
        if position < Self.opening.count { return Self.opening[position] }
        if position < Self.opening.count + kills { return (.killDescendants, .milliseconds(200)) }
        return (.giveUp, .zero)
    }
}
