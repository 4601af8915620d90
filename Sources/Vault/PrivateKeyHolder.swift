internal import VaultCrypto
internal import VaultStore

/// The vault's private key, or what opens it when it is first needed. A vault that was unlocked by a project key that the
/// master key authenticated holds the latter: most runs of the program never need the former.
final class PrivateKeyHolder {
    /// A private key that may be shared within the process.
    final class Opened {
        let key: PrivateKey

        init(_ key: consuming PrivateKey) { self.key = key }
    }

    /// A master key that may be kept and used.
    final class Opener {
        let master: MasterKey
        let vault: VaultRecord

        init(_ master: consuming MasterKey, _ vault: VaultRecord) {
            self.master = master
            self.vault = vault
        }

        /// Opens the private key by the password's seal.
        func open() throws(VaultError) -> Opened { Opened(try master.open(vault, vault.password, .password)) }
    }

    private var opened: Opened?
    private let opener: Opener?

    init(_ key: consuming PrivateKey) {
        opened = Opened(key)
        opener = nil
    }

    init(_ opener: Opener, _ opened: Opened? = nil) {
        self.opener = opener
        self.opened = opened
    }

    /// Whether the private key itself is in memory.
    var isOpen: Bool { opened != nil }

    func get() throws(VaultError) -> Opened {
        if let opened { return opened }
        // There is one or the other.
        guard let opener else { throw .authenticationFailed }
        let key = try opener.open()
        opened = key
        return key
    }
}

extension MasterKey {
    /// Opens the private key of a vault by one of its seals.
    borrowing func open(
        _ vault: VaultRecord, _ seal: KeySeal, _ purpose: Binding.SealPurpose
    ) throws(VaultError) -> PrivateKey {
        let frame = try seal.sealed()
        let binding = Binding.privateKey(vault: vault.id, try seal.parameters(), for: purpose)
        let key: PrivateKey
        do throws(VaultCryptoError) { key = try open(frame, binding) } catch { throw VaultError(error) }
        // Someone who can write the file can replace the public key, but not this one.
        guard Base64.encode(key.publicKey) == vault.publicKey else { throw .authenticationFailed }
        return key
    }
}
