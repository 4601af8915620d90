/// Why a pattern was refused. It speaks of the pattern only, never of a text.
public struct PatternError: Error, Sendable, Equatable {
    /// RE2's reason (`RE2::ErrorCode`), or one of the limits of this room.
    public enum Reason: String, Sendable, Equatable, CaseIterable {
        case badEscape = "bad escape sequence"
        case badCharacterClass = "bad character class"
        case badCharacterRange = "bad character class range"
        case missingBracket = "missing closing ]"
        case missingParenthesis = "missing closing )"
        case unexpectedParenthesis = "unexpected )"
        case trailingBackslash = "trailing backslash"
        case repeatWithoutOperand = "nothing to repeat"
        case repeatTooLarge = "repetition count too large"
        case repeatOfRepeat = "repetition of a repetition"
        case badGroupSyntax = "unknown or unsupported group syntax"
        case notUTF8 = "not valid UTF-8"
        case badGroupName = "bad group name"
        case programTooLarge = "compiled pattern too large"
        case patternTooLong = "pattern longer than 4096 bytes"
        case outOfMemory = "out of memory"
        case `internal` = "internal error of the regular expression library"
    }

    /// What is wrong. Its raw value is a plain description.
    public let reason: Reason
    /// The bytes of the pattern that are wrong, where RE2 names a part of it. A part that occurs more than once in the
    /// pattern is located at its first occurrence.
    public let fragment: Range<Int>?

    public init(reason: Reason, fragment: Range<Int>?) {
        self.reason = reason
        self.fragment = fragment
    }
}

/// Why a search gave no answer.
public enum SearchError: Error, Sendable, Equatable {
    /// Answering would take more program steps than the effort that was left.
    case tooCostly
    /// The library ran out of memory.
    case outOfMemory
}

/// What searches may cost together, beyond reading each text once.
///
/// One unit is one step of a compiled program, 5 to 15 ns on a 2020s core. Ordinary patterns cost nothing: RE2 turns them into a
/// state machine that reads each byte once. Patterns made to explode take up to text length times program length.
public struct SearchEffort: Sendable, Equatable {
    /// Program steps left.
    public internal(set) var remaining: UInt64

    /// Enough for any ordinary use, and a few seconds at the very worst.
    public static let standard = SearchEffort(steps: 1 << 28)

    public init(steps: UInt64) { remaining = steps }

    /// Takes off what work around the searches costs, in the same unit.
    /// - Throws: `SearchError.tooCostly` when not so much is left.
    public mutating func spend(_ steps: UInt64) throws(SearchError) {
        guard steps <= remaining else {
            remaining = 0
            throw .tooCostly
        }
        remaining -= steps
    }
}
