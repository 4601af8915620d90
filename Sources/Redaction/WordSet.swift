/// A set of ASCII words of at most 16 bytes, compared as bytes.
struct WordSet: Sendable {
    private var packed: Set<UInt128> = []

    init(_ words: String...) {
        for word in words { if let number = Self.pack(word.utf8) { packed.insert(number) } }
    }

    func contains(_ word: some Sequence<UInt8>) -> Bool {
        guard let number = Self.pack(word) else { return false }
        return packed.contains(number)
    }

    /// The bytes as one number, `nil` for more than 16 of them. No word holds a zero byte, so no two words are alike.
    @inline(__always)
    private static func pack(_ word: some Sequence<UInt8>) -> UInt128? {
        var number: UInt128 = 0
        for byte in word {
            guard byte != 0, number >> 120 == 0 else { return nil }
            number = number << 8 | UInt128(byte)
        }
        return number
    }
}
