/// Judgements on the text of a value, out of its context.
enum Value {
    /// Words that stand for a value, name its type or belong to a sentence.
    private static let ordinary = WordSet(
        "null", "none", "nil", "true", "false", "undefined", "string", "str", "bytes", "byte", "data", "int",
        "integer", "bool", "boolean", "number", "any", "text", "varchar", "char", "object", "array", "optional",
        "empty", "unset", "required", "invalid", "valid", "missing", "unknown", "expired", "changed", "incorrect",
        "wrong", "input", "value", "user_input", "result", "line", "field", "param", "args", "must", "option", "flag",
        "argument", "should", "when", "with", "from", "file", "instead", "requires", "cannot", "will", "that", "this",
        "have", "been", "into", "prompt", "default", "self", "static", "void", "const", "auto", "uint", "float",
        "double", "authentication", "based", "does", "your", "stdin", "type", "name", "options", "flags", "arguments", "bearer", "func", "function", "return",
        "new", "var", "let", "hidden", "disabled", "enabled", "not", "for", "and", "identifier", "keyword")
    private static let owners = WordSet(
        "self", "this", "args", "config", "settings", "os", "options", "opts", "req", "request", "params", "process",
        "env", "cfg", "row", "ctx", "context", "props", "form", "event", "response", "resp", "res", "data", "user")

    private static let crosses = ByteSet("xX")
    private static let opening = ByteSet("{(")
    private static let sentenceEnds = ByteSet("?!;.:,*")
    private static let constant = ByteSet.upperDigits.union(ByteSet("_"))
    private static let letterName = ByteSet.letters.union(ByteSet("_"))
    private static let pathBytes = letterName.union(ByteSet("."))
    private static let redacted = Array("[REDACTED".utf8)
    private static let dots = Array("...".utf8)
    private static let ellipsis = Array("…".utf8)
    /// How documentation writes a secret.
    private static let capitals = WordSet("PASSWORD", "PASSWD", "PASS", "PASSPHRASE", "SECRET", "TOKEN")
    private static let stars = Array("***".utf8)
    private static let secureLink = Array("https://".utf8)
    private static let plainLink = Array("http://".utf8)
    private static let typeEnding = Array("_t".utf8)
    private static let numberTypes = WordSet("int", "uint", "float")

    static func has(_ set: ByteSet, in value: borrowing Span<UInt8>) -> Bool { value.first(of: set) != nil }

    static func isAll(_ set: ByteSet, _ value: borrowing Span<UInt8>) -> Bool {
        for index in 0..<value.count where !set.contains(value[index]) { return false }
        return true
    }

    /// A reference, a template, a row of stars, or a marker: not a value.
    static func isPlaceholder(_ value: borrowing Span<UInt8>) -> Bool {
        guard value.count > 0 else { return true }
        let first = value[0]
        if !ByteSet.alphanumeric.contains(first) || crosses.contains(first), isRow(value) { return true }
        if value.starts(with: redacted) || capitals.contains(value, folded: false) || value.holds(stars) { return true }
        let second = value.count > 1 ? value[1] : 0
        switch first {
        case UInt8(ascii: "$"):
            if opening.contains(second) { return true }
            let name = value.extracting(1..<value.count)
            return name.count > 0 && (isAll(constant, name) || isAll(letterName, name))
        case UInt8(ascii: "<"): return value.first(of: UInt8(ascii: ">")) != nil
        case UInt8(ascii: "{"): return value.first(of: UInt8(ascii: "}")) != nil
        case UInt8(ascii: "#"), UInt8(ascii: "@"): return second == UInt8(ascii: "{")
        case UInt8(ascii: "%"):
            return value.count == 2 || opening.contains(second) || value[value.count - 1] == first
                || second == UInt8(ascii: "s")
        case UInt8(ascii: "\\"): return second == UInt8(ascii: "(")
        case UInt8(ascii: "."): return value.starts(with: dots)
        default: return value.starts(with: ellipsis)
        }
    }

    /// One byte again and again.
    private static func isRow(_ value: borrowing Span<UInt8>) -> Bool {
        for index in 1..<value.count where value[index] != value[0] { return false }
        return true
    }

    /// A word of a sentence, a keyword or a type.
    static func isOrdinary(_ value: borrowing Span<UInt8>) -> Bool {
        var end = value.count
        while end > 0, sentenceEnds.contains(value[end - 1]) { end -= 1 }
        if ordinary.contains(value.extracting(0..<end), folded: true) { return true }
        let whole = end
        if value.extracting(0..<end).ends(with: typeEnding, folded: true) { end -= 2 }
        while end > 0, ByteSet.digits.contains(value[end - 1]) { end -= 1 }
        return end < whole && numberTypes.contains(value.extracting(0..<end), folded: true)
    }

    /// `row.value`: identifiers joined by dots, without digits.
    static func isPath(_ value: borrowing Span<UInt8>) -> Bool {
        isAll(pathBytes, value) && value.first(of: UInt8(ascii: ".")) != nil
    }

    static func isLink(_ value: borrowing Span<UInt8>) -> Bool { value.starts(with: secureLink) || value.starts(with: plainLink) }

    /// `0x10100`, at most 64 bits, perhaps with a comma behind it.
    static func isHexadecimalNumber(_ value: borrowing Span<UInt8>) -> Bool {
        guard value.count > 1, value[0] == UInt8(ascii: "0"), value[1] == UInt8(ascii: "x") else { return false }
        let end = value[value.count - 1] == UInt8(ascii: ",") ? value.count - 1 : value.count
        return (3...18).contains(end) && isAll(.hexadecimal, value.extracting(2..<end))
    }

    /// `#d0d0d0`.
    static func isColour(_ value: borrowing Span<UInt8>) -> Bool {
        guard value.count > 0, value[0] == UInt8(ascii: "#"), value.count <= 9 else { return false }
        return isAll(.hexadecimal, value.extracting(1..<value.count))
    }

    /// Whether the first identifier of a path is one that programs use for what holds settings.
    static func isMember(_ value: borrowing Span<UInt8>) -> Bool {
        var start = 0
        while start < value.count, value[start] == UInt8(ascii: ".") { start += 1 }
        var end = start
        while end < value.count, value[end] != UInt8(ascii: ".") { end += 1 }
        return owners.contains(value.extracting(start..<end), folded: false)
    }
}
