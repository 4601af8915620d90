internal import SecretMemory

/// Questions about the bytes of a value.
public enum Bytes {
    static func all(_ bytes: RawSpan, _ body: (UInt8) -> Bool) -> Bool {
        for index in 0..<bytes.byteCount where !body(bytes.byte(at: index)) { return false }
        return true
    }

    public static func contains(_ bytes: RawSpan, _ wanted: UInt8) -> Bool { !all(bytes) { $0 != wanted } }

    /// Letters, digits and what no reader of dotenv files takes for anything else.
    static func isPlain(_ byte: UInt8) -> Bool {
        KeyName.isHead(byte) || KeyName.isDigit(byte) || Array("-./:@%+,=".utf8).contains(byte)
    }

    /// Whether they are well-formed UTF-8 (Unicode 15, table 3-7).
    public static func isUTF8(_ bytes: RawSpan) -> Bool {
        var index = 0
        while index < bytes.byteCount {
            guard let length = sequenceLength(bytes, index) else { return false }
            index += length
        }
        return true
    }

    private static func sequenceLength(_ bytes: RawSpan, _ index: Int) -> Int? {
        let first = bytes.byte(at: index)
        let second: ClosedRange<UInt8>
        let length: Int
        switch first {
        case 0..<0x80: return 1
        case 0xC2...0xDF: (length, second) = (2, 0x80...0xBF)
        case 0xE0: (length, second) = (3, 0xA0...0xBF)
        case 0xED: (length, second) = (3, 0x80...0x9F)
        case 0xE1...0xEF: (length, second) = (3, 0x80...0xBF)
        case 0xF0: (length, second) = (4, 0x90...0xBF)
        case 0xF1...0xF3: (length, second) = (4, 0x80...0xBF)
        case 0xF4: (length, second) = (4, 0x80...0x8F)
        default: return nil
        }
        guard index + length <= bytes.byteCount, second.contains(bytes.byte(at: index + 1)) else { return nil }
        for offset in 2..<max(2, length) where bytes.byte(at: index + offset) & 0xC0 != 0x80 { return nil }
        return length
    }

    /// The scalar that begins at `index` of well-formed UTF-8, and how many bytes it has.
    static func scalar(_ bytes: RawSpan, _ index: Int) -> (UInt32, Int) {
        let first = UInt32(bytes.byte(at: index))
        let (length, head): (Int, UInt32) =
            first < 0x80 ? (1, first) : first < 0xE0 ? (2, first & 0x1F) : first < 0xF0 ? (3, first & 0x0F) : (4, first & 7)
        var scalar = head
        for offset in 1..<max(1, length) { scalar = scalar << 6 | UInt32(bytes.byte(at: index + offset) & 0x3F) }
        return (scalar, length)
    }
}
