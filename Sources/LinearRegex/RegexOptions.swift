/// How a pattern is read and how large its program may become. Fixed when the regex is made.
public struct RegexOptions: Sendable, Equatable {
    /// What one character of pattern and text is.
    public enum Encoding: Sendable, Equatable {
        /// UTF-8. `.` matches one character; bytes of the text that are not UTF-8 are matched by nothing.
        case utf8
        /// One byte is one character, 0 to 255 (Latin-1). For text that may hold any bytes.
        case bytes
    }

    /// Letters match either case. Off unless set; a pattern can still say `(?i)`.
    public var ignoresCase: Bool
    /// UTF-8 unless set.
    public var encoding: Encoding
    /// The pattern is plain text without operators. Off unless set.
    public var isLiteral: Bool
    /// `.` also matches a newline. Off unless set.
    public var dotMatchesNewline: Bool

    public init(
        ignoresCase: Bool = false, encoding: Encoding = .utf8, isLiteral: Bool = false, dotMatchesNewline: Bool = false
    ) {
        self.ignoresCase = ignoresCase
        self.encoding = encoding
        self.isLiteral = isLiteral
        self.dotMatchesNewline = dotMatchesNewline
    }
}

/// The fixed limits of a pattern.
public enum RegexLimits {
    /// The longest pattern in bytes.
    public static let patternBytes = 4_096
    /// What both compiled programs of a pattern and their state caches may take together, in bytes. RE2 gives a program
    /// well under half of it, so a compiled program stays below about 1 MiB.
    public static let memoryBytes: Int64 = 4 << 20
}
