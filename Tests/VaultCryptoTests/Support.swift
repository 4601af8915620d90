import SecretMemory
@testable import VaultCrypto

func secret(_ bytes: some Sequence<UInt8>) throws -> SecretBytes {
    var buffer = try SecretBuffer()
    for byte in bytes { try buffer.append(byte) }
    return try buffer.take()
}

func secret(_ text: String) throws -> SecretBytes { try secret(text.utf8) }

func bytes(_ secret: borrowing SecretBytes) -> [UInt8] {
    secret.withBytes { span in span.byteOffsets.map { span.byte(at: $0) } }
}

func hex(_ text: String) -> [UInt8] {
    let digits = Array(text)
    return stride(from: 0, to: digits.count, by: 2).map { UInt8(String(digits[$0...$0 + 1]), radix: 16)! }
}

/// The cheapest parameters that are computed at all.
func cheap(salt: [UInt8] = Array(repeating: 7, count: 16)) -> KDFParameters {
    KDFParameters(version: 1, memoryKiB: 8 * 1024, passes: 1, lanes: 1, outputLength: 32, salt: salt)
}
