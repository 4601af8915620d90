/// How a master password becomes a master key: Argon2id version 1.3 (RFC 9106). Stored beside the vault's salt.
public struct KDFParameters: Equatable, Sendable {
    /// The version of this record. 1: Argon2id 1.3.
    public let version: Int
    /// Memory in KiB.
    public let memoryKiB: Int
    public let passes: Int
    public let lanes: Int
    /// Bytes of the key.
    public let outputLength: Int
    public let salt: [UInt8]

    public init(version: Int, memoryKiB: Int, passes: Int, lanes: Int, outputLength: Int, salt: [UInt8]) {
        self.version = version
        self.memoryKiB = memoryKiB
        self.passes = passes
        self.lanes = lanes
        self.outputLength = outputLength
        self.salt = salt
    }

    /// What new vaults use: 64 MiB, 3 passes, 4 lanes, 32 bytes, and a fresh salt of 16 bytes.
    public static func current() throws(VaultCryptoError) -> KDFParameters {
        KDFParameters(
            version: 1, memoryKiB: 64 * 1024, passes: 3, lanes: 4, outputLength: 32, salt: try Primitives.random(count: 16))
    }

    /// Whether a stored record is computed at all. A changed file must not make a reader spend hours or gigabytes, nor
    /// accept a derivation that is too cheap.
    public var isAcceptable: Bool {
        version == 1 && (8 * 1024...1024 * 1024).contains(memoryKiB) && (1...16).contains(passes)
            && (1...16).contains(lanes) && outputLength == 32 && (16...64).contains(salt.count)
    }
}
