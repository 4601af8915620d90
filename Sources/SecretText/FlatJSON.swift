public import SecretMemory

/// A JSON object whose members are texts, numbers or booleans (RFC 8259). Numbers and booleans keep their spelling.
public enum FlatJSON {
    /// Reads a JSON text. A member that is not flat is reported and left out; a fault of the syntax ends the reading.
    public static func parse(_ text: consuming SecretBytes) throws(SecretMemoryError) -> ParsedText {
        var found = try Collector()
        var reader = LineReader(text)
        if try !object(&reader, &found) { found.report(.notJSON, line: reader.line) }
        return try found.parsed()
    }

    private static func object(_ reader: inout LineReader, _ found: inout Collector) throws(SecretMemoryError) -> Bool {
        guard take(0x7B, &reader) else { return false }
        if take(0x7D, &reader) { return isDone(&reader) }
        repeat {
            skipSpace(&reader)
            let line = reader.line
            guard let key = try name(&reader, &found), take(0x3A, &reader) else { return false }
            skipSpace(&reader)
            guard let outcome = try value(&reader, &found) else { return false }
            switch outcome {
            case .kind where !KeyName.isValid(key): found.report(.badName, line: line)
            case .kind(let kind): found.finish(key: key, kind: kind, line: line)
            case .issue(let issue): found.report(issue, line: line)
            }
        } while take(0x2C, &reader)
        return take(0x7D, &reader) && isDone(&reader)
    }

    private enum Outcome { case kind(ValueKind), issue(TextIssue.Kind) }

    /// A member's name. It is text, not a secret.
    private static func name(_ reader: inout LineReader, _ found: inout Collector) throws(SecretMemoryError) -> String? {
        guard try string(&reader, &found) else { return nil }
        var bytes: [UInt8] = []
        var offset = 0
        while let byte = found.pendingByte(offset) {
            bytes.append(byte)
            offset += 1
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func value(_ reader: inout LineReader, _ found: inout Collector) throws(SecretMemoryError) -> Outcome? {
        switch reader.byte {
        case 0x22:
            guard try string(&reader, &found) else { return nil }
            return .kind(.string)
        case 0x7B, 0x5B: return try skipNested(&reader, &found) ? .issue(.notFlat) : nil
        default:
            found.begin()
            while let byte = reader.byte, isWordByte(byte) {
                try found.append(byte)
                reader.advance()
            }
            if found.pendingIs("true") || found.pendingIs("false") { return .kind(.boolean) }
            if found.pendingIs("null") { return .issue(.null) }
            return Scalars.isJSONNumber(found) ? .kind(.number) : nil
        }
    }

    private static func isWordByte(_ byte: UInt8) -> Bool {
        KeyName.isHead(byte) || KeyName.isDigit(byte) || byte == 0x2B || byte == 0x2D || byte == 0x2E
    }

    /// Walks over a list or map; false when it does not end.
    private static func skipNested(_ reader: inout LineReader, _ found: inout Collector) throws(SecretMemoryError) -> Bool {
        var depth = 0
        while let byte = reader.byte {
            switch byte {
            case 0x22:
                guard try string(&reader, &found) else { return false }
                continue
            case 0x7B, 0x5B: depth += 1
            case 0x7D, 0x5D: depth -= 1
            default: break
            }
            reader.advance()
            if depth == 0 { return true }
        }
        return false
    }

    /// Reads a string as the value begun.
    private static func string(_ reader: inout LineReader, _ found: inout Collector) throws(SecretMemoryError) -> Bool {
        found.begin()
        guard reader.byte == 0x22 else { return false }
        reader.advance()
        while let byte = reader.byte, byte >= 0x20 {
            reader.advance()
            if byte == 0x22 { return true }
            if byte == 0x5C {
                guard let scalar = escape(&reader) else { return false }
                try found.append(scalar: scalar)
            } else {
                try found.append(byte)
            }
        }
        return false
    }

    private static func escape(_ reader: inout LineReader) -> UInt32? {
        guard let byte = reader.byte else { return nil }
        reader.advance()
        switch byte {
        case 0x22, 0x5C, 0x2F: return UInt32(byte)
        case 0x62: return 0x08
        case 0x66: return 0x0C
        case 0x6E: return 0x0A
        case 0x72: return 0x0D
        case 0x74: return 0x09
        case 0x75: break
        default: return nil
        }
        guard let first = Scalars.hexadecimal(&reader, digits: 4) else { return nil }
        guard first & 0xF800 == 0xD800 else { return first }
        // Half of a pair: only the high one may come first, and the low one must follow.
        guard first < 0xDC00, reader.byte == 0x5C, reader.byte(after: 1) == 0x75 else { return nil }
        reader.advance()
        reader.advance()
        guard let second = Scalars.hexadecimal(&reader, digits: 4), second & 0xFC00 == 0xDC00 else { return nil }
        return 0x10000 + (first & 0x3FF) << 10 + (second & 0x3FF)
    }

    private static func skipSpace(_ reader: inout LineReader) {
        while let byte = reader.byte, isBlank(byte) || byte == 0x0A || byte == 0x0D { reader.advance() }
    }

    private static func take(_ wanted: UInt8, _ reader: inout LineReader) -> Bool {
        skipSpace(&reader)
        guard reader.byte == wanted else { return false }
        reader.advance()
        return true
    }

    private static func isDone(_ reader: inout LineReader) -> Bool {
        skipSpace(&reader)
        return reader.isAtEnd
    }
}
