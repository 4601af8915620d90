public import SecretMemory
internal import VaultCrypto
public import VaultStore

extension UnlockedVault {
    /// Makes a project with a key of its own, and the environments named.
    public borrowing func createProject(
        named name: String, environments: [String] = []
    ) throws(VaultError) -> ProjectRecord {
        let id = try stored { () throws(VaultStoreError) in try VaultStore.newID() }
        let key = try newKey(project: id, generation: 1).record
        return try store.change(orElse: VaultError.store) { (change) throws(VaultError) in
            try stored { () throws(VaultStoreError) in
                try change.insertProject(id: id, name: name, key: key)
                for environment in environments { try change.insertEnvironment(project: id, name: environment) }
                return (try change.project(id: id), Action(.projectCreate, project: id, name: name))
            }
        }
    }

    /// Seals the private key under another password. No value is touched.
    public borrowing func changePassword(_ password: borrowing SecretBytes) throws(VaultError) {
        let parameters = try ciphered { () throws(VaultCryptoError) in try KDFParameters.current() }
        try changePassword(password, parameters)
    }

    borrowing func changePassword(
        _ password: borrowing SecretBytes, _ parameters: KDFParameters
    ) throws(VaultError) {
        let seal = try KeySeal(sealing: try privateKey.get().key, vault: id, password, parameters, .password)
        try replace(.password, seal, Action(.passwordChange))
    }

    /// Makes a recovery code: a second way to unlock, beside the password. Takes the place of an older one.
    ///
    /// - Returns: the code as it is to be printed. It is kept nowhere.
    public borrowing func createRecoveryCode() throws(VaultError) -> SecretBytes {
        let parameters = try ciphered { () throws(VaultCryptoError) in try KDFParameters.current() }
        return try createRecoveryCode(parameters)
    }

    borrowing func createRecoveryCode(_ parameters: KDFParameters) throws(VaultError) -> SecretBytes {
        let printed = try ciphered { () throws(VaultCryptoError) in try RecoveryCode.generate() }
        let code = try ciphered { () throws(VaultCryptoError) in try RecoveryCode.normalized(printed) }
        let seal = try KeySeal(sealing: try privateKey.get().key, vault: id, code, parameters, .recovery)
        try replace(.recovery, seal, Action(.recoveryCreate))
        return printed
    }

    /// Ends the use of the recovery code.
    public borrowing func removeRecoveryCode() throws(VaultError) {
        try replace(.recovery, nil, Action(.recoveryRemove))
    }

    private borrowing func replace(
        _ purpose: VaultChange.SealPurpose, _ seal: KeySeal?, _ action: Action
    ) throws(VaultError) {
        try store.change(orElse: VaultError.store) { (change) throws(VaultError) in
            try stored { () throws(VaultStoreError) in try change.setSeal(purpose, seal) }
            return ((), action)
        }
        // The old seal opens with the old password: it is not to stay in the write-ahead log.
        try stored { () throws(VaultStoreError) in try store.flush() }
    }

    /// Gives a project a new key and seals every version of every secret anew, removed ones too, in one transaction.
    ///
    /// - Returns: how many frames were sealed.
    @discardableResult
    public borrowing func rekey(project id: String) throws(VaultError) -> Int {
        let count = try store.change(orElse: VaultError.store) { (change) throws(VaultError) in
            let project = try stored { () throws(VaultStoreError) in try change.project(id: id) }
            let old = try key(project)
            let new = try newKey(project: id, generation: project.key.generation + 1)
            var count = 0
            for secret in try stored({ () throws(VaultStoreError) in try change.allSecrets(of: id) }) {
                try verify(secret, old)
                let seal = try seal(
                    secret.place, secret.attributes, rule: secret.rule, version: secret.version, new)
                try stored { () throws(VaultStoreError) in try change.reseal(secret, seal: seal) }
                for version in try stored({ () throws(VaultStoreError) in try change.versions(of: secret) }) {
                    let binding = binding(secret.place, version.version)
                    let frame = try new.seal(try old.open(version.frame, binding), binding)
                    try stored { () throws(VaultStoreError) in
                        try change.reseal(secret, version: version.version, frame: frame)
                    }
                    count += 1
                }
            }
            try stored { () throws(VaultStoreError) in try change.setProjectKey(id: id, new.record) }
            return (count, Action(.projectRekey, project: id, version: project.key.generation + 1, count: count))
        }
        try stored { () throws(VaultStoreError) in try store.flush() }
        return count
    }
}
