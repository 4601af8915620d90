internal import HelperRun
internal import Keyring
internal import PrivateFiles
internal import SecretMemory
internal import Vault
internal import VaultHome
internal import VaultStore

/// The vault as the keeper has it: its file, and its keys while it is unlocked.
final class HeldVault {
    /// An unlocked vault and what it was unlocked by.
    final class Unlocked {
        let vault: UnlockedVault
        fileprivate let key: SecretBytes
        fileprivate let record: VaultRecord
        /// `kernel`, or the name of a store.
        let source: String
        fileprivate let idle: Int
        fileprivate var lastUse: Int

        fileprivate init(
            _ vault: consuming UnlockedVault, key: consuming SecretBytes, _ record: VaultRecord, source: String, idle: Int,
            now: Int
        ) {
            self.vault = vault
            self.key = key
            self.record = record
            self.source = source
            self.idle = idle
            lastUse = now
        }
    }

    private let home: AbsolutePath
    private let helpers: HelperRun
    private let durability: VaultStore.Durability
    private let clock: () -> Int
    private var opened: (vault: LockedVault, file: FileInfo)?
    private var unlocked: Unlocked?
    /// The key went before its idle time was over: somebody locked the vault, and meant it.
    private var wasLocked = false

    init(home: AbsolutePath, helpers: HelperRun, surviving durability: VaultStore.Durability, clock: @escaping () -> Int) {
        self.home = home
        self.helpers = helpers
        self.durability = durability
        self.clock = clock
    }

    var holdsKeys: Bool { unlocked != nil }

    /// The vault that is in its place now; another one than before when its file was replaced.
    func locked() throws(Refused) -> LockedVault {
        guard let file = try refusing({ () throws(VaultStoreError) in try VaultStore.file(at: home) }) else {
            (opened, unlocked) = (nil, nil)
            throw Refused.of(.noVault)
        }
        if let opened, opened.file.isSameFile(as: file) { return opened.vault }
        (opened, unlocked) = (nil, nil)
        let vault = try refusing { () throws(VaultError) in try LockedVault.open(in: home, surviving: durability) }
        opened = (vault, file)
        return vault
    }

    /// The vault with its keys: those held, if the kernel still keeps the key they came from; else by the key that the kernel
    /// keeps, else by the configured store.
    ///
    /// - Parameters:
    ///   - record: the vault's own, read just now.
    ///   - project: what it is needed for.
    func unlocked(
        _ vault: LockedVault, _ record: VaultRecord, for project: ProjectRecord
    ) throws(Refused) -> Unlocked {
        let kernel = UnlockedKey(vault: record.id)
        guard let key = try? kernel.recall() else {
            noticeLock(record)
            return try unlockedByStore(vault, record)
        }
        wasLocked = false
        if let held = held(record, by: key) { return held }
        unlocked = nil
        guard let now = try Self.unlock(vault, by: kernel, with: try Self.copy(of: key), for: project) else {
            return try unlockedByStore(vault, record)
        }
        let idle = (try? KeyringConfiguration.load(from: home))?.idle ?? KeyringConfiguration.standardIdle
        let fresh = Unlocked(now, key: key, record, source: "kernel", idle: Int(idle), now: clock())
        unlocked = fresh
        return fresh
    }

    /// The keys held, if the kernel still keeps the key they came from; else nil, and nothing is changed.
    func stillUnlocked(_ record: VaultRecord) -> Unlocked? {
        guard unlocked != nil, let key = try? UnlockedKey(vault: record.id).recall() else { return nil }
        return held(record, by: key)
    }

    private func held(_ record: VaultRecord, by key: borrowing SecretBytes) -> Unlocked? {
        guard let unlocked, unlocked.record == record, unlocked.key.isEqual(inConstantTimeTo: key) else { return nil }
        unlocked.lastUse = clock()
        return unlocked
    }

    /// What the vault was unlocked by, while it is; nil when the kernel keeps no key. Unlocks nothing and counts as no use.
    func source(_ vault: LockedVault) throws(VaultStoreError) -> String? {
        guard UnlockedKey(vault: try vault.store.vault().id).isKept else { return nil }
        return unlocked?.source ?? "kernel"
    }

    /// Wipes the keys when the kernel keeps none any more.
    func letGoIfLocked() {
        guard unlocked != nil, let opened, let record = try? opened.vault.store.vault() else { return unlocked = nil }
        guard !UnlockedKey(vault: record.id).isKept else { return }
        noticeLock(record)
    }

    /// The kernel keeps no key: what is held goes, and it is remembered whether that was somebody's wish.
    private func noticeLock(_ record: VaultRecord) {
        // A change of the password takes the key away, too. Two seconds are the clocks' disagreement.
        if let unlocked, unlocked.record == record, clock() < unlocked.lastUse + unlocked.idle - 2 { wasLocked = true }
        unlocked = nil
    }

    private func unlockedByStore(_ vault: LockedVault, _ record: VaultRecord) throws(Refused) -> Unlocked {
        let configuration = try refusing { () throws(KeyringConfiguration.Failure) in
            try KeyringConfiguration.load(from: home)
        }
        guard let store = configuration.store, !wasLocked else { throw .locked() }
        let key = try key(of: store, vault, record, configuration)
        // Into the kernel's keeping, as `execkit unlock` does, so that `execkit lock` reaches it. Where the kernel keeps nothing,
        // nothing is held here either, and the next use asks the store again.
        let isKept = (try? UnlockedKey(vault: record.id).remember(key, idle: configuration.idle)) != nil
        let opened = try Self.unlock(vault, with: try Self.copy(of: key))
        let fresh = Unlocked(
            opened, key: key, record, source: store.name, idle: Int(configuration.idle), now: clock())
        unlocked = isKept ? fresh : nil
        return fresh
    }

    private func key(
        of store: PasswordStore, _ vault: LockedVault, _ record: VaultRecord, _ configuration: KeyringConfiguration
    ) throws(Refused) -> SecretBytes {
        var keyring = Keyring(helpers: helpers, descriptor: nil, environment: nil)
        let answer: Keyring.Answer
        do throws(KeyringError) {
            answer = try keyring.password(vault: record.id, configuration)
        } catch {
            throw Refused.of(error, store: store)
        }
        do throws(VaultError) {
            return try vault.sessionKey(password: answer.password)
        } catch .authenticationFailed {
            throw Refused.locked("The vault is locked, and the password that \(store.name) keeps is not its password.")
        } catch {
            throw Refused(error)
        }
    }

    private static func copy(of key: borrowing SecretBytes) throws(Refused) -> SecretBytes {
        do throws(SecretMemoryError) { return try key.duplicate() } catch { throw Refused(error) }
    }

    private static func unlock(_ vault: LockedVault, with key: consuming SecretBytes) throws(Refused) -> UnlockedVault {
        do throws(VaultError) { return try vault.unlock(sessionKey: key) } catch { throw Refused(error) }
    }

    private static func unlock(
        _ vault: LockedVault, by kernel: UnlockedKey, with key: consuming SecretBytes, for project: ProjectRecord
    ) throws(Refused) -> UnlockedVault? {
        do throws(VaultError) {
            return try kernel.unlock(vault, with: key, for: project)
        } catch {
            throw Refused(error)
        }
    }
}
