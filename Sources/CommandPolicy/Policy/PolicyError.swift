/// Why a policy cannot be loaded, and exactly where.
public struct PolicyError: Error, Equatable, Sendable {
    public enum Fault: Equatable, Sendable {
        /// The file is not JSON, or names a field twice.
        case syntax
        case wrongType(expected: Expected)
        /// A field no policy has.
        case unknownField
        /// Empty, or with a space: no program could ever have this name. Arguments need a pattern.
        case badName
        case unknownBuiltIn
        /// `limits` cannot be changed.
        case fixedBuiltIn
        case badPattern(PatternFault)
        case tooManyRules(most: Int)
        /// A command of `match` that the rule does not meet.
        case exampleMissed
        /// A command of `not_match` that the rule meets.
        case exampleMet
        /// A rule object without `program` or `pattern`.
        case missingField
    }

    public enum Expected: String, Equatable, Sendable {
        case object = "an object"
        case array = "a list"
        case text = "a text"
        case rule = "a text or an object"
        case outcome = "\"allow\", \"ask\" or \"deny\""
        case builtInOutcome = "\"off\", \"ask\" or \"deny\""
    }

    public var fault: Fault
    /// The place in the document, as `deny[3].match[0]`.
    public var path: String
    /// Byte offset in the file, when the parser gives it.
    public var offset: Int?
    /// Line and column of `offset`, from 1.
    public var line: Int?
    public var column: Int?

    init(fault: Fault, path: String) {
        self.fault = fault
        self.path = path
    }
}

/// Why a pattern cannot be used.
public enum PatternFault: Error, Equatable, Sendable {
    /// It breaks the grammar of patterns, from this byte on when known.
    case syntax(offset: Int?)
    /// Too much memory to match in linear time.
    case tooLarge
}

/// Whether a whole command matches a pattern anywhere.
public typealias PatternMatcher = ([UInt8]) -> Bool

/// Turns the text of a pattern into a matcher that takes linear time. The room has no patterns of its own.
public typealias PatternCompiler = (String) throws(PatternFault) -> PatternMatcher
