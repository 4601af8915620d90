/// Which names are accepted. The same rules hold for what is set, imported and asked for.
public enum VaultNames {
    public enum Kind: String, Sendable {
        case project, environment, folder, key, tag
    }

    /// A key becomes the name of an environment variable: `[A-Za-z_][A-Za-z0-9_]*`, at most 255 bytes.
    public static func isKey(_ text: String) -> Bool {
        let bytes = text.utf8
        guard let first = bytes.first, bytes.count <= 255, isLetter(first) else { return false }
        return bytes.allSatisfy { isLetter($0) || isDigit($0) }
    }

    /// Projects, environments and tags: 1 to 100 bytes of letters, digits, `_`, `-`, `.`, beginning with a letter or digit.
    /// Letters beyond ASCII are allowed; blanks, `/` and control characters are not.
    public static func isName(_ text: String) -> Bool {
        guard let first = text.unicodeScalars.first, text.utf8.count <= 100, isPart(first), first != "-", first != "." else {
            return false
        }
        return text.unicodeScalars.allSatisfy(isPart)
    }

    /// The root (empty), or names joined by `/`, at most 8.
    public static func isFolder(_ text: String) -> Bool {
        if text.isEmpty { return true }
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        return parts.count <= 8 && parts.allSatisfy { isName(String($0)) }
    }

    /// A description: at most 1,000 bytes, one line.
    public static func isDescription(_ text: String) -> Bool {
        text.utf8.count <= 1000 && text.unicodeScalars.allSatisfy { $0.properties.generalCategory != .control }
    }

    private static func isLetter(_ byte: UInt8) -> Bool {
        (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte) || byte == 0x5F
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }

    private static func isPart(_ scalar: Unicode.Scalar) -> Bool {
        if scalar.isASCII {
            let byte = UInt8(scalar.value)
            return isLetter(byte) || isDigit(byte) || byte == 0x2D || byte == 0x2E
        }
        switch scalar.properties.generalCategory {
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter, .decimalNumber,
            .nonspacingMark, .spacingMark:
            return true
        default: return false
        }
    }
}
