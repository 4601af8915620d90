/// A set of ASCII words of at most 16 bytes, compared as bytes.
struct WordSet: Sendable {
    /// Words as numbers, each at its hash or in the next free place behind it. Zero is a free place.
    private let table: [UInt128]

    init(_ words: String...) {
        var size = 16
        while size < 4 * words.count { size *= 2 }
        var table = [UInt128](repeating: 0, count: size)
        for word in words {
            let bytes = Array(word.utf8)
            guard let number = Self.pack(bytes.span, folded: false) else { continue }
            var place = Self.place(of: number, in: size)
            while table[place] != 0, table[place] != number { place = (place + 1) & (size - 1) }
            table[place] = number
        }
        self.table = table
    }

    /// Whether `word` is one of the set; with `folded`, its ASCII case does not count and the set is lower case.
    func contains(_ word: borrowing Span<UInt8>, folded: Bool) -> Bool {
        guard let number = Self.pack(word, folded: folded), number != 0 else { return false }
        var place = Self.place(of: number, in: table.count)
        while table[place] != 0 {
            if table[place] == number { return true }
            place = (place + 1) & (table.count - 1)
        }
        return false
    }

    /// The bytes as one number, `nil` for more than 16 of them. No word holds a zero byte, so no two words are alike.
    @inline(__always)
    private static func pack(_ word: borrowing Span<UInt8>, folded: Bool) -> UInt128? {
        guard word.count <= 16 else { return nil }
        var number: UInt128 = 0
        for index in 0..<word.count {
            let byte = word[index]
            guard byte != 0 else { return nil }
            number = number << 8 | UInt128(folded ? byte.lowercased : byte)
        }
        return number
    }

    /// Multiplicative hashing (Knuth): the words are ours, and three of four places are free.
    @inline(__always)
    private static func place(of number: UInt128, in size: Int) -> Int {
        let mixed = (UInt64(truncatingIfNeeded: number) ^ UInt64(truncatingIfNeeded: number >> 64) &* 0xC2B2_AE3D_27D4_EB4F)
            &* 0x9E37_79B9_7F4A_7C15
        return Int(truncatingIfNeeded: mixed >> 32) & (size - 1)
    }
}
