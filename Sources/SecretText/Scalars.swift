/// Numbers and escapes as JSON and YAML write them.
enum Scalars {
    /// So many hexadecimal digits as a number.
    static func hexadecimal(_ reader: inout LineReader, digits: Int) -> UInt32? {
        var number: UInt32 = 0
        for _ in 0..<digits {
            guard let byte = reader.byte else { return nil }
            let digit: UInt8
            switch byte {
            case 0x30...0x39: digit = byte - 0x30
            case 0x41...0x46: digit = byte - 0x41 + 10
            case 0x61...0x66: digit = byte - 0x61 + 10
            default: return nil
            }
            number = number << 4 | UInt32(digit)
            reader.advance()
        }
        return number
    }

    /// Whether the value begun is `-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?`.
    static func isJSONNumber(_ found: borrowing Collector) -> Bool {
        var at = 0
        func digits(_ found: borrowing Collector) -> Int {
            let start = at
            while let byte = found.pendingByte(at), KeyName.isDigit(byte) { at += 1 }
            return at - start
        }
        if found.pendingByte(at) == 0x2D { at += 1 }
        let isZero = found.pendingByte(at) == 0x30
        let whole = digits(found)
        guard whole > 0, !isZero || whole == 1 else { return false }
        if found.pendingByte(at) == 0x2E {
            at += 1
            guard digits(found) > 0 else { return false }
        }
        if let mark = found.pendingByte(at), mark | 0x20 == 0x65 {
            at += 1
            if let sign = found.pendingByte(at), sign == 0x2B || sign == 0x2D { at += 1 }
            guard digits(found) > 0 else { return false }
        }
        return at == found.pending
    }
}
