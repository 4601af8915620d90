/// The identifiers and attributes of stripped code, each with what surrounds it.
struct Word {
    /// `name`, or `@name` for an attribute, or `name!` for `try!`.
    let text: String
    let line: Int
    /// Whether the next character that is no blank is an opening parenthesis.
    let isCalled: Bool
    /// Whether a full stop stands before it: a member, not a free name.
    let isMember: Bool
    /// Whether `func` stands before it: the name of a declaration.
    let isDeclared: Bool

    static func all(in code: String) -> [Word] {
        let bytes = Array(code.utf8)
        var words: [Word] = []
        var line = 1
        var at = 0
        while at < bytes.count {
            let byte = bytes[at]
            if byte == UInt8(ascii: "\n") { line += 1 }
            guard isStart(byte) || byte == UInt8(ascii: "@") else {
                // Digits start no word, but their letters are no words of their own.
                if isPart(byte) { while at < bytes.count, isPart(bytes[at]) { at += 1 } } else { at += 1 }
                continue
            }
            let start = at
            at += 1
            while at < bytes.count, isPart(bytes[at]) { at += 1 }
            var text = String(decoding: bytes[start..<at], as: UTF8.self)
            if text == "try", at < bytes.count, bytes[at] == UInt8(ascii: "!") { text = "try!" }
            var after = at
            while after < bytes.count, bytes[after] == UInt8(ascii: " ") { after += 1 }
            words.append(Word(
                text: text,
                line: line,
                isCalled: after < bytes.count && bytes[after] == UInt8(ascii: "("),
                isMember: start > 0 && bytes[start - 1] == UInt8(ascii: "."),
                isDeclared: words.last?.text == "func" && words.last?.line == line))
        }
        return words
    }

    /// Equal, or beginning so when the pattern ends in `*`.
    static func matches(_ text: String, _ pattern: String) -> Bool {
        pattern.hasSuffix("*") ? text.hasPrefix(pattern.dropLast()) : text == pattern
    }

    private static func isStart(_ byte: UInt8) -> Bool {
        (byte >= UInt8(ascii: "a") && byte <= UInt8(ascii: "z"))
            || (byte >= UInt8(ascii: "A") && byte <= UInt8(ascii: "Z")) || byte == UInt8(ascii: "_") || byte >= 0x80
    }

    private static func isPart(_ byte: UInt8) -> Bool {
        isStart(byte) || (byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9"))
    }
}
