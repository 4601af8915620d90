extension UseRule {
    /// A use that someone wants to make of the secret.
    public struct Request: Equatable, Sendable {
        /// What would be executed: an absolute path as it was found through `PATH` or given, without `.`, `..` and empty
        /// parts, links not followed. (Programs such as Debian's `psql` are links to a wrapper that goes by its name; the
        /// wrapper's path would say nothing about which of them runs.)
        public var program: String
        /// Name and id of the project in force where the server was started; empty when there is none.
        public var projects: [String]
        /// This machine's time, in seconds since any fixed moment.
        public var now: Int
        /// When the user last confirmed a use under this rule, on the same clock; nil: never.
        public var lastConfirmed: Int?
        /// How many uses there were in the last `limit.seconds`; anything when the rule has no limit.
        public var recentUses: Int

        public init(program: String, projects: [String], now: Int, lastConfirmed: Int?, recentUses: Int) {
            self.program = program
            self.projects = projects
            self.now = now
            self.lastConfirmed = lastConfirmed
            self.recentUses = recentUses
        }
    }

    /// What a rule says to a request. Reasons are clauses for the user and for the agent; they repeat names that the rule's
    /// owner wrote, and nothing of the request.
    public enum Verdict: Equatable, Sendable {
        case allow
        /// The user has to confirm this use.
        case ask(reason: String)
        /// Not by this program, or not from here. The same request is refused at any time.
        case deny(reason: String)
        /// Not now: the limit is reached.
        case rateLimited(reason: String)
    }

    /// Judges a request. A refusal comes before a limit that is reached, that before a question, and that before a yes: nobody
    /// is asked about what would be refused anyway. A clock that went back since the confirmation asks again.
    public func judge(_ request: Request) -> Verdict {
        if let programs, !programs.contains(where: { Self.matches($0, request.program) }) {
            return .deny(reason: "its rule allows it to these programs only: \(Self.listed(programs))")
        }
        if let projects, !projects.contains(where: { request.projects.contains(bytes: $0) }) {
            return .deny(reason: "its rule allows it in these projects only: \(Self.listed(projects))")
        }
        if let limit, request.recentUses >= limit.uses {
            return .rateLimited(reason: "its rule allows \(Self.times(limit.uses)) in \(Self.duration(limit.seconds))")
        }
        switch ask {
        case .never: return .allow
        case .always: return .ask(reason: "its rule wants every use confirmed")
        case .every(let seconds):
            if let last = request.lastConfirmed, Self.isRecent(last, now: request.now, within: seconds) { return .allow }
            return .ask(reason: "its rule wants a confirmation every \(Self.duration(seconds))")
        }
    }

    /// Whether `last` is at most now and less than `seconds` before it. Times too far apart for a number are not recent.
    private static func isRecent(_ last: Int, now: Int, within seconds: Int) -> Bool {
        guard last <= now else { return false }
        let (elapsed, isTooLong) = now.subtractingReportingOverflow(last)
        return !isTooLong && elapsed < seconds
    }

    /// By bytes: names that only look alike are not the same program.
    private static func matches(_ rule: String, _ program: String) -> Bool {
        guard program.utf8.first == 0x2F else { return false }
        if rule.utf8.first == 0x2F { return rule.utf8.elementsEqual(program.utf8) }
        let bytes = Array(program.utf8)
        guard let slash = bytes.lastIndex(of: 0x2F) else { return false }
        return bytes[(slash + 1)...].elementsEqual(rule.utf8)
    }

    /// The first few names: a reason is a clause, not a page.
    private static func listed(_ names: [String]) -> String {
        let shown = names.prefix(5).joined(separator: ", ")
        return names.count > 5 ? "\(shown) and \(names.count - 5) more" : shown
    }

    private static func times(_ uses: Int) -> String { uses == 1 ? "one use" : "\(uses) uses" }

    /// A time in the largest unit that gives a whole number: `15m`, `36h`, `90s`.
    public static func duration(_ seconds: Int) -> String {
        for (unit, length) in [("d", 86_400), ("h", 3600), ("m", 60)] where seconds > 0 && seconds.isMultiple(of: length) {
            return "\(seconds / length)\(unit)"
        }
        return "\(seconds)s"
    }
}

extension [String] {
    /// Whether an element has the same bytes.
    fileprivate func contains(bytes name: String) -> Bool { contains { $0.utf8.elementsEqual(name.utf8) } }
}
