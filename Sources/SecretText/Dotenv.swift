public import SecretMemory

/// dotenv files: `NAME=value` lines. The grammar stands in this room's README.
public enum Dotenv {
    /// Reads a dotenv text. A bad line is reported and left out; the others count.
    public static func parse(_ text: consuming SecretBytes) throws(SecretMemoryError) -> ParsedText {
        var found = try Collector()
        var reader = LineReader(text)
        while !reader.isAtEnd { try statement(&reader, &found) }
        return try found.parsed()
    }

    private static func statement(_ reader: inout LineReader, _ found: inout Collector) throws(SecretMemoryError) {
        reader.skipBlanks()
        guard let first = reader.byte, !reader.isAtLineEnd, first != 0x23 else { return reader.nextLine() }
        let line = reader.line
        guard var name = reader.name() else {
            found.report(reader.lineHasByte(0x3D) ? .badName : .notAnAssignment, line: line)
            return reader.nextLine()
        }
        if name == "export", let next = reader.byte, isBlank(next) {
            reader.skipBlanks()
            if reader.byte != 0x3D {
                guard let exported = reader.name() else {
                    found.report(reader.lineHasByte(0x3D) ? .badName : .notAnAssignment, line: line)
                    return reader.nextLine()
                }
                name = exported
            }
        }
        reader.skipBlanks()
        guard reader.byte == 0x3D else {
            found.report(reader.lineHasByte(0x3D) ? .badName : .notAnAssignment, line: line)
            return reader.nextLine()
        }
        guard KeyName.isValid(name) else {
            found.report(.badName, line: line)
            return reader.nextLine()
        }
        reader.advance()
        found.begin()
        if let problem = try value(&reader, &found) {
            found.report(problem, line: line)
            if problem == .unterminatedQuote { reader.finish() } else { reader.nextLine() }
        } else {
            found.finish(key: name, kind: .string, line: line)
            reader.nextLine()
        }
    }

    /// Reads a value up to the end of its line; what is wrong with it, if anything is.
    private static func value(_ reader: inout LineReader, _ found: inout Collector) throws(SecretMemoryError) -> TextIssue.Kind? {
        let hadBlank = reader.skipBlanks()
        switch reader.byte {
        case 0x22, 0x27, 0x60: return try quoted(&reader, &found)
        default: return try plain(&reader, &found, afterBlank: hadBlank)
        }
    }

    private static func plain(
        _ reader: inout LineReader, _ found: inout Collector, afterBlank: Bool
    ) throws(SecretMemoryError) -> TextIssue.Kind? {
        var isAfterBlank = afterBlank
        while let byte = reader.byte, !reader.isAtLineEnd {
            if byte == 0x23, isAfterBlank { break }
            if byte == 0 { return .nul }
            isAfterBlank = isBlank(byte)
            try found.append(byte)
            reader.advance()
        }
        found.trimBlanks()
        return nil
    }

    private static func quoted(_ reader: inout LineReader, _ found: inout Collector) throws(SecretMemoryError) -> TextIssue.Kind? {
        let quote = reader.byte
        var hasNUL = false
        reader.advance()
        while let byte = reader.byte, byte != quote {
            if byte == 0 { hasNUL = true }
            if byte == 0x0D, reader.isAtLineEnd {
                reader.advance()
            } else if byte == 0x5C, quote == 0x22, let next = reader.byte(after: 1), let plain = escapes(next) {
                try found.append(plain)
                reader.advance()
                reader.advance()
            } else {
                try found.append(byte)
                reader.advance()
            }
        }
        guard reader.byte == quote else { return .unterminatedQuote }
        reader.advance()
        if hasNUL { return .nul }
        let hadBlank = reader.skipBlanks()
        guard reader.isAtLineEnd || (hadBlank && reader.byte == 0x23) else { return .textAfterQuote }
        return nil
    }

    /// What `\n`, `\r`, `\t`, `\"` and `\\` stand for. Any other backslash stands for itself.
    private static func escapes(_ byte: UInt8) -> UInt8? {
        switch byte {
        case 0x6E: 0x0A
        case 0x72: 0x0D
        case 0x74: 0x09
        case 0x22, 0x5C: byte
        default: nil
        }
    }
}
