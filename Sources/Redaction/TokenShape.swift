/// A token that starts with a fixed text: a row of the table of shapes.
struct TokenShape: Sendable {
    /// The name in the marker.
    var label: String
    /// The fixed text.
    var prefix: [UInt8]
    /// What the rest consists of.
    var alphabet: ByteSet
    /// How long the rest is at least, in bytes. There is no upper bound.
    var minimum: Int
    /// Bytes that must not stand before the prefix.
    var notAfter: ByteSet
    /// The rest must hold a digit within its minimum, which tells it from words joined by dashes.
    var needsDigit: Bool
    /// The prefix stays readable and only the rest is replaced.
    var keepsPrefix: Bool

    init(
        _ label: String, _ prefix: String, _ alphabet: ByteSet, _ minimum: Int, notAfter: ByteSet = ByteSet(),
        needsDigit: Bool = false, keepsPrefix: Bool = false
    ) {
        self.label = label
        self.prefix = Array(prefix.utf8)
        self.alphabet = alphabet
        self.minimum = minimum
        self.notAfter = notAfter
        self.needsDigit = needsDigit
        self.keepsPrefix = keepsPrefix
    }

    /// Verifies the rest behind a prefix that starts at `index`.
    func match(at index: Int, in window: inout Window) -> Match? {
        guard window.isWordStart(at: index, after: notAfter) else { return nil }
        let body = index + prefix.count
        var hasDigit = false
        for offset in 0..<minimum {
            guard let byte = window.byte(at: body + offset), alphabet.contains(byte) else { return nil }
            hasDigit = hasDigit || ByteSet.digits.contains(byte)
        }
        guard hasDigit || !needsDigit else { return nil }
        return Match(
            start: keepsPrefix ? body : index, tailStart: body + minimum, tail: .run(alphabet), label: label)
    }
}
