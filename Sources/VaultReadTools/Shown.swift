internal import OutputShaping

/// Text of the vault as a client may see it: nothing invisible, nothing that steers a terminal, no endless length.
enum Shown {
    static let longestName = 256
    static let longestText = 2_000

    static func name(_ name: String) -> String { visible(name, most: longestName) }
    static func text(_ text: String) -> String { visible(text, most: longestText) }

    /// - Parameter most: characters (Unicode scalars) of `text`.
    static func visible(_ text: String, most: Int) -> String {
        var shown = String.UnicodeScalarView()
        var count = 0
        for scalar in text.unicodeScalars {
            guard count < most else {
                shown.append(contentsOf: "...".unicodeScalars)
                break
            }
            count += 1
            if isControl(scalar) || InvisibleCharacters.contains(scalar.value) {
                shown.append(contentsOf: String(decoding: InvisibleCharacters.escaped(scalar.value), as: UTF8.self).unicodeScalars)
            } else {
                shown.append(scalar)
            }
        }
        return String(shown)
    }

    /// C0 with the ends of lines, DEL, C1.
    private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
        scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value)
    }
}
