extension JSONValue {
    /// The value as compact JSON on one line: no white space, valid UTF-8, control characters escaped, members in order.
    public func serialized() -> [UInt8] {
        var out: [UInt8] = []
        write(into: &out)
        return out
    }

    /// Appends the value as `serialized()` writes it.
    public func write(into out: inout [UInt8]) {
        var writer = JSONWriter(sortsKeys: false)
        writer.write(self, into: &out)
    }

    /// One spelling for values that differ only in the order of members: keys sorted by their bytes, otherwise as
    /// `serialized()`. Numbers keep the literal they were written with, so `1` and `1.0` differ.
    public func canonicalBytes() -> [UInt8] {
        var out: [UInt8] = []
        var writer = JSONWriter(sortsKeys: true)
        writer.write(self, into: &out)
        return out
    }
}

extension JSONObject {
    /// The object as compact JSON on one line, see `JSONValue.serialized()`.
    public func serialized() -> [UInt8] { JSONValue.object(self).serialized() }
}

/// Writes values as compact JSON.
struct JSONWriter {
    let sortsKeys: Bool

    mutating func write(_ value: JSONValue, into out: inout [UInt8]) {
        switch value {
        case .null: out.append(contentsOf: "null".utf8)
        case .bool(let flag): out.append(contentsOf: (flag ? "true" : "false").utf8)
        case .number(let number): out.append(contentsOf: number.literal.utf8)
        case .string(let text): Self.write(text, into: &out)
        case .array(let elements):
            out.append(0x5B)
            var isFirst = true
            for element in elements {
                if !isFirst { out.append(0x2C) }
                isFirst = false
                write(element, into: &out)
            }
            out.append(0x5D)
        case .object(let object):
            out.append(0x7B)
            var isFirst = true
            for member in sortsKeys ? Self.sorted(object.members) : object.members {
                if !isFirst { out.append(0x2C) }
                isFirst = false
                Self.write(member.key, into: &out)
                out.append(0x3A)
                write(member.value, into: &out)
            }
            out.append(0x7D)
        }
    }

    private static func sorted(_ members: [JSONObject.Member]) -> [JSONObject.Member] {
        members.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
    }

    /// Appends a string with its quotes. Only what must be escaped is: quote, backslash and U+0000 to U+001F.
    static func write(_ text: String, into out: inout [UInt8]) {
        let utf8 = text.utf8
        let bytes = utf8.span
        let count = bytes.count
        var extra = 0
        for place in 0..<count { extra += escapeLength(of: bytes[place]) }
        out.append(0x22)
        if extra == 0 {
            out.append(contentsOf: utf8)
        } else {
            out.append(addingCapacity: count + extra) { target in
                for place in 0..<count {
                    let byte = bytes[place]
                    if escapeLength(of: byte) == 0 { target.append(byte) } else { writeEscape(of: byte, into: &target) }
                }
            }
        }
        out.append(0x22)
    }

    /// How many bytes the escape of a byte adds to it: 0 when it stands for itself.
    private static func escapeLength(of byte: UInt8) -> Int {
        if byte >= 0x20 { return byte == 0x22 || byte == 0x5C ? 1 : 0 }
        switch byte {
        case 0x08, 0x09, 0x0A, 0x0C, 0x0D: return 1
        default: return 5
        }
    }

    private static func writeEscape(of byte: UInt8, into out: inout OutputSpan<UInt8>) {
        out.append(0x5C)
        switch byte {
        case 0x22, 0x5C: out.append(byte)
        case 0x08: out.append(0x62)
        case 0x09: out.append(0x74)
        case 0x0A: out.append(0x6E)
        case 0x0C: out.append(0x66)
        case 0x0D: out.append(0x72)
        default:
            out.append(0x75)
            out.append(0x30)
            out.append(0x30)
            out.append(0x30 + (byte >> 4))
            let low = byte & 0xF
            out.append(low < 10 ? 0x30 + low : 0x61 + low - 10)
        }
    }
}
