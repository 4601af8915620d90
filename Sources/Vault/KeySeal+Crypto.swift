internal import SecretMemory
internal import VaultCrypto
internal import VaultStore

/// The stored form of a seal and the ciphers' form of it.
extension KeySeal {
    init(
        sealing key: borrowing PrivateKey, vault: String, _ password: borrowing SecretBytes, _ parameters: KDFParameters,
        _ purpose: Binding.SealPurpose
    ) throws(VaultError) {
        guard password.count > 0 else { throw .emptyPassword }
        let frame: Frame
        do throws(VaultCryptoError) {
            frame = try MasterKey.derive(password: password, parameters)
                .seal(key, .privateKey(vault: vault, parameters, for: purpose))
        } catch {
            throw VaultError(error)
        }
        self.init(
            version: parameters.version, memoryKiB: parameters.memoryKiB, passes: parameters.passes,
            lanes: parameters.lanes, outputLength: parameters.outputLength, salt: Base64.encode(parameters.salt),
            frame: frame.base64)
    }

    func parameters() throws(VaultError) -> KDFParameters {
        guard let salt = Base64.decode(salt) else { throw .crypto(.unacceptableParameters) }
        return KDFParameters(
            version: version, memoryKiB: memoryKiB, passes: passes, lanes: lanes, outputLength: outputLength, salt: salt)
    }

    func sealed() throws(VaultError) -> Frame {
        try ciphered { () throws(VaultCryptoError) in try Frame(base64: frame) }
    }

    func derive(_ password: borrowing SecretBytes) throws(VaultError) -> MasterKey {
        guard password.count > 0 else { throw .emptyPassword }
        let parameters = try parameters()
        do throws(VaultCryptoError) {
            return try MasterKey.derive(password: password, parameters)
        } catch {
            throw VaultError(error)
        }
    }
}
