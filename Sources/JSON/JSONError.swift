/// Why a text is not JSON that this parser accepts, and where.
///
/// It never holds a piece of the text, so it can be logged and sent.
public struct JSONError: Error, Equatable, Sendable {
    /// What was wrong.
    public enum Kind: Equatable, Sendable {
        /// The text ended inside a value.
        case unexpectedEnd
        /// A byte that cannot stand here.
        case unexpectedByte(UInt8)
        /// Bytes after the value that are not white space.
        case trailingBytes
        /// A number that breaks the grammar (leading zero, missing digit).
        case invalidNumber
        /// A backslash followed by something that is no escape.
        case invalidEscape
        /// An escaped UTF-16 surrogate without its partner.
        case loneSurrogate
        /// An unescaped control character (below U+0020) in a string.
        case controlCharacter(UInt8)
        /// A string whose bytes are not UTF-8.
        case invalidUTF8
        /// A key that its object already has, when that is refused.
        case duplicateKey
        /// More bytes than `JSONLimits.bytes`.
        case tooManyBytes
        /// More nesting than `JSONLimits.depth`.
        case tooDeep
        /// More values in all than `JSONLimits.values`.
        case tooManyValues
        /// More members in one object than `JSONLimits.members`.
        case tooManyMembers
        /// A number longer than `JSONLimits.numberLength`.
        case numberTooLong
    }

    /// What was wrong.
    public let kind: Kind
    /// The offset in bytes from the start of the text at which it was noticed.
    public let offset: Int

    public init(_ kind: Kind, at offset: Int) {
        self.kind = kind
        self.offset = offset
    }

    /// Whether the text broke a limit, so that it may still be well-formed JSON.
    public var isLimit: Bool {
        switch kind {
        case .tooManyBytes, .tooDeep, .tooManyValues, .tooManyMembers, .numberTooLong: true
        default: false
        }
    }
}

extension JSONError: CustomStringConvertible {
    /// One plain phrase with the offset, without any text of the input.
    public var description: String { "\(kind.phrase) at byte \(offset)" }
}

extension JSONError.Kind {
    /// The kind in words.
    public var phrase: String {
        switch self {
        case .unexpectedEnd: "unexpected end"
        case .unexpectedByte: "unexpected character"
        case .trailingBytes: "more text after the value"
        case .invalidNumber: "malformed number"
        case .invalidEscape: "malformed escape"
        case .loneSurrogate: "lone surrogate"
        case .controlCharacter: "unescaped control character"
        case .invalidUTF8: "invalid UTF-8"
        case .duplicateKey: "repeated key"
        case .tooManyBytes: "text too long"
        case .tooDeep: "nested too deeply"
        case .tooManyValues: "too many values"
        case .tooManyMembers: "too many members in one object"
        case .numberTooLong: "number too long"
        }
    }
}
