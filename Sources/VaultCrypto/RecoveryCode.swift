public import SecretMemory

/// A printable code that opens a vault without its password: 160 random bits in Crockford's base 32, eight groups of four
/// joined by `-`. It exists only for vaults whose owner asked for one.
public enum RecoveryCode {
    private static let alphabet = Array("0123456789ABCDEFGHJKMNPQRSTVWXYZ".utf8)
    private static let symbols = 32

    /// A new code in its printed form.
    public static func generate() throws(VaultCryptoError) -> SecretBytes {
        let random = try Primitives.randomSecret(count: symbols)
        return try collect { (buffer) throws(SecretMemoryError) in
            try random.withBytes { (bytes) throws(SecretMemoryError) in
                for index in bytes.byteOffsets {
                    if index > 0, index % 4 == 0 { try buffer.append(0x2D) }
                    // 5 of the 8 random bits: every symbol is equally likely.
                    try buffer.append(alphabet[Int(bytes.byte(at: index) & 31)])
                }
            }
        }
    }

    /// What the key is derived from, out of what a person typed: 32 symbols in upper case, without blanks and dashes, with
    /// O read as 0 and I and L as 1. `authenticationFailed` for anything else.
    public static func normalized(_ typed: borrowing SecretBytes) throws(VaultCryptoError) -> SecretBytes {
        let code = try collect { (buffer) throws(SecretMemoryError) in
            try typed.withBytes { (bytes) throws(SecretMemoryError) in
                for index in bytes.byteOffsets {
                    if let symbol = symbol(bytes.byte(at: index)) { try buffer.append(symbol) }
                }
            }
        }
        let isWhole = code.count == symbols && code.withBytes { bytes in
            bytes.byteOffsets.allSatisfy { alphabet.contains(bytes.byte(at: $0)) }
        }
        guard isWhole else { throw .authenticationFailed }
        return code
    }

    /// The symbol that a typed byte means; nil for what is left out.
    private static func symbol(_ typed: UInt8) -> UInt8? {
        let upper = (0x61...0x7A).contains(typed) ? typed - 0x20 : typed
        switch upper {
        case 0x20, 0x2D, 0x09, 0x0A, 0x0D: return nil
        case 0x4F: return 0x30
        case 0x49, 0x4C: return 0x31
        default: return upper
        }
    }

    private static func collect(
        _ body: (inout SecretBuffer) throws(SecretMemoryError) -> Void
    ) throws(VaultCryptoError) -> SecretBytes {
        do throws(SecretMemoryError) {
            var buffer = try SecretBuffer()
            try body(&buffer)
            return try buffer.take()
        } catch {
            throw .memory(error)
        }
    }
}
