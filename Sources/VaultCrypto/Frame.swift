/// A sealed value: a 12-byte nonce, the ciphertext, a 16-byte tag. At rest it is base64 (RFC 4648 section 4, padded).
public struct Frame: Equatable, Sendable {
    static let nonceCount = 12
    static let tagCount = 16
    /// Fewer bytes are no frame, and are refused before any cipher runs.
    public static let leastCount = nonceCount + tagCount

    /// Nonce, ciphertext, tag.
    public let bytes: [UInt8]

    public init(bytes: [UInt8]) throws(VaultCryptoError) {
        guard bytes.count >= Self.leastCount else { throw .malformedFrame }
        self.bytes = bytes
    }

    /// Reads the text form.
    public init(base64 text: String) throws(VaultCryptoError) {
        guard let bytes = Base64.decode(text) else { throw .malformedFrame }
        try self.init(bytes: bytes)
    }

    /// The text form.
    public var base64: String { Base64.encode(bytes) }
}

/// Base64 with padding, for what is not secret: frames, wrapped keys, salts, public keys.
public enum Base64 {
    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

    /// The value of each byte as a digit, 255 for what is none.
    private static let values: [UInt8] = {
        var values = [UInt8](repeating: 255, count: 256)
        for (value, digit) in alphabet.enumerated() { values[Int(digit)] = UInt8(value) }
        return values
    }()

    public static func encode(_ bytes: [UInt8]) -> String {
        var out: [UInt8] = []
        out.reserveCapacity((bytes.count + 2) / 3 * 4)
        var index = 0
        while index < bytes.count {
            let left = bytes.count - index
            let group =
                Int(bytes[index]) << 16 | (left > 1 ? Int(bytes[index + 1]) << 8 : 0) | (left > 2 ? Int(bytes[index + 2]) : 0)
            out.append(alphabet[group >> 18])
            out.append(alphabet[group >> 12 & 63])
            out.append(left > 1 ? alphabet[group >> 6 & 63] : 0x3D)
            out.append(left > 2 ? alphabet[group & 63] : 0x3D)
            index += 3
        }
        return String(decoding: out, as: UTF8.self)
    }

    /// Nil for anything but the one encoding of some bytes: no blanks, no missing padding, no set bits behind the end.
    public static func decode(_ text: String) -> [UInt8]? {
        let digits = Array(text.utf8)
        guard digits.count % 4 == 0 else { return nil }
        var out: [UInt8] = []
        out.reserveCapacity(digits.count / 4 * 3)
        for start in stride(from: 0, to: digits.count, by: 4) {
            let isLast = start + 4 == digits.count
            let padding = digits[start + 3] != 0x3D ? 0 : digits[start + 2] != 0x3D ? 1 : 2
            guard padding == 0 || isLast else { return nil }
            var group = 0
            for offset in 0..<4 {
                if offset >= 4 - padding { group <<= 6; continue }
                let value = values[Int(digits[start + offset])]
                guard value < 64 else { return nil }
                group = group << 6 | Int(value)
            }
            guard padding == 0 || group & (padding == 1 ? 0xFF : 0xFFFF) == 0 else { return nil }
            out.append(UInt8(group >> 16))
            if padding < 2 { out.append(UInt8(group >> 8 & 255)) }
            if padding < 1 { out.append(UInt8(group & 255)) }
        }
        return out
    }
}
