import Foundation

/// Ways in which programs write a value, each with its own writer, apart from the room's.
enum Encoding: String, CaseIterable {
    case plain, base64, base64Unpadded, base64URL, base64After1, base64After2, base64Between, base64Wrapped
    case base64Percent, base64SlashEscaped, base64UTF16
    case percentAll, percentLower, percentPartly, percentReserved, percentUTF16Style, percentTwice, formPlus
    case hex, hexUpper, hexColons, hexDashes, hexBlanks, hexCommas, hexEscapes, hexArray, hexArrayTight, hexWords, hexWrapped, hexLines, hexArrayLines
    case json, jsonUnicode, jsonUnicodeUpper, jsonTwice, swiftUnicode, longUnicode
    case cOctal, cOctalZero, cHex, shellBackslashes, shellSingleQuotes, shellPythonQuotes, shellANSIC
    case htmlDecimal, htmlHex, htmlHexUpper, htmlPadded, htmlNamed, htmlMixed
    case utf16LE, utf16BE, utf32LE, reversed, reversedBase64, reversedHex
    case colours, colourPairs, lineBreaks, carriageReturns, wrappedIndented, titles, jsonOfPercent, codesInHex

    func write(_ value: String, _ numbers: inout Numbers) -> [UInt8] {
        let bytes = Array(value.utf8)
        func data(_ bytes: [UInt8]) -> String { Data(bytes).base64EncodedString() }
        func each(_ body: (UInt8) -> String) -> [UInt8] { Array(bytes.map(body).joined().utf8) }
        func hex(_ byte: UInt8, _ format: String = "%02x") -> String { String(format: format, Int(byte)) }
        func joined(_ separator: String, _ format: String = "%02x") -> [UInt8] {
            Array(bytes.map { hex($0, format) }.joined(separator: separator).utf8)
        }
        func wrapped(_ text: String, _ width: Int, _ end: String) -> [UInt8] {
            var out = ""
            for (index, letter) in text.enumerated() {
                if index > 0, index % width == 0 { out += end }
                out.append(letter)
            }
            return Array(out.utf8)
        }
        func percent(_ letters: String) -> [UInt8] {
            Array(value.addingPercentEncoding(withAllowedCharacters: CharacterSet(charactersIn: letters))!.utf8)
        }
        func utf16(_ value: String, bigEndian: Bool) -> [UInt8] {
            value.utf16.flatMap { unit in
                let pair = [UInt8(truncatingIfNeeded: unit), UInt8(unit >> 8)]
                return bigEndian ? pair.reversed() : pair
            }
        }
        let alphanumeric = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
        func json(_ value: String) -> String {
            let text = String(decoding: try! JSONSerialization.data(withJSONObject: [value]), as: UTF8.self)
            return String(text.dropFirst(2).dropLast(2))
        }
        switch self {
        case .plain: return bytes
        case .base64: return Array(data(bytes).utf8)
        case .base64Unpadded: return Array(data(bytes).replacingOccurrences(of: "=", with: "").utf8)
        case .base64URL:
            return Array(data(bytes).replacingOccurrences(of: "+", with: "-").replacingOccurrences(of: "/", with: "_").utf8)
        case .base64After1: return Array(data([0x3A] + bytes).utf8)
        case .base64After2: return Array(data([0x6B, 0x3D] + bytes).utf8)
        case .base64Between: return Array(data(Array("user:".utf8) + bytes + Array(", and more".utf8)).utf8)
        case .base64Wrapped: return wrapped(data(bytes), 5, "\r\n")
        case .base64Percent:
            return Array(data([1] + bytes).addingPercentEncoding(withAllowedCharacters: CharacterSet(charactersIn: alphanumeric))!.utf8)
        case .base64SlashEscaped: return Array(data(bytes).replacingOccurrences(of: "/", with: "\\/").utf8)
        case .base64UTF16: return Array(data(utf16(value, bigEndian: false)).utf8)
        case .percentAll: return each { hex($0, "%%%02X") }
        case .percentLower: return each { hex($0, "%%%02x") }
        case .percentPartly:
            return Array(bytes.map { $0 == 0x25 || $0 > 0x7F || Bool.random(using: &numbers) ? hex($0, "%%%02X") : String(UnicodeScalar($0)) }.joined().utf8)
        case .percentReserved: return percent(alphanumeric + "-._~")
        case .percentUTF16Style: return Array(value.utf16.map { String(format: "%%u%04X", Int($0)) }.joined().utf8)
        case .percentTwice:
            let once = String(decoding: percent("abc"), as: UTF8.self)
            return Array(once.replacingOccurrences(of: "%", with: "%25").utf8)
        case .formPlus: return Array(String(decoding: percent(alphanumeric + " "), as: UTF8.self).replacingOccurrences(of: " ", with: "+").utf8)
        case .hex: return joined("")
        case .hexUpper: return joined("", "%02X")
        case .hexColons: return joined(":")
        case .hexDashes: return joined("-", "%02X")
        case .hexBlanks: return joined(" ")
        case .hexCommas: return joined(",")
        case .hexEscapes: return each { hex($0, "\\x%02x") }
        case .hexArray: return joined(", ", "0x%02x")
        case .hexArrayTight: return joined(",", "0x%02X")
        case .hexWords:
            return Array(bytes.enumerated().map { ($0 > 0 && $0 % 2 == 0 ? " " : "") + hex($1) }.joined().utf8)
        case .hexLines:
            return Array(bytes.enumerated().map { ($0 > 0 && $0 % 5 == 0 ? "\n " : " ") + hex($1) }.joined().dropFirst().utf8)
        case .hexArrayLines:
            return Array(bytes.enumerated().map { ($0 > 0 && $0 % 3 == 0 ? "\n  " : " ") + hex($1, "0x%02x") }.joined(separator: ",").dropFirst().utf8)
        case .hexWrapped: return wrapped(String(decoding: joined(""), as: UTF8.self), 7, "\n")
        case .json: return Array(json(value).utf8)
        case .jsonUnicode: return Array(value.utf16.map { String(format: "\\u%04x", Int($0)) }.joined().utf8)
        case .jsonUnicodeUpper: return Array(value.utf16.map { String(format: "\\u%04X", Int($0)) }.joined().utf8)
        case .jsonTwice: return Array(json(json(value)).utf8)
        case .swiftUnicode: return Array(value.unicodeScalars.map { "\\u{" + String($0.value, radix: 16) + "}" }.joined().utf8)
        case .longUnicode: return Array(value.unicodeScalars.map { String(format: "\\U%08X", Int($0.value)) }.joined().utf8)
        case .cOctal: return each { hex($0, "\\%03o") }
        case .cOctalZero: return each { hex($0, "\\0%03o") }
        case .cHex: return each { hex($0, "\\x%02X") }
        case .shellBackslashes: return Array(value.map { "\\\($0)" }.joined().utf8)
        case .shellSingleQuotes: return Array(value.replacingOccurrences(of: "'", with: "'\\''").utf8)
        case .shellPythonQuotes: return Array(value.replacingOccurrences(of: "'", with: "'\"'\"'").utf8)
        case .shellANSIC:
            return Array(value.replacingOccurrences(of: "\\", with: "\\\\").replacingOccurrences(of: "'", with: "\\'").utf8)
        case .htmlDecimal: return Array(value.unicodeScalars.map { "&#\($0.value);" }.joined().utf8)
        case .htmlHex: return Array(value.unicodeScalars.map { "&#x" + String($0.value, radix: 16) + ";" }.joined().utf8)
        case .htmlHexUpper: return Array(value.unicodeScalars.map { String(format: "&#X%X;", Int($0.value)) }.joined().utf8)
        case .htmlPadded: return Array(value.unicodeScalars.map { String(format: "&#%05d;", Int($0.value)) }.joined().utf8)
        case .htmlNamed, .htmlMixed:
            var text = value
            for (letter, name) in [("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ("\"", "&quot;"), ("'", "&#39;")] {
                text = text.replacingOccurrences(of: letter, with: name)
            }
            return Array((self == .htmlNamed ? text : text.replacingOccurrences(of: "e", with: "&#x65;")).utf8)
        case .utf16LE: return utf16(value, bigEndian: false)
        case .utf16BE: return utf16(value, bigEndian: true)
        case .utf32LE: return value.unicodeScalars.flatMap { [UInt8($0.value & 255), UInt8($0.value >> 8 & 255), UInt8($0.value >> 16), 0] }
        case .reversed: return Array(String(value.reversed()).utf8)
        case .reversedBase64: return Array(data(bytes.reversed()).utf8)
        case .reversedHex: return Array(bytes.reversed().map { hex($0) }.joined().utf8)
        case .colours: return Array(value.map { "\u{1B}[1;31m\($0)\u{1B}[0m" }.joined().utf8)
        case .colourPairs: return Array(value.enumerated().map { $0 % 2 == 0 ? "\($1)" : "\($1)\u{1B}[K" }.joined().utf8)
        case .lineBreaks: return wrapped(value, 1, "\n")
        case .carriageReturns: return wrapped(value, 3, "\r\n")
        case .wrappedIndented: return wrapped(value.replacingOccurrences(of: " ", with: "x"), 4, "\n    ")
        case .titles: return Array(value.map { "\u{1B}]8;;http://h/\u{7}\($0)\u{1B}]8;;\u{1B}\\" }.joined().utf8)
        case .jsonOfPercent: return Array(json(String(decoding: percent("\"\\"), as: UTF8.self)).utf8)
        case .codesInHex: return Array(bytes.map { hex($0) + "\u{1B}[32m" }.joined(separator: ":").utf8)
        }
    }

    /// Values that the encoding keeps.
    func isFit(_ value: String) -> Bool {
        switch self {
        case .lineBreaks, .carriageReturns, .wrappedIndented: !value.contains(" ")
        default: true
        }
    }
}
