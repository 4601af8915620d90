public import SecretMemory

/// What a value is by its spelling. Values are bytes in any case.
public enum ValueKind: String, Sendable { case string, number, boolean }

/// Names and values read from a text: the names are text, the values lie in one secret.
public struct SecretEntries: ~Copyable {
    public struct Entry: Equatable, Sendable {
        public let key: String
        public let kind: ValueKind
        /// Counted from 1.
        public let line: Int
        let range: Range<Int>
        /// Bytes of the value.
        public var count: Int { range.count }
    }

    /// In the order of the text.
    public let entries: [Entry]
    private let values: SecretBytes

    init(_ entries: [Entry], _ values: consuming SecretBytes) {
        self.entries = entries
        self.values = values
    }

    /// The view of one value, inside the closure only.
    public borrowing func withValue<R: ~Copyable, E: Error>(
        _ index: Int, _ body: (RawSpan) throws(E) -> R
    ) throws(E) -> R {
        let range = entries[index].range
        return try values.withBytes { (bytes) throws(E) in try body(bytes.extracting(range)) }
    }

    /// One value as a secret of its own.
    public borrowing func value(_ index: Int) throws(SecretMemoryError) -> SecretBytes {
        var copy = try SecretBuffer(capacity: entries[index].count)
        try withValue(index) { (bytes) throws(SecretMemoryError) in try copy.append(bytes) }
        return try copy.take()
    }
}

/// What was wrong with a place of a text. It never holds a piece of a value.
public struct TextIssue: Equatable, Sendable {
    /// Counted from 1.
    public let line: Int
    public let kind: Kind

    public enum Kind: Equatable, Sendable {
        /// No `=` (or `:`), or nothing before it.
        case notAnAssignment
        /// The name is not `[A-Za-z_][A-Za-z0-9_]*`, or is longer than 255 bytes.
        case badName
        /// A quote that never closes; nothing after it was read.
        case unterminatedQuote
        /// Something other than a comment behind a closing quote.
        case textAfterQuote
        /// A NUL byte.
        case nul
        /// An escape that the format does not know.
        case badEscape
        /// Not well-formed JSON; nothing after it was read.
        case notJSON
        /// A list, a map, an anchor or another value that is not one text.
        case notFlat
        /// `null`: there is no value.
        case null
        /// The name stood on an earlier line; the later value counts, as it does for programs that load the file.
        case duplicate(of: Int)
    }

    /// A sentence for a person, without the line.
    public var explanation: String {
        switch kind {
        case .notAnAssignment: "no NAME=value here"
        case .badName: "the name may only have letters, digits and _, must not begin with a digit, and at most 255 of them"
        case .unterminatedQuote: "a quote is opened and never closed; the rest was not read"
        case .textAfterQuote: "something stands behind the closing quote"
        case .nul: "it has a NUL byte"
        case .badEscape: "an escape that is not known"
        case .notJSON: "not well-formed JSON; the rest was not read"
        case .notFlat: "the value is not a plain text, number or boolean"
        case .null: "there is no value"
        case .duplicate(let line): "the name stands on line \(line) already; this later value counts"
        }
    }

    /// Whether the value of this place is missing in the result.
    public var isLoss: Bool {
        if case .duplicate = kind { return false }
        return true
    }
}

/// A text that was read: what it holds, and what was wrong with it.
public struct ParsedText: ~Copyable {
    public let entries: SecretEntries
    public let issues: [TextIssue]
}

/// A name that can be an environment variable and a key of the vault.
public enum KeyName {
    public static let longest = 255

    public static func isValid(_ name: String) -> Bool {
        var isFirst = true
        for byte in name.utf8 {
            guard isHead(byte) || (!isFirst && isDigit(byte)) else { return false }
            isFirst = false
        }
        return !isFirst && name.utf8.count <= longest
    }

    static func isHead(_ byte: UInt8) -> Bool { (byte | 0x20 >= 0x61 && byte | 0x20 <= 0x7A) || byte == 0x5F }
    static func isDigit(_ byte: UInt8) -> Bool { byte >= 0x30 && byte <= 0x39 }
}
