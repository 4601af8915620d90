internal import SecretMemory

/// The escapes of a double-quoted YAML value (YAML 1.2, 5.7), but those for line ends.
enum YAMLEscape {
    static func read(_ reader: inout LineReader) -> UInt32? {
        guard let byte = reader.byte else { return nil }
        reader.advance()
        switch byte {
        case 0x30: return 0
        case 0x61: return 0x07
        case 0x62: return 0x08
        case 0x74, 0x09: return 0x09
        case 0x6E: return 0x0A
        case 0x76: return 0x0B
        case 0x66: return 0x0C
        case 0x72: return 0x0D
        case 0x65: return 0x1B
        case 0x20, 0x22, 0x2F, 0x5C: return UInt32(byte)
        case 0x4E: return 0x85
        case 0x5F: return 0xA0
        case 0x4C: return 0x2028
        case 0x50: return 0x2029
        case 0x78: return Scalars.hexadecimal(&reader, digits: 2)
        case 0x75: return Scalars.hexadecimal(&reader, digits: 4).flatMap(scalar)
        case 0x55: return Scalars.hexadecimal(&reader, digits: 8).flatMap(scalar)
        default: return nil
        }
    }

    private static func scalar(_ number: UInt32) -> UInt32? { Unicode.Scalar(number)?.value }
}

/// A literal block: `|`, `|-` or `|+`, then lines that are indented alike.
enum YAMLLiteral {
    /// Reads the block as the value begun and goes to the line after it; false for a form that is not read.
    static func read(_ reader: inout LineReader, _ found: inout Collector) throws(SecretMemoryError) -> Bool {
        reader.advance()
        var chomping: UInt8?
        if let mark = reader.byte, mark == 0x2D || mark == 0x2B {
            chomping = mark
            reader.advance()
        }
        let hadBlank = reader.skipBlanks()
        guard reader.isAtLineEnd || (hadBlank && reader.byte == 0x23) else {
            reader.nextLine()
            return false
        }
        reader.nextLine()
        var indent: Int?
        while !reader.isAtEnd {
            let depth = indentation(reader)
            if isLineEnd(reader, after: depth), depth <= indent ?? .max {
                try found.append(0x0A)
                reader.nextLine()
                continue
            }
            let wanted = indent ?? depth
            guard wanted > 0, depth >= wanted else { break }
            indent = wanted
            for _ in 0..<wanted { reader.advance() }
            while let byte = reader.byte, !reader.isAtLineEnd {
                try found.append(byte)
                reader.advance()
            }
            let isLast = reader.isAtEnd
            reader.nextLine()
            if !isLast { try found.append(0x0A) }
        }
        try chomp(chomping, &found)
        return true
    }

    private static func indentation(_ reader: borrowing LineReader) -> Int {
        var depth = 0
        while reader.byte(after: depth) == 0x20 { depth += 1 }
        return depth
    }

    private static func isLineEnd(_ reader: borrowing LineReader, after offset: Int) -> Bool {
        switch reader.byte(after: offset) {
        case nil, 0x0A: true
        case 0x0D: reader.byte(after: offset + 1) == 0x0A
        default: false
        }
    }

    /// `-` takes all line ends off the end, `+` keeps them, neither keeps one.
    private static func chomp(_ mark: UInt8?, _ found: inout Collector) throws(SecretMemoryError) {
        guard mark != 0x2B, found.lastByte == 0x0A else { return }
        while found.lastByte == 0x0A { found.trimLast(1) }
        // A block of nothing but line ends has no content to end.
        if mark == nil, found.pending > 0 { try found.append(0x0A) }
    }
}
