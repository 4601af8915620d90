/// What a fence says about one command, and why.
///
/// A verdict is **advice that an agent usually heeds, not a wall**. It is drawn from the text of the command. A program
/// that is allowed can start any other; a file, an alias or a variable that the text does not show can change what
/// runs.
/// What must not happen has to be made impossible by other means: a separate user, a container, a read-only mount.
public struct Verdict: Sendable, Equatable {
    public enum Outcome: String, Sendable, CaseIterable, Comparable {
        case allow, ask, deny

        private var rank: Int {
            switch self {
            case .allow: 0
            case .ask: 1
            case .deny: 2
            }
        }

        public static func < (left: Outcome, right: Outcome) -> Bool { left.rank < right.rank }
    }

    /// The strictest of all findings; `allow` when there are none.
    public var outcome: Outcome
    /// What stands against the command, the deciding finding first; at most `mostFindings` of them.
    public var findings: [Finding]
    /// One paragraph an agent can act on: which rule, what to drop or change, what would then be allowed. Empty when
    /// the command is allowed. It holds program names and the operator's own reasons, never the command.
    public var advice: String

    /// The finding that decided.
    public var deciding: Finding? { findings.first }

    /// More findings than this are counted into the outcome and left out of the list.
    public static let mostFindings = 16

    /// One reason not to run a command.
    public struct Finding: Sendable, Equatable {
        public var outcome: Outcome
        public var rule: RuleReference
        /// Base name of the program concerned, when the rule concerns one.
        public var program: String?
        /// Where in the command it stands, as a byte offset; nil for a rule over the whole command.
        public var offset: Int?
        /// The reason the operator wrote beside the rule.
        public var reason: String?
    }
}

/// Which rule decided: who set it, in which list, and where in that list.
public enum RuleReference: Sendable, Equatable {
    case builtIn(BuiltInRule)
    /// A rule of the operator's file: `deny[3]`.
    case `operator`(list: RuleList, index: Int)
    /// A rule the session was opened with.
    case session(list: RuleList, index: Int)
    /// The program is on no list while a list of allowed programs is in force.
    case notAllowed(origin: Origin)
    /// The command cannot be known before it runs.
    case unknown(UnknownReason, origin: Origin)

    public enum Origin: String, Sendable, Equatable { case `operator`, session }
    public enum RuleList: String, Sendable, Equatable {
        case allow, ask, deny
        case askPatterns = "ask_patterns"
        case denyPatterns = "deny_patterns"
    }

    /// The rule in one stable word, for results and records: `operator:deny[3]`, `builtin:remove-root`.
    public var name: String {
        switch self {
        case .builtIn(let rule): "builtin:\(rule.rawValue)"
        case .operator(let list, let index): "operator:\(list.rawValue)[\(index)]"
        case .session(let list, let index): "session:\(list.rawValue)[\(index)]"
        case .notAllowed(let origin): "\(origin.rawValue):allow"
        case .unknown(let reason, let origin): "\(origin.rawValue):unknown(\(reason.rawValue))"
        }
    }
}
