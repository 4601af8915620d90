/// A set of byte values, 256 bits.
struct ByteSet: Sendable, Equatable {
    private var first: UInt64 = 0
    private var second: UInt64 = 0
    private var third: UInt64 = 0
    private var fourth: UInt64 = 0

    init() {}

    /// The ASCII bytes whose bits are set: `low` for 0 to 63, `high` for 64 to 127.
    @inline(__always)
    init(low: UInt64, high: UInt64) {
        first = low
        second = high
    }

    /// The bytes of an ASCII string.
    init(_ members: StaticString) {
        for byte in "\(members)".utf8 { insert(byte) }
    }

    init(_ ranges: ClosedRange<UInt8>...) {
        for range in ranges { for byte in range { insert(byte) } }
    }

    mutating func insert(_ byte: UInt8) {
        let bit = UInt64(1) << UInt64(byte & 63)
        switch byte >> 6 {
        case 0: first |= bit
        case 1: second |= bit
        case 2: third |= bit
        default: fourth |= bit
        }
    }

    @inline(__always)
    func contains(_ byte: UInt8) -> Bool {
        let word = byte < 128 ? (byte < 64 ? first : second) : (byte < 192 ? third : fourth)
        return (word &>> UInt64(byte)) & 1 != 0
    }

    func union(_ other: ByteSet) -> ByteSet {
        var result = self
        result.first |= other.first
        result.second |= other.second
        result.third |= other.third
        result.fourth |= other.fourth
        return result
    }

    var inverted: ByteSet {
        var result = self
        result.first = ~first
        result.second = ~second
        result.third = ~third
        result.fourth = ~fourth
        return result
    }

    /// Its members, ascending.
    var members: [UInt8] { (UInt8.min...UInt8.max).filter { contains($0) } }
}

/// The sets that every candidate is held against. They are written as bits, so that they are there without being made at
/// their first use, which costs a call at each; a test spells them out.
extension ByteSet {
    static let digits = ByteSet(low: 0x03FF_0000_0000_0000, high: 0)
    static let upper = ByteSet(low: 0, high: 0x0000_0000_07FF_FFFE)
    static let lower = ByteSet(low: 0, high: 0x07FF_FFFE_0000_0000)
    static let letters = ByteSet(low: 0, high: 0x07FF_FFFE_07FF_FFFE)
    static let alphanumeric = ByteSet(low: 0x03FF_0000_0000_0000, high: 0x07FF_FFFE_07FF_FFFE)
    static let upperDigits = ByteSet(low: 0x03FF_0000_0000_0000, high: 0x0000_0000_07FF_FFFE)
    static let hexadecimal = ByteSet(low: 0x03FF_0000_0000_0000, high: 0x0000_007E_0000_007E)
    /// Letters, digits, `_` and `-`: the base64url alphabet and that of most tokens.
    static let token = ByteSet(low: 0x03FF_2000_0000_0000, high: 0x07FF_FFFE_87FF_FFFE)
    static let tokenAndDot = ByteSet(low: 0x03FF_6000_0000_0000, high: 0x07FF_FFFE_87FF_FFFE)
    static let identifier = ByteSet(low: 0x03FF_0000_0000_0000, high: 0x07FF_FFFE_87FF_FFFE)
    static let base64 = ByteSet(low: 0x23FF_8800_0000_0000, high: 0x07FF_FFFE_07FF_FFFE)
    /// What RFC 6750 allows in a bearer token.
    static let bearer = ByteSet(low: 0x23FF_E800_0000_0000, high: 0x47FF_FFFE_87FF_FFFE)
    static let space = ByteSet(low: 0x0000_0001_0000_0200, high: 0)
    /// With the zero byte.
    static let whitespace = ByteSet(low: 0x0000_0001_0000_3E01, high: 0)
    static let dash = ByteSet(low: 0x0000_2000_0000_0000, high: 0)
    static let escapeLetters = ByteSet(low: 0, high: 0x0014_4044_0000_0000)
    static let stringPrefixes = ByteSet(low: 0, high: 0x0024_0044_0000_0001)
    static let comparison = ByteSet(low: 0x2000_0000_0000_0000, high: 0x4000_0000_0000_0000)
    static let quotes = ByteSet(low: 0x0000_0084_0000_0000, high: 0x0000_0001_0000_0000)
}
