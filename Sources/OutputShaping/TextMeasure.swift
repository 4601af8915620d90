/// How the length of a text is counted.
public enum TextMeasure: Sendable, Equatable {
    /// Unicode scalars.
    case characters
    /// UTF-8 bytes of the content of a JSON string (RFC 8259, section 7) that escapes only what must be escaped.
    case json
    /// The same for a JSON text that is itself the content of a JSON string, as in an MCP text result.
    case jsonWithinJSON

    /// The most one byte can cost; a text so short that even this fits need not be measured.
    var highestCost: Int {
        switch self {
        case .characters: 1
        case .json: 6
        case .jsonWithinJSON: 7
        }
    }

    /// What one byte adds. A character's continuation bytes add nothing to `characters`.
    func cost(_ byte: UInt8) -> Int {
        switch (self, byte) {
        case (.characters, 0x80...0xBF): 0
        case (.characters, _): 1
        case (.json, UInt8(ascii: "\"")), (.json, UInt8(ascii: "\\")): 2
        case (.json, 0x08...0x0A), (.json, 0x0C...0x0D): 2
        case (.json, 0x00...0x1F): 6
        case (.jsonWithinJSON, UInt8(ascii: "\"")), (.jsonWithinJSON, UInt8(ascii: "\\")): 4
        case (.jsonWithinJSON, 0x08...0x0A), (.jsonWithinJSON, 0x0C...0x0D): 3
        case (.jsonWithinJSON, 0x00...0x1F): 7
        case (_, _): 1
        }
    }

    /// The length of a text in UTF-8.
    public func length(_ text: [UInt8]) -> Int {
        if self == .characters { return ByteScan.characterCount(text.span) }
        var total = 0
        for byte in text { total += cost(byte) }
        return total
    }

    /// The end of the longest beginning of `text` that ends between characters and is not longer than `limit`.
    func prefixEnd(of text: [UInt8], within limit: Int) -> Int {
        var spent = 0
        var end = 0
        var index = 0
        while index < text.count {
            spent += cost(text[index])
            if spent > limit { return end }
            index += 1
            if index == text.count || text[index] & 0xC0 != 0x80 { end = index }
        }
        return end
    }

    /// The start of the longest end of `text` that starts between characters and is not longer than `limit`.
    func suffixStart(of text: [UInt8], within limit: Int) -> Int {
        var spent = 0
        var start = text.count
        var index = text.count
        while index > 0 {
            index -= 1
            spent += cost(text[index])
            if spent > limit { return start }
            if text[index] & 0xC0 != 0x80 { start = index }
        }
        return start
    }
}
