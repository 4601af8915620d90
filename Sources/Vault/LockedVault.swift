public import PrivateFiles
public import SecretMemory
internal import VaultCrypto
public import VaultStore

/// A vault whose names can be read and whose values cannot.
public final class LockedVault {
    /// Names, attributes, versions and the action log. Changes of values go through an `UnlockedVault`.
    public let store: VaultStore

    init(store: VaultStore) { self.store = store }

    /// Opens the vault of a directory.
    public static func open(
        in directory: AbsolutePath, surviving durability: VaultStore.Durability = .powerLoss
    ) throws(VaultError) -> LockedVault {
        LockedVault(store: try stored { () throws(VaultStoreError) in
            try VaultStore.open(in: directory, surviving: durability)
        })
    }

    /// Makes a vault, open. The directory is made when it is missing; a vault that is there stays as it is.
    public static func create(
        in directory: AbsolutePath, password: borrowing SecretBytes
    ) throws(VaultError) -> UnlockedVault {
        guard password.count > 0 else { throw .emptyPassword }
        // Told before seconds of work; the creation itself checks again.
        if try stored({ () throws(VaultStoreError) in try VaultStore.exists(in: directory) }) { throw .store(.vaultExists) }
        let parameters = try ciphered { () throws(VaultCryptoError) in try KDFParameters.current() }
        let key = try ciphered { () throws(VaultCryptoError) in try PrivateKey.generate() }
        return try create(in: directory, password: password, parameters, key)
    }

    /// With parameters and a private key that a test chooses.
    static func create(
        in directory: AbsolutePath, password: borrowing SecretBytes, _ parameters: KDFParameters,
        _ key: consuming PrivateKey
    ) throws(VaultError) -> UnlockedVault {
        let id = try stored { () throws(VaultStoreError) in try VaultStore.newID() }
        let key = key
        let seal = try KeySeal(sealing: key, vault: id, password, parameters, .password)
        let publicKey = Base64.encode(key.publicKey)
        let (store, _) = try VaultStore.create(in: directory, orElse: VaultError.store) { (change) throws(VaultError) in
            try stored { () throws(VaultStoreError) in
                try change.insertVault(id: id, publicKey: publicKey)
                try change.setSeal(.password, seal)
            }
            return ((), Action(.vaultCreate))
        }
        return UnlockedVault(locked: LockedVault(store: store), id: id, PrivateKeyHolder(key))
    }

    /// Unlocks with the master password. Computes Argon2id.
    public func unlock(password: borrowing SecretBytes) throws(VaultError) -> UnlockedVault {
        let vault = try record()
        return try unlock(vault, vault.password, try vault.password.derive(password), .password)
    }

    /// Unlocks with the recovery code, as a person typed it.
    public func unlock(recoveryCode typed: borrowing SecretBytes) throws(VaultError) -> UnlockedVault {
        let vault = try record()
        guard let seal = vault.recovery else { throw .noRecoveryCode }
        let code = try ciphered { () throws(VaultCryptoError) in try RecoveryCode.normalized(typed) }
        return try unlock(vault, seal, try seal.derive(code), .recovery)
    }

    /// The key that Argon2id gives for the master password, for a keeper that unlocks many times (`unlock(sessionKey:)`).
    /// It is checked against the vault. A change of the password ends its use.
    public func sessionKey(password: borrowing SecretBytes) throws(VaultError) -> SecretBytes {
        let vault = try record()
        let master = try vault.password.derive(password)
        let frame = try vault.password.sealed()
        let binding = Binding.privateKey(vault: vault.id, try vault.password.parameters())
        _ = try ciphered { () throws(VaultCryptoError) in try master.open(frame, binding) }
        return master.takeBytes()
    }

    /// Unlocks with a key of `sessionKey(password:)`, without Argon2id.
    public func unlock(sessionKey: consuming SecretBytes) throws(VaultError) -> UnlockedVault {
        let vault = try record()
        return try unlock(vault, vault.password, try Self.master(sessionKey), .password)
    }

    static func master(_ sessionKey: consuming SecretBytes) throws(VaultError) -> MasterKey {
        do throws(VaultCryptoError) { return try MasterKey(bytes: sessionKey) } catch { throw VaultError(error) }
    }

    func record() throws(VaultError) -> VaultRecord {
        try stored { () throws(VaultStoreError) in try store.vault() }
    }

    private func unlock(
        _ vault: VaultRecord, _ seal: KeySeal, _ master: consuming MasterKey, _ purpose: Binding.SealPurpose
    ) throws(VaultError) -> UnlockedVault {
        UnlockedVault(locked: self, id: vault.id, PrivateKeyHolder(try master.open(vault, seal, purpose)))
    }
}
