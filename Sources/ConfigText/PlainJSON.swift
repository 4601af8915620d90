/// JSON with comments and trailing commas turned into plain JSON of the same length: what is not JSON becomes blanks, so
/// every offset in the plain text is an offset in the original.
struct PlainJSON {
    /// The text as strict JSON, if it is any.
    private(set) var bytes: [UInt8]
    /// Where comments stand; a line comment without its line end.
    private(set) var comments: [Range<Int>] = []
    /// Where trailing commas stand.
    private(set) var trailingCommas: Set<Int> = []

    init(of original: [UInt8]) {
        bytes = original
        var at = 0
        if original.starts(with: [0xEF, 0xBB, 0xBF]) {
            blank(0..<3)
            at = 3
        }
        /// The last byte that means something, and the one before it when it is a comma.
        var last: UInt8 = 0
        var comma: (place: Int, before: UInt8)?
        while at < bytes.count {
            let byte = bytes[at]
            switch byte {
            case 0x22:
                at = Self.stringEnd(bytes, at)
                (last, comma) = (byte, nil)
            case 0x2F where at + 1 < bytes.count && (bytes[at + 1] == 0x2F || bytes[at + 1] == 0x2A):
                guard let end = commentEnd(at) else { return }
                comments.append(at..<end)
                blank(at..<end)
                at = end
            case 0x20, 0x09, 0x0A, 0x0D:
                at += 1
            default:
                if byte == 0x7D || byte == 0x5D, let comma, ![0, 0x7B, 0x5B, 0x2C, 0x3A].contains(comma.before) {
                    bytes[comma.place] = 0x20
                    trailingCommas.insert(comma.place)
                }
                comma = byte == 0x2C ? (at, last) : nil
                last = byte
                at += 1
            }
        }
    }

    /// The offset after the comment at `start`; nil when it does not end.
    private func commentEnd(_ start: Int) -> Int? {
        if bytes[start + 1] == 0x2F {
            let newline = bytes[start...].firstIndex(of: 0x0A) ?? bytes.count
            return newline > start && newline < bytes.count && bytes[newline - 1] == 0x0D ? newline - 1 : newline
        }
        var at = start + 2
        while at + 1 < bytes.count {
            if bytes[at] == 0x2A, bytes[at + 1] == 0x2F { return at + 2 }
            at += 1
        }
        return nil
    }

    private mutating func blank(_ range: Range<Int>) {
        for at in range where bytes[at] != 0x0A && bytes[at] != 0x0D { bytes[at] = 0x20 }
    }

    /// The offset after the string at `start`, or the end of the text.
    static func stringEnd(_ bytes: [UInt8], _ start: Int) -> Int {
        var at = start + 1
        while at < bytes.count {
            if bytes[at] == 0x5C {
                at += 2
            } else if bytes[at] == 0x22 {
                return at + 1
            } else {
                at += 1
            }
        }
        return bytes.count
    }
}
