/// A strict JSON parser (RFC 8259) whose time is linear in the text and whose stack and memory are bounded by
/// `JSONLimits`.
public struct JSONParser {
    let limits: JSONLimits
    var position = 0
    var values = 0
    /// Scratch for strings with escapes, kept to save allocations.
    var scratch: [UInt8] = []

    /// Reads one value with optional white space around it.
    public static func parse(_ bytes: [UInt8], limits: JSONLimits = .default) throws(JSONError) -> JSONValue {
        try parse(bytes.span, limits: limits)
    }

    /// Reads one value with optional white space around it. Offsets in errors count from the start of the slice.
    public static func parse(_ bytes: ArraySlice<UInt8>, limits: JSONLimits = .default) throws(JSONError) -> JSONValue {
        try parse(bytes.span, limits: limits)
    }

    /// Reads one value with optional white space around it.
    public static func parse(_ text: String, limits: JSONLimits = .default) throws(JSONError) -> JSONValue {
        try parse(Array(text.utf8), limits: limits)
    }

    /// Reads one value with optional white space around it.
    public static func parse(_ bytes: Span<UInt8>, limits: JSONLimits = .default) throws(JSONError) -> JSONValue {
        guard bytes.count <= limits.bytes else { throw JSONError(.tooManyBytes, at: limits.bytes) }
        var parser = JSONParser(limits: limits)
        let value = try parser.value(bytes, depth: 0)
        parser.skipBlanks(bytes)
        guard parser.position == bytes.count else { throw JSONError(.trailingBytes, at: parser.position) }
        return value
    }

    private init(limits: JSONLimits) { self.limits = limits }

    mutating func value(_ bytes: Span<UInt8>, depth: Int) throws(JSONError) -> JSONValue {
        skipBlanks(bytes)
        guard position < bytes.count else { throw JSONError(.unexpectedEnd, at: position) }
        values += 1
        guard values <= limits.values else { throw JSONError(.tooManyValues, at: position) }
        let byte = bytes[position]
        switch byte {
        case 0x22: return .string(try string(bytes))
        case 0x7B: return .object(try object(bytes, depth: depth + 1))
        case 0x5B: return .array(try array(bytes, depth: depth + 1))
        case 0x2D, 0x30...0x39: return .number(try number(bytes))
        case 0x74:
            try word("true", bytes)
            return .bool(true)
        case 0x66:
            try word("false", bytes)
            return .bool(false)
        case 0x6E:
            try word("null", bytes)
            return .null
        default: throw JSONError(.unexpectedByte(byte), at: position)
        }
    }

    private mutating func array(_ bytes: Span<UInt8>, depth: Int) throws(JSONError) -> [JSONValue] {
        guard depth <= limits.depth else { throw JSONError(.tooDeep, at: position) }
        position += 1
        var elements: [JSONValue] = []
        if try next(bytes) == 0x5D {
            position += 1
            return elements
        }
        while true {
            elements.append(try value(bytes, depth: depth))
            switch try next(bytes) {
            case 0x2C: position += 1
            case 0x5D:
                position += 1
                return elements
            case let byte: throw JSONError(.unexpectedByte(byte), at: position)
            }
        }
    }

    private mutating func object(_ bytes: Span<UInt8>, depth: Int) throws(JSONError) -> JSONObject {
        guard depth <= limits.depth else { throw JSONError(.tooDeep, at: position) }
        position += 1
        var members = JSONObject()
        if try next(bytes) == 0x7D {
            position += 1
            return members
        }
        while true {
            let byte = try next(bytes)
            guard byte == 0x22 else { throw JSONError(.unexpectedByte(byte), at: position) }
            let start = position
            let key = try string(bytes)
            let colon = try next(bytes)
            guard colon == 0x3A else { throw JSONError(.unexpectedByte(colon), at: position) }
            position += 1
            let value = try value(bytes, depth: depth)
            if !members.appendIfNew(value, for: key) {
                guard limits.duplicateKeys == .lastWins else { throw JSONError(.duplicateKey, at: start) }
                members[key] = value
            }
            guard members.count <= limits.members else { throw JSONError(.tooManyMembers, at: start) }
            switch try next(bytes) {
            case 0x2C: position += 1
            case 0x7D:
                position += 1
                return members
            case let byte: throw JSONError(.unexpectedByte(byte), at: position)
            }
        }
    }

    /// The next byte that is not white space, not consumed.
    private mutating func next(_ bytes: Span<UInt8>) throws(JSONError) -> UInt8 {
        skipBlanks(bytes)
        guard position < bytes.count else { throw JSONError(.unexpectedEnd, at: position) }
        return bytes[position]
    }

    private mutating func skipBlanks(_ bytes: Span<UInt8>) {
        while position < bytes.count {
            switch bytes[position] {
            case 0x20, 0x0A, 0x0D, 0x09: position += 1
            default: return
            }
        }
    }

    private mutating func word(_ expected: String, _ bytes: Span<UInt8>) throws(JSONError) {
        for byte in expected.utf8 {
            guard position < bytes.count else { throw JSONError(.unexpectedEnd, at: position) }
            guard bytes[position] == byte else { throw JSONError(.unexpectedByte(bytes[position]), at: position) }
            position += 1
        }
    }
}
