/// A SHA-256 digest: 32 bytes.
///
/// `==` is for public values. To compare with a value that someone else must not be able to guess byte by byte, use
/// `matches(_:)`.
public struct SHA256Digest: Hashable, Sendable {
    let words: SIMD8<UInt32>

    init(words: SIMD8<UInt32>) {
        self.words = words
    }

    /// The 32 bytes, most significant first.
    public var bytes: [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(32)
        for index in 0..<8 {
            let word = words[index]
            bytes.append(UInt8(truncatingIfNeeded: word >> 24))
            bytes.append(UInt8(truncatingIfNeeded: word >> 16))
            bytes.append(UInt8(truncatingIfNeeded: word >> 8))
            bytes.append(UInt8(truncatingIfNeeded: word))
        }
        return bytes
    }

    /// 64 lower-case hexadecimal digits.
    public var hex: String {
        var digits = [UInt8](repeating: 0, count: 64)
        for index in 0..<64 {
            let value = UInt8(truncatingIfNeeded: words[index / 8] >> UInt32(28 - 4 * (index % 8))) & 15
            digits[index] = value < 10 ? 0x30 + value : 0x57 + value
        }
        return String(decoding: digits, as: UTF8.self)
    }

    /// Compares without stopping at the first difference, so the time taken says nothing about where it is.
    public func matches(_ other: SHA256Digest) -> Bool {
        var difference: UInt32 = 0
        for index in 0..<8 { difference |= words[index] ^ other.words[index] }
        return difference == 0
    }
}
