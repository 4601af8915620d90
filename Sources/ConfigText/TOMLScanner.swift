/// The statements of a TOML text (TOML 1.0) with the places they stand at.
///
/// It reads the shape: comments, headers, dotted and quoted keys, and where values end. A number or date is taken as any
/// run of the characters those are made of.
struct TOMLScanner {
    struct Pair {
        let key: [String]
        let value: Range<Int>
        let line: Int
    }

    /// A `[table]` or `[[table]]` with what stands under it. The first section is what stands before any header.
    struct Section {
        let path: [String]
        let isArray: Bool
        let line: Int
        /// The offset after the header's `]`, or 0.
        let headerEnd: Int
        var pairs: [Pair] = []
    }

    private let bytes: [UInt8]
    private var at = 0
    private var line = 1

    static func sections(_ bytes: [UInt8]) throws(ConfigTextError) -> [Section] {
        var scanner = TOMLScanner(bytes)
        return try scanner.document()
    }

    private init(_ bytes: [UInt8]) {
        self.bytes = bytes
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { at = 3 }
    }

    private var byte: UInt8? { at < bytes.count ? bytes[at] : nil }
    private var failure: ConfigTextError { .notTOML(line: line) }

    private mutating func document() throws(ConfigTextError) -> [Section] {
        guard String(validating: bytes, as: UTF8.self) != nil else { throw .notTOML(line: 1) }
        var sections = [Section(path: [], isArray: false, line: 0, headerEnd: 0)]
        while at < bytes.count {
            skipBlanks()
            switch byte {
            case nil: break
            case 0x23, 0x0A, 0x0D: break
            case 0x5B: sections.append(try header())
            default: sections[sections.count - 1].pairs.append(try pair())
            }
            try endOfLine()
        }
        return sections
    }

    private mutating func header() throws(ConfigTextError) -> Section {
        at += 1
        let isArray = byte == 0x5B
        if isArray { at += 1 }
        let path = try dottedKey()
        for _ in 0..<(isArray ? 2 : 1) {
            guard byte == 0x5D else { throw failure }
            at += 1
        }
        return Section(path: path, isArray: isArray, line: line, headerEnd: at)
    }

    private mutating func pair() throws(ConfigTextError) -> Pair {
        let start = line
        let key = try dottedKey()
        guard byte == 0x3D else { throw failure }
        at += 1
        skipBlanks()
        let from = at
        try value(depth: 0)
        return Pair(key: key, value: from..<at, line: start)
    }

    private mutating func dottedKey() throws(ConfigTextError) -> [String] {
        var path: [String] = []
        while true {
            skipBlanks()
            path.append(try simpleKey())
            skipBlanks()
            guard byte == 0x2E else { return path }
            at += 1
        }
    }

    private mutating func simpleKey() throws(ConfigTextError) -> String {
        let start = at
        if let quote = byte, quote == 0x22 || quote == 0x27 {
            try string()
            guard let text = TOMLText.string(bytes[start..<at]) else { throw failure }
            return text
        }
        while let next = byte, Self.isBareKey(next) { at += 1 }
        guard at > start else { throw failure }
        return String(decoding: bytes[start..<at], as: UTF8.self)
    }

    static func isBareKey(_ byte: UInt8) -> Bool {
        (byte >= 0x30 && byte <= 0x39) || (byte | 0x20 >= 0x61 && byte | 0x20 <= 0x7A) || byte == 0x2D || byte == 0x5F
    }

    private mutating func value(depth: Int) throws(ConfigTextError) {
        guard depth < 64, let first = byte else { throw failure }
        switch first {
        case 0x22, 0x27: try string()
        case 0x5B: try array(depth)
        case 0x7B: try inlineTable(depth)
        default:
            let start = at
            while let next = byte, Self.isScalar(next) || isDateBlank() { at += 1 }
            guard at > start else { throw failure }
        }
    }

    private static func isScalar(_ byte: UInt8) -> Bool { isBareKey(byte) || byte == 0x2B || byte == 0x2E || byte == 0x3A }

    /// The blank of `1979-05-27 07:32:00`.
    private func isDateBlank() -> Bool {
        guard byte == 0x20, at >= 10, at + 1 < bytes.count, bytes[at - 3] == 0x2D, bytes[at - 6] == 0x2D else { return false }
        return bytes[at + 1] >= 0x30 && bytes[at + 1] <= 0x39
    }

    private mutating func string() throws(ConfigTextError) {
        let quote = bytes[at]
        let isLong = at + 2 < bytes.count && bytes[at + 1] == quote && bytes[at + 2] == quote
        at += isLong ? 3 : 1
        while let next = byte {
            if next == 0x5C, quote == 0x22 {
                at += 1
                if byte == 0x0A { line += 1 }
                at += 1
            } else if next == quote {
                guard isLong else {
                    at += 1
                    return
                }
                var run = 0
                while at < bytes.count, bytes[at] == quote, run < 5 { (at, run) = (at + 1, run + 1) }
                // Up to two quotes may stand before the closing three.
                if run >= 3 { return }
            } else {
                if next == 0x0A {
                    guard isLong else { throw failure }
                    line += 1
                }
                at += 1
            }
        }
        throw failure
    }

    private mutating func array(_ depth: Int) throws(ConfigTextError) {
        at += 1
        while true {
            try skipLines()
            if byte == 0x5D { break }
            try value(depth: depth + 1)
            try skipLines()
            if byte == 0x5D { break }
            guard byte == 0x2C else { throw failure }
            at += 1
        }
        at += 1
    }

    private mutating func inlineTable(_ depth: Int) throws(ConfigTextError) {
        at += 1
        skipBlanks()
        var keys: [[String]] = []
        while byte != 0x7D {
            if !keys.isEmpty {
                guard byte == 0x2C else { throw failure }
                at += 1
            }
            let key = try dottedKey()
            guard !keys.contains(key) else { throw .repeatedKey(line: line) }
            keys.append(key)
            guard byte == 0x3D else { throw failure }
            at += 1
            skipBlanks()
            try value(depth: depth + 1)
            skipBlanks()
        }
        at += 1
    }

    private mutating func skipBlanks() {
        while let next = byte, Layout.isBlank(next) { at += 1 }
    }

    /// Blanks, line ends and comments, inside an array.
    private mutating func skipLines() throws(ConfigTextError) {
        while true {
            skipBlanks()
            guard byte == 0x23 || byte == 0x0A || byte == 0x0D else { return }
            try endOfLine()
        }
    }

    /// What may stand after a statement: a comment and a line end, or the end of the text.
    private mutating func endOfLine() throws(ConfigTextError) {
        skipBlanks()
        if byte == 0x23 {
            while byte != nil, byte != 0x0A { at += 1 }
        }
        if byte == 0x0D { at += 1 }
        guard at < bytes.count else { return }
        guard byte == 0x0A else { throw failure }
        at += 1
        line += 1
    }
}
