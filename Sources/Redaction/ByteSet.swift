/// A set of byte values, 256 bits.
struct ByteSet: Sendable, Equatable {
    private var words: SIMD4<UInt64> = .zero

    init() {}

    /// The bytes of an ASCII string.
    init(_ members: StaticString) {
        for byte in "\(members)".utf8 { insert(byte) }
    }

    init(_ ranges: ClosedRange<UInt8>...) {
        for range in ranges { for byte in range { insert(byte) } }
    }

    mutating func insert(_ byte: UInt8) {
        words[Int(byte >> 6)] |= 1 << UInt64(byte & 63)
    }

    @inline(__always)
    func contains(_ byte: UInt8) -> Bool {
        words[Int(byte >> 6)] & (1 << UInt64(byte & 63)) != 0
    }

    func union(_ other: ByteSet) -> ByteSet {
        var result = self
        result.words |= other.words
        return result
    }

    var inverted: ByteSet {
        var result = self
        result.words = ~words
        return result
    }

    /// Its members, ascending.
    var members: [UInt8] { (UInt8.min...UInt8.max).filter { contains($0) } }
}

extension ByteSet {
    static let digits = ByteSet(UInt8(ascii: "0")...UInt8(ascii: "9"))
    static let upper = ByteSet(UInt8(ascii: "A")...UInt8(ascii: "Z"))
    static let lower = ByteSet(UInt8(ascii: "a")...UInt8(ascii: "z"))
    static let letters = upper.union(lower)
    static let alphanumeric = letters.union(digits)
    static let upperDigits = upper.union(digits)
    static let hexadecimal = digits.union(ByteSet("abcdefABCDEF"))
    /// Letters, digits, `_` and `-`: the base64url alphabet and that of most tokens.
    static let token = alphanumeric.union(ByteSet("_-"))
    static let tokenAndDot = token.union(ByteSet("."))
    static let identifier = alphanumeric.union(ByteSet("_"))
    static let base64 = alphanumeric.union(ByteSet("+/="))
    /// What RFC 6750 allows in a bearer token.
    static let bearer = token.union(ByteSet(".~+/="))
    static let space = ByteSet(" \t")
    static let whitespace = ByteSet(" \t\r\n\u{0B}\u{0C}").union(ByteSet(0...0))
    static let dash = ByteSet("-")
    static let escapeLetters = ByteSet("nrtbf")
    static let stringPrefixes = ByteSet("bfru@")
    static let comparison = ByteSet("=~")
    static let quotes = ByteSet("\"'`")
}
