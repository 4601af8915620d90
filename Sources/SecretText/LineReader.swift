internal import SecretMemory

/// A place in a text that is read line by line. Lines end with LF or CRLF; a byte order mark at the start is skipped.
struct LineReader: ~Copyable {
    private let text: SecretBytes
    private(set) var at = 0
    /// Counted from 1.
    private(set) var line = 1

    init(_ text: consuming SecretBytes) {
        self.text = text
        if byte(after: 0) == 0xEF, byte(after: 1) == 0xBB, byte(after: 2) == 0xBF { at = 3 }
    }

    var isAtEnd: Bool { at >= text.count }
    var byte: UInt8? { byte(after: 0) }

    func byte(after offset: Int) -> UInt8? {
        let place = at + offset
        return place >= 0 && place < text.count ? text.withBytes { $0.byte(at: place) } : nil
    }

    /// Whether a line end or the end of the text stands here.
    var isAtLineEnd: Bool {
        switch byte {
        case nil, 0x0A: true
        case 0x0D: byte(after: 1) == 0x0A || byte(after: 1) == nil
        default: false
        }
    }

    mutating func advance() {
        if byte == 0x0A { line += 1 }
        at += 1
    }

    /// Goes behind the end of this line.
    mutating func nextLine() {
        while let byte, byte != 0x0A { at += 1 }
        if !isAtEnd { advance() }
    }

    /// Goes to the end of the text.
    mutating func finish() { at = text.count }

    @discardableResult
    mutating func skipBlanks() -> Bool {
        let start = at
        while let byte, isBlank(byte) { at += 1 }
        return at > start
    }

    /// Takes a name as far as it goes; nil when none begins here.
    mutating func name() -> String? {
        guard let first = byte, KeyName.isHead(first) else { return nil }
        var name = ""
        while let byte, KeyName.isHead(byte) || KeyName.isDigit(byte) {
            name.unicodeScalars.append(Unicode.Scalar(byte))
            at += 1
        }
        return name
    }

    /// Whether the byte stands between here and the end of the line.
    func lineHasByte(_ wanted: UInt8) -> Bool {
        var offset = 0
        while let byte = byte(after: offset), byte != 0x0A {
            if byte == wanted { return true }
            offset += 1
        }
        return false
    }
}
