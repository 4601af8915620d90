public import JSON

/// TOML text for values, and back for what keys need.
public enum TOMLText {
    /// A table with its header line, as a new section.
    public static func table(_ path: [String], isArray: Bool, _ pairs: JSONObject) throws(ConfigTextError) -> [UInt8] {
        let name = path.map { String(decoding: key($0), as: UTF8.self) }.joined(separator: ".")
        var out = Array((isArray ? "[[\(name)]]" : "[\(name)]").utf8) + [0x0A]
        for pair in pairs { out += try line(pair.key, pair.value) + [0x0A] }
        return out
    }

    static func line(_ name: String, _ value: JSONValue) throws(ConfigTextError) -> [UInt8] {
        key(name) + [0x20, 0x3D, 0x20] + (try render(value))
    }

    static func key(_ name: String) -> [UInt8] {
        !name.isEmpty && name.utf8.allSatisfy(TOMLScanner.isBareKey) ? Array(name.utf8) : quoted(name)
    }

    /// On one line: strings basic, objects as inline tables.
    static func render(_ value: JSONValue) throws(ConfigTextError) -> [UInt8] {
        switch value {
        case .null: throw .notRepresentable
        case .bool, .number: return value.serialized()
        case .string(let text): return quoted(text)
        case .array(let elements):
            var parts: [[UInt8]] = []
            for element in elements { parts.append(try render(element)) }
            return [0x5B] + parts.joined(separator: [0x2C, 0x20]) + [0x5D]
        case .object(let object):
            var parts: [[UInt8]] = []
            for member in object { parts.append(try line(member.key, member.value)) }
            return parts.isEmpty ? [0x7B, 0x7D] : [0x7B, 0x20] + parts.joined(separator: [0x2C, 0x20]) + [0x20, 0x7D]
        }
    }

    /// A basic string. JSON's escapes are TOML's too; TOML also wants DEL escaped.
    static func quoted(_ text: String) -> [UInt8] {
        JSONValue.string(text).serialized().flatMap { $0 == 0x7F ? Array("\\u007F".utf8) : [$0] }
    }

    /// What a one-line string says; nil for any other value and for escapes that do not exist.
    static func string(_ bytes: ArraySlice<UInt8>) -> String? {
        guard bytes.count >= 2, let quote = bytes.first, bytes.last == quote, !bytes.starts(with: [quote, quote, quote])
        else { return nil }
        let inner = bytes.dropFirst().dropLast()
        if quote == 0x27 { return String(decoding: inner, as: UTF8.self) }
        guard quote == 0x22 else { return nil }
        var text = ""
        var run: [UInt8] = []
        var at = inner.startIndex
        while at < inner.endIndex {
            guard inner[at] == 0x5C else {
                run.append(inner[at])
                at += 1
                continue
            }
            text += String(decoding: run, as: UTF8.self)
            run = []
            guard at + 1 < inner.endIndex, let escaped = escape(inner[(at + 1)...]) else { return nil }
            text.unicodeScalars.append(escaped.scalar)
            at += 1 + escaped.length
        }
        return text + String(decoding: run, as: UTF8.self)
    }

    private static func escape(_ bytes: ArraySlice<UInt8>) -> (scalar: Unicode.Scalar, length: Int)? {
        let simple: [UInt8: Unicode.Scalar] = [
            0x62: "\u{8}", 0x74: "\t", 0x6E: "\n", 0x66: "\u{C}", 0x72: "\r", 0x22: "\"", 0x5C: "\\",
        ]
        guard let first = bytes.first else { return nil }
        if let scalar = simple[first] { return (scalar, 1) }
        let digits = first == 0x75 ? 4 : first == 0x55 ? 8 : 0
        let hexadecimal = bytes.dropFirst().prefix(digits)
        guard digits > 0, hexadecimal.count == digits,
            let number = UInt32(String(decoding: hexadecimal, as: UTF8.self), radix: 16), let scalar = Unicode.Scalar(number)
        else { return nil }
        return (scalar, digits + 1)
    }
}
