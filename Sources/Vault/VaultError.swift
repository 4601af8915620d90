public import UseRule
public import VaultCrypto
public import VaultStore

/// Why a vault did not do what was asked.
public enum VaultError: Error, Equatable, Sendable {
    /// A wrong password, recovery code or session key; or a changed byte. Which of them cannot be told.
    case authenticationFailed
    /// A password with nothing in it.
    case emptyPassword
    /// The vault has no recovery code.
    case noRecoveryCode
    /// The place is none that the receipt records. Our own bug, kept from showing anything.
    case notRecorded
    /// A secret's rule cannot be read, or can be none.
    case rule(UseRuleError)
    case store(VaultStoreError)
    /// Any failure of the ciphers but `authenticationFailed`.
    case crypto(VaultCryptoError)

    init(_ error: VaultCryptoError) {
        self = error == .authenticationFailed || error == .malformedFrame ? .authenticationFailed : .crypto(error)
    }
}

/// Runs calls of the store or the ciphers under this room's error.
func stored<R: ~Copyable>(_ body: () throws(VaultStoreError) -> R) throws(VaultError) -> R {
    do throws(VaultStoreError) { return try body() } catch { throw .store(error) }
}

func ciphered<R: ~Copyable>(_ body: () throws(VaultCryptoError) -> R) throws(VaultError) -> R {
    do throws(VaultCryptoError) { return try body() } catch { throw VaultError(error) }
}
