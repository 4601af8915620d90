/// Base64 (RFC 4648, section 4).
public enum Base64 {
    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

    /// The text of the bytes.
    ///
    /// - Parameter padded: whether `=` fills the last group.
    public static func encode(_ bytes: [UInt8], padded: Bool = true) -> String {
        var text: [UInt8] = []
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let group = bytes[start..<min(start + 3, bytes.count)]
            let bits = group.reduce(0) { $0 << 8 | UInt32($1) } << UInt32(8 * (3 - group.count))
            for place in 0...group.count { text.append(alphabet[Int(bits >> UInt32(18 - 6 * place)) & 63]) }
            if padded { text += repeatElement(0x3d, count: 3 - group.count) }
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// The bytes, or nil when the text is not whole groups of the alphabet with at most two `=` at the end.
    public static func decode(_ text: some Collection<UInt8>) -> [UInt8]? {
        guard text.count % 4 == 0 else { return nil }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.count / 4 * 3)
        var bits: UInt32 = 0
        var digits = 0
        var padding = 0
        for character in text {
            if character == 0x3d { padding += 1 } else if padding > 0 { return nil }
            guard padding <= 2, let value = character == 0x3d ? 0 : value(character) else { return nil }
            bits = bits << 6 | value
            digits += 1
            if digits % 4 == 0 {
                for shift in [16, 8, 0] as [UInt32] { bytes.append(UInt8(truncatingIfNeeded: bits >> shift)) }
                bits = 0
            }
        }
        return bytes.dropLast(padding)
    }

    /// The six bits of a character of the alphabet, for a reader that decodes as it goes; nil for any other.
    public static func value(_ character: UInt8) -> UInt32? {
        switch character {
        case 0x41...0x5a: UInt32(character) - 0x41
        case 0x61...0x7a: UInt32(character) - 0x47
        case 0x30...0x39: UInt32(character) + 4
        case 0x2b: 62
        case 0x2f: 63
        default: nil
        }
    }
}
