/// Text that cleaning leaves as it is, found in long runs: a shortcut past the cleaner's state machine.
enum OrdinaryText {
    /// The end of the run, from `start`, of characters that stand in the result as they are.
    static func runEnd(_ bytes: borrowing Span<UInt8>, from start: Int) -> Int {
        var index = start
        while index < bytes.count {
            if bytes[index] < 0x80 {
                let end = ByteScan.plainRunEnd(bytes, from: index)
                if end == index { return index }
                index = end
            } else {
                let count = length(bytes, at: index)
                if count == 0 { return index }
                index += count
            }
        }
        return index
    }

    /// The length of the complete character at `index`, which is not ASCII; 0 if it is not complete, valid or ordinary.
    private static func length(_ bytes: borrowing Span<UInt8>, at index: Int) -> Int {
        let first = bytes[index]
        let length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2
        guard first >= 0xC2, first <= 0xF4, length <= bytes.count - index else { return 0 }
        var value = UInt32(first) & (0x7F >> UInt32(length))
        for offset in 1..<length {
            let byte = bytes[index + offset]
            guard byte & 0xC0 == 0x80 else { return 0 }
            value = value << 6 | UInt32(byte & 0x3F)
        }
        // Overlong forms, surrogates, values beyond Unicode, C1 controls.
        switch length {
        case 2 where value < 0xA0: return 0
        case 3 where value < 0x800 || (0xD800...0xDFFF).contains(value): return 0
        case 4 where value < 0x1_0000 || value > 0x10_FFFF: return 0
        default: return InvisibleCharacters.contains(value) ? 0 : length
        }
    }
}
