/// What the owner of a secret says about its use by an agent: by which programs, for which projects, how often, and whether
/// the user is asked. A rule without anything in it allows every use.
///
/// Fields can be set to anything; `checked()` says whether the result is a rule that may be stored.
public struct UseRule: Equatable, Sendable {
    /// When the user has to confirm a use.
    public enum Ask: Equatable, Sendable {
        /// Never: the rule's other parts decide.
        case never
        /// At every use.
        case always
        /// When the last confirmation is that many seconds old, or older.
        case every(seconds: Int)
    }

    /// How many uses are allowed in a time.
    public struct Limit: Equatable, Sendable {
        /// The most uses, 1 to `UseRule.mostUses`.
        public var uses: Int
        /// The time in seconds, 1 to `UseRule.longestSeconds`.
        public var seconds: Int

        public init(uses: Int, seconds: Int) {
            self.uses = uses
            self.seconds = seconds
        }
    }

    /// The way of a value to the program.
    public enum Delivery: String, CaseIterable, Sendable {
        /// A variable of its environment.
        case environment
        /// A descriptor that it inherits.
        case descriptor
        /// A private file in memory that vanishes with the run.
        case file
    }

    /// Absolute paths, or file names without a slash; nil: any program. A name allows every file of that name, wherever it
    /// lies and whoever wrote it; an absolute path is the strict form.
    public var programs: [String]?
    /// Names or ids of the projects from whose directories the secret may be used; nil: any.
    public var projects: [String]?
    /// When the user has to confirm.
    public var ask: Ask
    /// How often it may be used; nil: as often as anyone likes.
    public var limit: Limit?
    /// Whether a value too short to be recognised safely in output may be used nevertheless.
    public var allowsWeakValue: Bool
    /// How the value has to be delivered; nil: the caller's choice, by default the environment.
    public var delivery: Delivery?

    /// The rule that allows every use.
    public init() {
        ask = .never
        allowsWeakValue = false
    }

    /// The most programs, and the most projects, of one rule.
    public static let mostNames = 32
    /// The most uses of a limit.
    public static let mostUses = 1_000_000
    /// The longest time of a rule: 366 days.
    public static let longestSeconds = 366 * 86_400
}

extension UseRule {
    /// The rule as it is stored, its lists sorted by their bytes and without repetitions; or why it is none.
    public func checked() throws(UseRuleError) -> UseRule {
        var rule = self
        rule.programs = try Self.checked(programs, .programs, Self.isProgram)
        rule.projects = try Self.checked(projects, .projects, Self.isProject)
        if case .every(let seconds) = ask { try Self.check(seconds, upTo: Self.longestSeconds, .ask) }
        if let limit {
            try Self.check(limit.uses, upTo: Self.mostUses, .limit)
            try Self.check(limit.seconds, upTo: Self.longestSeconds, .limit)
        }
        return rule
    }

    private static func checked(
        _ names: [String]?, _ field: UseRuleError.Field, _ isGood: (String) -> Bool
    ) throws(UseRuleError) -> [String]? {
        guard let names else { return nil }
        guard !names.isEmpty else { throw .emptyList(field) }
        guard names.count <= mostNames else { throw .tooMany(field) }
        guard names.allSatisfy(isGood) else { throw .badName(field) }
        var sorted: [String] = []
        for name in names.sorted(by: { $0.utf8.lexicographicallyPrecedes($1.utf8) }) {
            if let last = sorted.last, last.utf8.elementsEqual(name.utf8) { continue }
            sorted.append(name)
        }
        return sorted
    }

    private static func check(_ number: Int, upTo most: Int, _ field: UseRuleError.Field) throws(UseRuleError) {
        guard (1...most).contains(number) else { throw .outOfRange(field) }
    }

    /// Whether a rule can name a program so: a file name of at most 255 bytes, or an absolute path of at most 4,095 bytes
    /// without `.`, `..` or empty parts, which no request would ever match. Neither holds characters that do not show.
    public static func isProgram(_ text: String) -> Bool {
        guard shows(text) else { return false }
        guard text.utf8.contains(0x2F) else { return isFileName(text) }
        guard text.utf8.first == 0x2F, text.utf8.count <= 4095 else { return false }
        // By bytes: a slash with an accent is one character, and a slash all the same.
        return text.utf8.split(separator: 0x2F, omittingEmptySubsequences: false).dropFirst().allSatisfy {
            isFileName(String(Substring($0)))
        }
    }

    /// Whether a rule can name a project so: 1 to 100 bytes, no slash, no blank, and no characters that do not show.
    public static func isProject(_ text: String) -> Bool {
        (1...100).contains(text.utf8.count) && shows(text) && !text.utf8.contains(0x2F)
            && text.unicodeScalars.allSatisfy { !$0.properties.isWhitespace }
    }

    private static func isFileName(_ text: String) -> Bool {
        (1...255).contains(text.utf8.count) && text != "." && text != ".."
    }

    /// Rules are shown to the user who confirms a use: what turns, hides or breaks a line has no place in them.
    private static func shows(_ text: String) -> Bool {
        text.unicodeScalars.allSatisfy {
            switch $0.properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse, .unassigned: false
            default: true
            }
        }
    }
}
