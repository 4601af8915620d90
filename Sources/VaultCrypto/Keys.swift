public import SecretMemory

/// The key that a master password gives. It opens the vault's private key and nothing else.
public struct MasterKey: ~Copyable {
    private let bytes: SecretBytes

    /// Computes Argon2id, which takes about a tenth of a second and 64 MiB on purpose.
    public static func derive(
        password: borrowing SecretBytes, _ parameters: KDFParameters
    ) throws(VaultCryptoError) -> MasterKey {
        guard parameters.isAcceptable else { throw .unacceptableParameters }
        return MasterKey(bytes: try Primitives.argon2id(password: password, parameters))
    }

    /// Seals a private key, bound to the vault and to the parameters of this key.
    public borrowing func seal(_ key: borrowing PrivateKey, _ binding: Binding) throws(VaultCryptoError) -> Frame {
        try Frame(bytes: try Primitives.seal(key: bytes, plain: key.der, associated: binding.bytes))
    }

    /// Opens a private key. A wrong password ends here, as `authenticationFailed`.
    public borrowing func open(_ frame: Frame, _ binding: Binding) throws(VaultCryptoError) -> PrivateKey {
        try PrivateKey(der: try Primitives.open(key: bytes, frame: frame, associated: binding.bytes))
    }
}

/// The vault's RSA private key (PKCS#8). It unwraps project keys.
public struct PrivateKey: ~Copyable {
    let der: SecretBytes
    /// SubjectPublicKeyInfo, DER. Not a secret.
    public let publicKey: [UInt8]
    public let bits: Int

    /// Sizes that are opened; new keys have 3072 bits.
    private static let sizes = 2048...8192

    init(der: consuming SecretBytes) throws(VaultCryptoError) {
        let known = try Primitives.publicKey(of: der)
        guard Self.sizes.contains(known.bits) else { throw .unacceptableKeySize(bits: known.bits) }
        self.der = der
        publicKey = known.der
        bits = known.bits
    }

    public static func generate(bits: Int = 3072) throws(VaultCryptoError) -> PrivateKey {
        guard sizes.contains(bits), bits % 256 == 0 else { throw .unacceptableKeySize(bits: bits) }
        return try PrivateKey(der: try Primitives.generateRSA(bits: bits))
    }

    /// Unwraps the key of a project.
    public borrowing func unwrap(_ wrapped: [UInt8], _ binding: Binding) throws(VaultCryptoError) -> ProjectKey {
        let bytes = try Primitives.unwrap(wrapped, privateKey: der, label: binding.bytes)
        guard bytes.count == ProjectKey.count else { throw .authenticationFailed }
        return ProjectKey(bytes: bytes)
    }
}

/// The AES-256 key of a project's values.
public struct ProjectKey: ~Copyable {
    static let count = 32
    fileprivate let bytes: SecretBytes

    fileprivate init(bytes: consuming SecretBytes) { self.bytes = bytes }

    public static func generate() throws(VaultCryptoError) -> ProjectKey {
        ProjectKey(bytes: try Primitives.randomSecret(count: count))
    }

    /// Wraps the key for a public key (RSA-OAEP).
    public borrowing func wrap(publicKey: [UInt8], _ binding: Binding) throws(VaultCryptoError) -> [UInt8] {
        try Primitives.wrap(bytes, publicKey: publicKey, label: binding.bytes)
    }

    /// Seals a value.
    public borrowing func seal(_ value: borrowing SecretBytes, _ binding: Binding) throws(VaultCryptoError) -> Frame {
        try Frame(bytes: try Primitives.seal(key: bytes, plain: value, associated: binding.bytes))
    }

    /// Opens a value: all of it, or `authenticationFailed`.
    public borrowing func open(_ frame: Frame, _ binding: Binding) throws(VaultCryptoError) -> SecretBytes {
        try Primitives.open(key: bytes, frame: frame, associated: binding.bytes)
    }
}
