internal import CRE2

/// A compiled regular expression in RE2's syntax, matched in time linear in the text.
///
/// Without back references and look-around (RE2 refuses them). A search may also be bounded in total: see `SearchEffort`.
/// Syntax: https://github.com/google/re2/wiki/Syntax
///
/// SAFETY of `@safe`: the handle is private, made in `init`, ended in `deinit`, and never leaves this file. Of `@unchecked
/// Sendable`: nothing here changes after `init`, and "an RE2 object is safe for concurrent use by multiple threads" (re2.h).
@safe public final class LinearRegex: @unchecked Sendable {
    private let handle: OpaquePointer

    /// Compiles a pattern of at most `RegexLimits.patternBytes` bytes of UTF-8.
    /// - Throws: `PatternError` when it is not a regular expression, or exceeds a limit.
    public convenience init(_ pattern: String, options: RegexOptions = RegexOptions()) throws(PatternError) {
        try self.init(bytes: Array(pattern.utf8), options: options)
    }

    /// As `init(_:options:)`, for a pattern that may hold any bytes.
    public init(bytes pattern: [UInt8], options: RegexOptions = RegexOptions()) throws(PatternError) {
        guard pattern.count <= RegexLimits.patternBytes else {
            throw PatternError(reason: .patternTooLong, fragment: nil)
        }
        let settings = cre2_options(
            ignore_case: options.ignoresCase, bytes: options.encoding == .bytes, literal: options.isLiteral,
            dot_matches_newline: options.dotMatchesNewline, max_memory: RegexLimits.memoryBytes)
        var failure = cre2_failure()
        // SAFETY: the buffer is valid for its count during the call, and the library copies what it keeps.
        let compiled = unsafe pattern.withUnsafeBytes { buffer in
            unsafe cre2_compile(
                buffer.baseAddress?.assumingMemoryBound(to: CChar.self), buffer.count, settings, &failure)
        }
        guard let compiled = unsafe compiled else { throw PatternError(failure) }
        unsafe handle = compiled
    }

    deinit {
        // SAFETY: the handle came from cre2_compile, is owned by this object alone and is not used after this line.
        unsafe cre2_free(handle)
    }

    /// Instructions of the compiled program: what one byte of text can cost at worst, in steps.
    public var programSize: Int {
        // SAFETY: the handle lives as long as this object.
        Int(unsafe cre2_program_size(handle))
    }

    func search(
        _ text: borrowing Span<UInt8>, from: Int, wantsRange: Bool, effort: inout SearchEffort
    ) throws(SearchError) -> Range<Int>? {
        precondition(from >= 0 && from <= text.count, "a search starts within its text")
        // SAFETY: the buffer is valid for its count during the call, `from` is within it, and nothing is kept; the
        // handle lives as long as this object.
        let outcome = unsafe text.withUnsafeBytes { buffer in
            unsafe cre2_search(
                handle, buffer.baseAddress?.assumingMemoryBound(to: CChar.self), buffer.count, from, wantsRange,
                effort.remaining)
        }
        effort.remaining -= min(outcome.steps, effort.remaining)
        switch outcome.status {
        case CRE2_NO_MATCH: return nil
        case CRE2_MATCH: return Int(outcome.start)..<Int(outcome.end)
        case CRE2_TOO_COSTLY: throw .tooCostly
        default: throw .outOfMemory
        }
    }
}

extension PatternError {
    init(_ failure: cre2_failure) {
        let reason: Reason
        switch failure.code {
        case CRE2_BAD_ESCAPE: reason = .badEscape
        case CRE2_BAD_CHARACTER_CLASS: reason = .badCharacterClass
        case CRE2_BAD_CHARACTER_RANGE: reason = .badCharacterRange
        case CRE2_MISSING_BRACKET: reason = .missingBracket
        case CRE2_MISSING_PARENTHESIS: reason = .missingParenthesis
        case CRE2_UNEXPECTED_PARENTHESIS: reason = .unexpectedParenthesis
        case CRE2_TRAILING_BACKSLASH: reason = .trailingBackslash
        case CRE2_REPEAT_WITHOUT_OPERAND: reason = .repeatWithoutOperand
        case CRE2_REPEAT_TOO_LARGE: reason = .repeatTooLarge
        case CRE2_REPEAT_OF_REPEAT: reason = .repeatOfRepeat
        case CRE2_BAD_GROUP_SYNTAX: reason = .badGroupSyntax
        case CRE2_PATTERN_NOT_UTF8: reason = .notUTF8
        case CRE2_BAD_GROUP_NAME: reason = .badGroupName
        case CRE2_PROGRAM_TOO_LARGE: reason = .programTooLarge
        case CRE2_OUT_OF_MEMORY: reason = .outOfMemory
        default: reason = .internal
        }
        let start = Int(failure.fragment_offset)
        let length = Int(failure.fragment_length)
        self.init(reason: reason, fragment: length == 0 ? nil : start..<start + length)
    }
}
