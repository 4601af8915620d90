internal import SecretMemory

/// Takes entries and issues as a parser finds them. The value that is being read grows in secret memory.
struct Collector: ~Copyable {
    private var entries: [SecretEntries.Entry?] = []
    private var places: [String: Int] = [:]
    private(set) var issues: [TextIssue] = []
    private var values: SecretBuffer
    private var start = 0

    init() throws(SecretMemoryError) { values = try SecretBuffer() }

    mutating func report(_ kind: TextIssue.Kind, line: Int) { issues.append(TextIssue(line: line, kind: kind)) }

    /// Begins a value, forgetting one that was begun and not finished.
    mutating func begin() { values.removeLast(values.count - start) }

    mutating func append(_ byte: UInt8) throws(SecretMemoryError) { try values.append(byte) }

    mutating func append(scalar: UInt32) throws(SecretMemoryError) {
        switch scalar {
        case 0..<0x80: try append(UInt8(scalar))
        case 0x80..<0x800:
            try append(UInt8(0xC0 | scalar >> 6))
            try append(UInt8(0x80 | scalar & 0x3F))
        case 0x800..<0x10000:
            try append(UInt8(0xE0 | scalar >> 12))
            try append(UInt8(0x80 | scalar >> 6 & 0x3F))
            try append(UInt8(0x80 | scalar & 0x3F))
        default:
            try append(UInt8(0xF0 | scalar >> 18))
            try append(UInt8(0x80 | scalar >> 12 & 0x3F))
            try append(UInt8(0x80 | scalar >> 6 & 0x3F))
            try append(UInt8(0x80 | scalar & 0x3F))
        }
    }

    /// Bytes of the value begun.
    var pending: Int { values.count - start }

    /// Takes back what stands at the end of the value begun while it is a blank.
    mutating func trimBlanks() {
        while pending > 0, values.withBytes({ isBlank($0.byte(at: $0.byteCount - 1)) }) { values.removeLast(1) }
    }

    mutating func trimLast(_ count: Int) { values.removeLast(min(count, pending)) }

    var lastByte: UInt8? { pending > 0 ? values.withBytes { $0.byte(at: $0.byteCount - 1) } : nil }

    /// Whether the value begun is this text.
    func pendingIs(_ text: StaticString) -> Bool {
        let wanted = Array("\(text)".utf8)
        guard pending == wanted.count else { return false }
        return values.withBytes { bytes in
            wanted.indices.allSatisfy { bytes.byte(at: start + $0) == wanted[$0] }
        }
    }

    /// Whether the value begun has only bytes that `body` likes.
    func pendingAll(_ body: (UInt8) -> Bool) -> Bool {
        values.withBytes { bytes in (start..<bytes.byteCount).allSatisfy { body(bytes.byte(at: $0)) } }
    }

    func pendingByte(_ offset: Int) -> UInt8? {
        offset < pending ? values.withBytes { $0.byte(at: start + offset) } : nil
    }

    mutating func finish(key: String, kind: ValueKind, line: Int) {
        if let earlier = places[key], let old = entries[earlier] {
            report(.duplicate(of: old.line), line: line)
            entries[earlier] = nil
        }
        places[key] = entries.count
        entries.append(SecretEntries.Entry(key: key, kind: kind, line: line, range: start..<values.count))
        start = values.count
    }

    consuming func parsed() throws(SecretMemoryError) -> ParsedText {
        begin()
        return ParsedText(entries: SecretEntries(entries.compactMap { $0 }, try values.take()), issues: issues)
    }
}

func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }
