extension JSONParser {
    /// Reads a number by the grammar of RFC 8259 section 6; `position` is at its first character.
    mutating func number(_ bytes: Span<UInt8>) throws(JSONError) -> JSONNumber {
        let start = position
        if bytes[position] == 0x2D { position += 1 }
        if position < bytes.count, bytes[position] == 0x30 {
            position += 1
            if position < bytes.count, Self.isDigit(bytes[position]) { throw JSONError(.invalidNumber, at: position) }
        } else {
            try digits(bytes)
        }
        if position < bytes.count, bytes[position] == 0x2E {
            position += 1
            try digits(bytes)
        }
        if position < bytes.count, bytes[position] == 0x65 || bytes[position] == 0x45 {
            position += 1
            if position < bytes.count, bytes[position] == 0x2B || bytes[position] == 0x2D { position += 1 }
            try digits(bytes)
        }
        guard position - start <= limits.numberLength else { throw JSONError(.numberTooLong, at: start) }
        do {
            return JSONNumber(checked: String(copying: try UTF8Span(validating: bytes.extracting(start..<position))))
        } catch {
            throw JSONError(.invalidUTF8, at: start)
        }
    }

    private mutating func digits(_ bytes: Span<UInt8>) throws(JSONError) {
        let start = position
        while position < bytes.count, Self.isDigit(bytes[position]) { position += 1 }
        guard position > start else {
            throw JSONError(position < bytes.count ? .invalidNumber : .unexpectedEnd, at: position)
        }
    }

    private static func isDigit(_ byte: UInt8) -> Bool { byte >= 0x30 && byte <= 0x39 }
}
