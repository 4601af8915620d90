/// Replacements of byte ranges, applied together; what no range covers is kept as it is.
struct Edits {
    private var list: [(range: Range<Int>, bytes: [UInt8])] = []

    mutating func replace(_ range: Range<Int>, _ text: [UInt8]) {
        list.append((range, text))
    }

    mutating func insert(at place: Int, _ text: [UInt8]) {
        list.append((place..<place, text))
    }

    /// Insertions at one place keep the order in which they were asked for. Ranges must not overlap.
    func applied(to bytes: [UInt8]) -> [UInt8] {
        let ordered = list.enumerated().sorted { ($0.element.range.lowerBound, $0.offset) < ($1.element.range.lowerBound, $1.offset) }
        var out: [UInt8] = []
        var at = 0
        for (_, edit) in ordered {
            precondition(edit.range.lowerBound >= at, "edits overlap")
            out += bytes[at..<edit.range.lowerBound]
            out += edit.bytes
            at = edit.range.upperBound
        }
        return out + bytes[at...]
    }
}

/// How lines end and how they begin in a text.
struct Layout {
    let lineEnd: [UInt8]
    /// One step of indentation.
    let unit: [UInt8]
    /// Whether there is a line break before the last visible byte.
    let isMultiLine: Bool

    init(of bytes: [UInt8], from start: Int = 0) {
        let newline = bytes.firstIndex(of: 0x0A)
        lineEnd = newline.map { $0 > 0 && bytes[$0 - 1] == 0x0D } == true ? [0x0D, 0x0A] : [0x0A]
        let lastVisible = bytes.lastIndex { !Layout.isBlank($0) && $0 != 0x0D && $0 != 0x0A } ?? 0
        isMultiLine = newline.map { $0 < lastVisible } ?? false
        unit = Layout.firstIndentation(bytes, start) ?? [0x20, 0x20]
    }

    /// The blanks of the first indented line that begins with a quoted key.
    private static func firstIndentation(_ bytes: [UInt8], _ start: Int) -> [UInt8]? {
        var at = start
        while let newline = bytes[at...].firstIndex(of: 0x0A) {
            let end = bytes[(newline + 1)...].firstIndex { !isBlank($0) } ?? bytes.count
            if end > newline + 1, end < bytes.count, bytes[end] == 0x22 { return Array(bytes[(newline + 1)..<end]) }
            at = newline + 1
        }
        return nil
    }

    static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }

    /// The blanks at the start of the line that holds `place`.
    static func indentation(of place: Int, in bytes: [UInt8]) -> [UInt8] {
        let start = (bytes[..<place].lastIndex(of: 0x0A) ?? -1) + 1
        return Array(bytes[start...].prefix { isBlank($0) })
    }

    /// Whether only blanks stand between the start of its line and `place`.
    static func isFirstOnLine(_ place: Int, in bytes: [UInt8]) -> Bool {
        let start = (bytes[..<place].lastIndex(of: 0x0A) ?? -1) + 1
        return start > 0 && bytes[start..<place].allSatisfy(isBlank)
    }
}
