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
    private static let reference = ByteSet.identifier.union(ByteSet(".-"))
    private static let redacted = Array("[REDACTED".utf8)
    private static let ellipses = ["...", "…"].map { Array($0.utf8) }
    /// How documentation writes a secret.
    private static let capitals = WordSet("PASSWORD", "PASSWD", "PASS", "PASSPHRASE", "SECRET", "TOKEN")
    private static let stars = Array("***".utf8)
    private static let links = ["https://", "http://"].map { Array($0.utf8) }
    private static let typeEnding = Array("_t".utf8)
    private static let numberTypes = WordSet("int", "uint", "float")

    static func has(_ set: ByteSet, in value: [UInt8]) -> Bool { value.contains { set.contains($0) } }
    static func isAll(_ set: ByteSet, _ value: [UInt8]) -> Bool { value.allSatisfy { set.contains($0) } }

    /// A reference, a template, a row of stars, or a marker: not a value.
    static func isPlaceholder(_ value: [UInt8]) -> Bool {
        guard let first = value.first else { return true }
        if value.allSatisfy({ $0 == first }), !ByteSet.alphanumeric.contains(first) || crosses.contains(first) {
            return true
        }
        if value.starts(with: redacted) || capitals.contains(value) || value.holds(stars) { return true }
        let second = value.count > 1 ? value[1] : 0
        switch first {
        case UInt8(ascii: "$"):
            let name = Array(value.dropFirst())
            return opening.contains(second)
                || (!name.isEmpty && (isAll(constant, name) || isAll(letterName, name)))
        case UInt8(ascii: "<"): return value.contains(UInt8(ascii: ">"))
        case UInt8(ascii: "{"): return value.contains(UInt8(ascii: "}"))
        case UInt8(ascii: "#"), UInt8(ascii: "@"): return second == UInt8(ascii: "{")
        case UInt8(ascii: "%"): return value.count == 2 || opening.contains(second) || value.last == first || second == UInt8(ascii: "s")
        case UInt8(ascii: "\\"): return second == UInt8(ascii: "(")
        default: return ellipses.contains { value.starts(with: $0) }
        }
    }

    /// A word of a sentence, a keyword or a type.
    static func isOrdinary(_ value: [UInt8]) -> Bool {
        var word = value[...]
        while let last = word.last, sentenceEnds.contains(last) { word.removeLast() }
        let lowered = word.map(\.lowercased)
        if ordinary.contains(lowered) { return true }
        var stem = lowered[...]
        if stem.ends(with: typeEnding) { stem = stem.dropLast(2) }
        while let last = stem.last, ByteSet.digits.contains(last) { stem = stem.dropLast() }
        return stem.count < lowered.count && numberTypes.contains(stem)
    }

    /// An identifier whose last of several words is a telling name, or the name itself: code that passes a secret on.
    static func refersToSecret(_ value: [UInt8], name: [UInt8]) -> Bool {
        guard isAll(reference, value) else { return false }
        let words = NameWords(of: value)
        if words == NameWords(of: name) { return true }
        return words.areSeveral && !has(.digits, in: value) && SecretName(lastOf: words) != nil
    }

    /// `row.value`: identifiers joined by dots, without digits.
    static func isPath(_ value: [UInt8]) -> Bool {
        value.contains(UInt8(ascii: ".")) && isAll(pathBytes, value)
    }

    static func isLink(_ value: [UInt8]) -> Bool { links.contains { value.starts(with: $0) } }

    /// `0x10100`, at most 64 bits, perhaps with a comma behind it.
    static func isHexadecimalNumber(_ value: [UInt8]) -> Bool {
        let digits = value.last == UInt8(ascii: ",") ? value.dropLast() : value[...]
        return (3...18).contains(digits.count) && digits[0] == UInt8(ascii: "0") && digits[1] == UInt8(ascii: "x")
            && digits.dropFirst(2).allSatisfy { ByteSet.hexadecimal.contains($0) }
    }

    /// `#d0d0d0`.
    static func isColour(_ value: [UInt8]) -> Bool {
        value.first == UInt8(ascii: "#") && value.count <= 9 && value.dropFirst().allSatisfy { ByteSet.hexadecimal.contains($0) }
    }

    /// A path whose first identifier is one that programs use for what holds settings.
    static func isMember(_ value: [UInt8]) -> Bool {
        guard isPath(value), let first = value.split(separator: UInt8(ascii: ".")).first else { return false }
        return owners.contains(first)
    }
}
