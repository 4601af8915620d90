/// How much a text may ask of the parser, and what to do where RFC 8259 leaves a choice.
public struct JSONLimits: Sendable, Equatable {
    /// What a repeated key in one object means.
    public enum DuplicateKeys: Sendable, Equatable {
        /// The text is refused.
        case refused
        /// The last value counts and takes the place of the first.
        case lastWins
    }

    /// What an escaped UTF-16 surrogate without its partner means.
    public enum LoneSurrogates: Sendable, Equatable {
        /// The text is refused.
        case refused
        /// The escape becomes U+FFFD.
        case replaced
    }

    /// The longest text, in bytes.
    public var bytes: Int
    /// The deepest nesting of arrays and objects; a scalar alone has depth 0. The parser recurses, so keep it modest.
    public var depth: Int
    /// The largest number of values in the whole text, containers included.
    public var values: Int
    /// The largest number of members in one object.
    public var members: Int
    /// The longest number, in characters.
    public var numberLength: Int
    /// What a repeated key means.
    public var duplicateKeys: DuplicateKeys
    /// What an escaped lone surrogate means.
    public var loneSurrogates: LoneSurrogates

    public init(
        bytes: Int = 64 << 20, depth: Int = 128, values: Int = 1_000_000, members: Int = 65_536,
        numberLength: Int = 1024, duplicateKeys: DuplicateKeys = .refused, loneSurrogates: LoneSurrogates = .refused
    ) {
        self.bytes = bytes
        self.depth = depth
        self.values = values
        self.members = members
        self.numberLength = numberLength
        self.duplicateKeys = duplicateKeys
        self.loneSurrogates = loneSurrogates
    }

    /// 64 MiB, 128 levels, a million values, 65,536 members an object, 1,024 characters a number; repeated keys and
    /// lone surrogates refused.
    public static let `default` = JSONLimits()
}
