public import Keyring
public import SecretMemory
public import Vault
public import VaultStore

extension UnlockedKey {
    /// Unlocks a vault with a key that `recall()` gave.
    ///
    /// - Parameter project: the one it is for, when it is for one: the kernel then keeps that project's key, too.
    /// - Returns: nil when the key opens nothing any more, because the password was changed since. It is forgotten then.
    public func unlock(
        _ vault: LockedVault, with key: consuming SecretBytes, for project: ProjectRecord? = nil
    ) throws(VaultError) -> UnlockedVault? {
        do throws(VaultError) {
            guard let project else { return try vault.unlock(sessionKey: key) }
            let kept = KeptKeys(recallBeside())
            var now = kept
            let unlocked = try vault.unlock(sessionKey: key, for: project, &now)
            if now != kept { keepBeside(now.bytes) }
            return unlocked
        } catch .authenticationFailed {
            forget()
            return nil
        }
    }
}
