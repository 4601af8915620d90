public import SecretMemory

/// Why a key or a value was not made or opened. None says more than the operation.
public enum VaultCryptoError: Error, Equatable, Sendable {
    /// A wrong password, a wrong key, a moved frame, or a changed byte. Which of them cannot be told, and is not told.
    case authenticationFailed
    /// Not a frame: not base64, or fewer than 28 bytes.
    case malformedFrame
    /// Key derivation parameters outside what is computed (`KDFParameters.isAcceptable`).
    case unacceptableParameters
    /// An RSA key of a size that is neither made nor opened.
    case unacceptableKeySize(bits: Int)
    /// No secret memory for the result.
    case memory(SecretMemoryError)
    /// The library refused, or had no memory.
    case libraryFailed(Operation)

    public enum Operation: String, Sendable {
        case random, keyDerivation, seal, open, keyGeneration, wrap, unwrap, sign, verify
    }
}
