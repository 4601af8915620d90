/// Judgements on the text of a value, out of its context.
enum Value {
    /// Words that stand for a value, name its type or belong to a sentence.
    private static let ordinary: Set<String> = [
        "null", "none", "nil", "true", "false", "undefined", "string", "str", "bytes", "byte", "data", "int",
        "integer", "bool", "boolean", "number", "any", "text", "varchar", "char", "object", "array", "optional",
        "empty", "unset", "required", "invalid", "valid", "missing", "unknown", "expired", "changed", "incorrect",
        "wrong", "input", "value", "user_input", "result", "line", "field", "param", "args", "must", "option", "flag",
        "argument", "should", "when", "with", "from", "file", "instead", "requires", "cannot", "will", "that", "this",
        "have", "been", "into", "prompt", "default", "self", "static", "void", "const", "auto", "uint", "float",
        "double", "authentication", "based", "does", "your", "stdin", "type", "name", "func", "function", "return",
        "new", "var", "let", "hidden", "disabled", "enabled", "not", "for", "and", "identifier", "keyword",
    ]
    private static let owners: Set<String> = [
        "self", "this", "args", "config", "settings", "os", "options", "opts", "req", "request", "params", "process",
        "env", "cfg", "row", "ctx", "context", "props", "form", "event", "response", "resp", "res", "data", "user",
    ]

    static func has(_ set: ByteSet, in value: [UInt8]) -> Bool { value.contains { set.contains($0) } }
    static func isAll(_ set: ByteSet, _ value: [UInt8]) -> Bool { value.allSatisfy { set.contains($0) } }

    /// A reference, a template, a row of stars, or a marker: not a value.
    static func isPlaceholder(_ value: [UInt8]) -> Bool {
        guard let first = value.first else { return true }
        if value.allSatisfy({ $0 == first }), !ByteSet.alphanumeric.contains(first) || ByteSet("xX").contains(first) {
            return true
        }
        if value.starts(with: Array("[REDACTED".utf8)) { return true }
        let second = value.count > 1 ? value[1] : 0
        switch first {
        case UInt8(ascii: "$"):
            let name = Array(value.dropFirst())
            return ByteSet("{(").contains(second)
                || (!name.isEmpty && (isAll(.upperDigits.union(ByteSet("_")), name) || isAll(.letters.union(ByteSet("_")), name)))
        case UInt8(ascii: "<"): return value.contains(UInt8(ascii: ">"))
        case UInt8(ascii: "{"): return value.contains(UInt8(ascii: "}"))
        case UInt8(ascii: "#"), UInt8(ascii: "@"): return second == UInt8(ascii: "{")
        case UInt8(ascii: "%"): return value.count == 2 || ByteSet("({").contains(second) || value.last == first
        case UInt8(ascii: "\\"): return second == UInt8(ascii: "(")
        default: return value.starts(with: Array("...".utf8)) || value.starts(with: Array("…".utf8))
        }
    }

    /// A word of a sentence, a keyword or a type.
    static func isOrdinary(_ value: [UInt8]) -> Bool {
        var word = value[...]
        while let last = word.last, ByteSet("?!;.:,*").contains(last) { word.removeLast() }
        let lowered = String(decoding: word.map(\.lowercased), as: UTF8.self)
        if ordinary.contains(lowered) { return true }
        var stem = lowered[...]
        if stem.hasSuffix("_t") { stem = stem.dropLast(2) }
        while let last = stem.utf8.last, ByteSet.digits.contains(last) { stem = stem.dropLast() }
        return stem.utf8.count < lowered.utf8.count && ["int", "uint", "float"].contains(stem)
    }

    /// An identifier whose last of several words is a telling name, or the name itself: code that passes a secret on.
    static func refersToSecret(_ value: [UInt8], name: [UInt8]) -> Bool {
        guard isAll(.identifier.union(ByteSet(".-")), value) else { return false }
        let words = SecretName.words(of: value)
        if words == SecretName.words(of: name) { return true }
        return words.count > 1 && !has(.digits, in: value) && SecretName(lastOf: words) != nil
    }

    /// `row.value`: identifiers joined by dots, without digits.
    static func isPath(_ value: [UInt8]) -> Bool {
        value.contains(UInt8(ascii: ".")) && isAll(.letters.union(ByteSet("_.")), value)
    }

    /// A path whose first identifier is one that programs use for what holds settings.
    static func isMember(_ value: [UInt8]) -> Bool {
        guard isPath(value), let first = value.split(separator: UInt8(ascii: ".")).first else { return false }
        return owners.contains(String(decoding: first, as: UTF8.self))
    }
}
