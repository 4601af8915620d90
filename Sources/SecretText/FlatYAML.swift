public import SecretMemory

/// A YAML map of names to plain, quoted or literal (`|`) values; the part of YAML 1.2 that holds secrets in practice.
///
/// Lists, nested maps, anchors, tags, folded values and quoted values over several lines are reported, never guessed.
public enum FlatYAML {
    public static func parse(_ text: consuming SecretBytes) throws(SecretMemoryError) -> ParsedText {
        var found = try Collector()
        var reader = LineReader(text)
        while !reader.isAtEnd, !isMark(0x2E, &reader) { try member(&reader, &found) }
        return try found.parsed()
    }

    /// `---` or `...` on a line of its own.
    private static func isMark(_ byte: UInt8, _ reader: inout LineReader) -> Bool {
        guard (0..<3).allSatisfy({ reader.byte(after: $0) == byte }) else { return false }
        guard let next = reader.byte(after: 3) else { return true }
        return isBlank(next) || next == 0x0A || next == 0x0D
    }

    private static func member(_ reader: inout LineReader, _ found: inout Collector) throws(SecretMemoryError) {
        if isMark(0x2D, &reader) { return reader.nextLine() }
        let line = reader.line
        let isIndented = reader.skipBlanks()
        guard let first = reader.byte, !reader.isAtLineEnd, first != 0x23 else { return reader.nextLine() }
        // The empty map, which has no line of its own in the other form.
        if first == 0x7B, reader.byte(after: 1) == 0x7D, (0x00...0x20).contains(reader.byte(after: 2) ?? 0x0A) {
            return reader.nextLine()
        }
        guard !isIndented, first != 0x2D, first != 0x7B, first != 0x5B else {
            found.report(.notFlat, line: line)
            return reader.nextLine()
        }
        let quote = first == 0x22 || first == 0x27 ? first : nil
        if quote != nil { reader.advance() }
        guard let key = reader.name() else {
            found.report(reader.lineHasByte(0x3A) ? .badName : .notAnAssignment, line: line)
            return reader.nextLine()
        }
        if let quote {
            guard reader.byte == quote else {
                found.report(.badName, line: line)
                return reader.nextLine()
            }
            reader.advance()
        }
        reader.skipBlanks()
        let hasColon = reader.byte == 0x3A
        let next = reader.byte(after: 1)
        guard hasColon, next.map({ isBlank($0) || $0 == 0x0A || $0 == 0x0D }) ?? true else {
            found.report(reader.lineHasByte(0x3A) ? .badName : .notAnAssignment, line: line)
            return reader.nextLine()
        }
        reader.advance()
        reader.skipBlanks()
        found.begin()
        switch try value(&reader, &found) {
        case .issue(let issue):
            found.report(issue, line: line)
        case .kind where !KeyName.isValid(key): found.report(.badName, line: line)
        case .kind(let kind): found.finish(key: key, kind: kind, line: line)
        }
    }

    private enum Outcome { case kind(ValueKind), issue(TextIssue.Kind) }

    /// Reads a value and goes to the line after it.
    private static func value(_ reader: inout LineReader, _ found: inout Collector) throws(SecretMemoryError) -> Outcome {
        switch reader.byte {
        case 0x7C: return try YAMLLiteral.read(&reader, &found) ? .kind(.string) : .issue(.notFlat)
        case 0x22, 0x27:
            let issue = try quoted(&reader, &found)
            reader.nextLine()
            return issue.map { .issue($0) } ?? .kind(.string)
        case let byte? where Array(">&*!{[%@`".utf8).contains(byte):
            reader.nextLine()
            return .issue(.notFlat)
        default:
            try plain(&reader, &found)
            reader.nextLine()
            return kind(of: found)
        }
    }

    private static func plain(_ reader: inout LineReader, _ found: inout Collector) throws(SecretMemoryError) {
        var isAfterBlank = true
        while let byte = reader.byte, !reader.isAtLineEnd {
            if byte == 0x23, isAfterBlank { break }
            isAfterBlank = isBlank(byte)
            try found.append(byte)
            reader.advance()
        }
        found.trimBlanks()
    }

    private static func kind(of found: borrowing Collector) -> Outcome {
        if found.pending == 0 || found.pendingIs("null") || found.pendingIs("~") { return .issue(.null) }
        if found.pendingIs("true") || found.pendingIs("false") { return .kind(.boolean) }
        // `a: b: c` is a map in a map, or a mistake.
        var offset = 0
        while let byte = found.pendingByte(offset) {
            if byte == 0x3A, found.pendingByte(offset + 1).map({ isBlank($0) }) ?? true { return .issue(.notFlat) }
            offset += 1
        }
        return .kind(Scalars.isJSONNumber(found) ? .number : .string)
    }

    private static func quoted(_ reader: inout LineReader, _ found: inout Collector) throws(SecretMemoryError) -> TextIssue.Kind? {
        let quote = reader.byte
        reader.advance()
        while let byte = reader.byte {
            if reader.isAtLineEnd { return .notFlat }
            reader.advance()
            if byte == quote {
                guard quote == 0x27, reader.byte == 0x27 else { break }
                reader.advance()
                try found.append(0x27)
            } else if byte == 0x5C, quote == 0x22 {
                guard let scalar = YAMLEscape.read(&reader) else { return .badEscape }
                try found.append(scalar: scalar)
            } else {
                try found.append(byte)
            }
        }
        guard reader.byte(after: -1) == quote else { return .unterminatedQuote }
        let hadBlank = reader.skipBlanks()
        return reader.isAtLineEnd || (hadBlank && reader.byte == 0x23) ? nil : .textAfterQuote
    }
}
