/// Backslash escapes of `$'…'` (bash(1), QUOTING).
enum AnsiEscape {
    /// Decodes the escape whose letter stands at `index`.
    static func decode(_ input: [UInt8], at index: Int, end: Int) -> (bytes: [UInt8], next: Int) {
        let letter = input[index]
        switch letter {
        case UInt8(ascii: "n"): return ([10], index + 1)
        case UInt8(ascii: "t"): return ([9], index + 1)
        case UInt8(ascii: "r"): return ([13], index + 1)
        case UInt8(ascii: "a"): return ([7], index + 1)
        case UInt8(ascii: "b"): return ([8], index + 1)
        case UInt8(ascii: "f"): return ([12], index + 1)
        case UInt8(ascii: "v"): return ([11], index + 1)
        case UInt8(ascii: "e"), UInt8(ascii: "E"): return ([27], index + 1)
        case UInt8(ascii: "c"): return index + 1 < end ? ([input[index + 1] & 0x1f], index + 2) : ([letter], index + 1)
        case UInt8(ascii: "x"): return number(input, index + 1, end, radix: 16, most: 2, letter: letter)
        case UInt8(ascii: "u"): return number(input, index + 1, end, radix: 16, most: 4, letter: letter, scalar: true)
        case UInt8(ascii: "U"): return number(input, index + 1, end, radix: 16, most: 8, letter: letter, scalar: true)
        case 48...55: return number(input, index, end, radix: 8, most: 3, letter: letter)
        case .backslash, .singleQuote, .doubleQuote, .question: return ([letter], index + 1)
        default: return ([.backslash, letter], index + 1)
        }
    }

    private static func number(
        _ input: [UInt8], _ start: Int, _ end: Int, radix: UInt32, most: Int, letter: UInt8, scalar: Bool = false
    ) -> (bytes: [UInt8], next: Int) {
        var value: UInt32 = 0
        var index = start
        while index < end, index < start + most, let digit = digit(input[index]), digit < radix {
            value = value &* radix &+ digit
            index += 1
        }
        if index == start { return ([.backslash, letter], start) }
        if scalar, let character = Unicode.Scalar(value) { return (Array(String(character).utf8), index) }
        return ([UInt8(truncatingIfNeeded: value)], index)
    }

    private static func digit(_ byte: UInt8) -> UInt32? {
        if byte.isDigit { return UInt32(byte - 48) }
        let lower = byte | 32
        return lower >= 97 && lower <= 102 ? UInt32(lower - 87) : nil
    }
}
