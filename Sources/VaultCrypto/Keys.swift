public import SecretMemory

/// The key that a master password gives. It opens the vault's private key, and keys of projects that were sealed with it
/// for the time a vault stays unlocked.
public struct MasterKey: ~Copyable {
    private let bytes: SecretBytes

    /// Computes Argon2id, which takes about a tenth of a second and 64 MiB on purpose.
    public static func derive(
        password: borrowing SecretBytes, _ parameters: KDFParameters
    ) throws(VaultCryptoError) -> MasterKey {
        guard parameters.isAcceptable else { throw .unacceptableParameters }
        return MasterKey(derived: try Primitives.deriveKey(password: password, parameters))
    }

    /// Takes over a key that was derived earlier and kept in secret memory, so that Argon2id need not run again.
    public init(bytes: consuming SecretBytes) throws(VaultCryptoError) {
        guard bytes.count == Self.count else { throw .authenticationFailed }
        self.bytes = bytes
    }

    private init(derived: consuming SecretBytes) { bytes = derived }

    private static let count = 32

    /// Gives the key's 32 bytes to a keeper, in place of this value.
    public consuming func takeBytes() -> SecretBytes { bytes }

    /// Seals a private key, bound to the vault and to the parameters of this key.
    public borrowing func seal(_ key: borrowing PrivateKey, _ binding: Binding) throws(VaultCryptoError) -> Frame {
        try Frame(bytes: try Primitives.seal(key: bytes, plain: key.der, associated: binding.bytes))
    }

    /// Opens a private key. A wrong password ends here, as `authenticationFailed`.
    public borrowing func open(_ frame: Frame, _ binding: Binding) throws(VaultCryptoError) -> PrivateKey {
        try PrivateKey(der: try Primitives.open(key: bytes, frame: frame, associated: binding.bytes))
    }

    /// Seals the key of a project that the private key gave, so that the next run need not open the private key.
    public borrowing func seal(_ key: borrowing ProjectKey, _ binding: Binding) throws(VaultCryptoError) -> Frame {
        try Frame(bytes: try Primitives.seal(key: bytes, plain: key.bytes, associated: binding.bytes))
    }

    /// Opens the key of a project.
    public borrowing func openProjectKey(_ frame: Frame, _ binding: Binding) throws(VaultCryptoError) -> ProjectKey {
        let key = try Primitives.open(key: bytes, frame: frame, associated: binding.bytes)
        guard key.count == ProjectKey.count else { throw .authenticationFailed }
        return ProjectKey(bytes: key)
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

    /// Wraps the key of a project and signs the result. Whoever has the public key can wrap a key of their own and put it
    /// in the place of ours; they cannot sign it.
    public borrowing func wrap(_ key: borrowing ProjectKey, _ binding: Binding) throws(VaultCryptoError) -> WrappedKey {
        let wrapped = try Primitives.wrap(key.bytes, publicKey: publicKey, label: binding.bytes)
        return WrappedKey(wrapped: wrapped, signature: try Primitives.sign(binding.bytes + wrapped, privateKey: der))
    }

    /// Unwraps the key of a project, once its signature is this key's.
    public borrowing func unwrap(_ key: WrappedKey, _ binding: Binding) throws(VaultCryptoError) -> ProjectKey {
        try Primitives.verify(binding.bytes + key.wrapped, key.signature, publicKey: publicKey)
        return try unwrap(key.wrapped, binding)
    }

    private borrowing func unwrap(_ wrapped: [UInt8], _ binding: Binding) throws(VaultCryptoError) -> ProjectKey {
        let bytes = try Primitives.unwrap(wrapped, privateKey: der, label: binding.bytes)
        guard bytes.count == ProjectKey.count else { throw .authenticationFailed }
        return ProjectKey(bytes: bytes)
    }
}

/// A project's key as it is kept.
public struct WrappedKey: Equatable, Sendable {
    /// RSA-OAEP.
    public let wrapped: [UInt8]
    /// RSA-PSS over the binding's bytes and `wrapped`.
    public let signature: [UInt8]

    public init(wrapped: [UInt8], signature: [UInt8]) {
        self.wrapped = wrapped
        self.signature = signature
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

    /// Seals a value.
    public borrowing func seal(_ value: borrowing SecretBytes, _ binding: Binding) throws(VaultCryptoError) -> Frame {
        try Frame(bytes: try Primitives.seal(key: bytes, plain: value, associated: binding.bytes))
    }

    /// Seals nothing: a frame that tells that its binding was written by someone with this key.
    public borrowing func attest(_ binding: Binding) throws(VaultCryptoError) -> Frame {
        try seal(try Primitives.nothing(), binding)
    }

    /// Whether a frame of `attest` stands for this binding; `authenticationFailed` when not.
    public borrowing func verify(_ frame: Frame, _ binding: Binding) throws(VaultCryptoError) {
        guard frame.bytes.count == Frame.leastCount else { throw .authenticationFailed }
        _ = try open(frame, binding)
    }

    /// Opens a value: all of it, or `authenticationFailed`.
    public borrowing func open(_ frame: Frame, _ binding: Binding) throws(VaultCryptoError) -> SecretBytes {
        try Primitives.open(key: bytes, frame: frame, associated: binding.bytes)
    }
}
