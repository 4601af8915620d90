/// Characters that show nothing, or change the order in which others are shown, so that what a person reads differs from
/// what a program reads. Cleaning writes them visibly, as `\u{202E}`.
public enum InvisibleCharacters {
    /// Default_Ignorable_Code_Point of Unicode 16 (DerivedCoreProperties.txt), which holds every Bidi_Control, with the
    /// line and paragraph separators and the interlinear annotation controls. Without U+FE0E and U+FE0F, which ordinary
    /// emoji text needs and which only choose between two visible forms.
    static let ranges: [ClosedRange<UInt32>] = [
        0x00AD...0x00AD, 0x034F...0x034F, 0x061C...0x061C, 0x115F...0x1160, 0x17B4...0x17B5, 0x180B...0x180F,
        0x200B...0x200F, 0x2028...0x2029, 0x202A...0x202E, 0x2060...0x206F, 0x3164...0x3164, 0xFE00...0xFE0D,
        0xFEFF...0xFEFF, 0xFFA0...0xFFA0, 0xFFF0...0xFFFB, 0x1BCA0...0x1BCA3, 0x1D173...0x1D17A, 0xE0000...0xE0FFF,
    ]

    /// Whether a character is written visibly.
    public static func contains(_ character: UInt32) -> Bool {
        // The letters of most languages lie in these gaps of the table.
        switch character {
        case 0..<0x00AD, 0x00AE..<0x034F, 0x0370..<0x061C, 0x3165..<0xFE00: return false
        default: break
        }
        for range in ranges where character <= range.upperBound { return character >= range.lowerBound }
        return false
    }

    /// The visible form: `\u{`, at least four upper-case hexadecimal digits, `}`.
    public static func escaped(_ character: UInt32) -> [UInt8] {
        let digits = String(character, radix: 16, uppercase: true)
        return Array("\\u{\(String(repeating: "0", count: max(0, 4 - digits.count)))\(digits)}".utf8)
    }
}
