public import SecretMemory
internal import VaultCrypto
public import VaultStore

/// A vault whose values can be opened: the only step from a frame to a plaintext.
///
/// It holds the private key, or the key that opens it, in secret memory, wiped when the value goes. Keys of projects are
/// unwrapped when first needed.
/// Before a value is shown, exported or handed to a program, `record` must have written that into the action log; `open`
/// takes the receipt.
public struct UnlockedVault: ~Copyable {
    /// The same vault without its keys: names, attributes, history, log.
    public let locked: LockedVault
    let id: String
    let privateKey: PrivateKeyHolder
    let keys = OpenKeys()

    var store: VaultStore { locked.store }

    /// - Parameter known: a project whose key is open, by its id.
    init(locked: LockedVault, id: String, _ privateKey: PrivateKeyHolder, known: (project: String, key: OpenKey)? = nil) {
        self.locked = locked
        self.id = id
        self.privateKey = privateKey
        if let known { keys.byProject[known.project] = known.key }
    }

    /// Writes into the action log what is about to happen, and returns the leave to open exactly those secrets.
    ///
    /// - Parameters:
    ///   - command: the argument vector of a run.
    ///   - program: what executes it, where that is not told by `command`.
    public borrowing func record(
        _ effect: Effect, _ places: [SecretPlace], command: [String] = [], program: String? = nil
    ) throws(VaultError) -> ActionReceipt {
        let row = action(effect, places, command, program)
        let store = store
        let seq = try stored { () throws(VaultStoreError) in try store.record(row) }
        return ActionReceipt(seq: seq, places: Set(places), vault: id)
    }

    /// The same, if the vault file is still in a state; else nil, and nothing is written.
    public borrowing func record(
        _ effect: Effect, _ places: [SecretPlace], command: [String], program: String?, ifStill mark: StateMark
    ) throws(VaultError) -> ActionReceipt? {
        let row = action(effect, places, command, program)
        let store = store
        let seq = try stored { () throws(VaultStoreError) in try store.record(row, ifStill: mark) }
        guard let seq else { return nil }
        return ActionReceipt(seq: seq, places: Set(places), vault: id)
    }

    private borrowing func action(
        _ effect: Effect, _ places: [SecretPlace], _ command: [String], _ program: String?
    ) -> Action {
        var action = Action(
            effect.kind, project: places.common(\.project), environment: places.common(\.environment),
            folder: places.common(\.folder), keys: places.map(\.key), count: places.count, command: command)
        action.program = program
        return action
    }

    /// Opens a secret's current version, or another one, once its attributes are found to be what was written.
    ///
    /// - Returns: all of it, or `authenticationFailed` before any of it.
    public borrowing func open(
        _ place: SecretPlace, version: Int? = nil, _ receipt: borrowing ActionReceipt
    ) throws(VaultError) -> SecretBytes {
        guard receipt.vault == id, receipt.places.contains(place) else { throw .notRecorded }
        return try reveal(place, version: version)
    }

    /// Opens a secret's version as it was read before, once its attributes are found to be what was written: what was judged
    /// is what is opened, whatever the file says by now.
    public borrowing func open(
        _ sealed: SealedSecret, _ receipt: borrowing ActionReceipt
    ) throws(VaultError) -> SecretBytes {
        guard receipt.vault == id, receipt.places.contains(sealed.secret.place) else { throw .notRecorded }
        return try reveal(sealed)
    }

    /// Whether a secret has this value now; nil when there is no such secret. Shows nothing but that.
    public borrowing func matches(_ place: SecretPlace, _ value: borrowing SecretBytes) throws(VaultError) -> Bool? {
        let store = store
        guard try stored({ () throws(VaultStoreError) in try store.secret(place) }) != nil else { return nil }
        return try reveal(place, version: nil).isEqual(inConstantTimeTo: value)
    }

    borrowing func reveal(_ place: SecretPlace, version: Int?) throws(VaultError) -> SecretBytes {
        let store = store
        return try reveal(try stored { () throws(VaultStoreError) in try store.sealed(place, version: version) })
    }

    private borrowing func reveal(_ sealed: SealedSecret) throws(VaultError) -> SecretBytes {
        let key = try key(sealed.project)
        try verify(sealed.secret, key)
        return try key.open(sealed.version.frame, binding(sealed.secret.place, sealed.version.version))
    }

    borrowing func binding(_ place: SecretPlace, _ version: Int) -> Binding {
        .value(
            vault: id, project: place.project, environment: place.environment, folder: place.folder, key: place.key,
            version: version)
    }

    /// The project's key, unwrapped once a generation.
    borrowing func key(_ project: ProjectRecord) throws(VaultError) -> OpenKey {
        if let known = keys.byProject[project.id], known.record == project.key { return known }
        guard let wrapped = Base64.decode(project.key.wrapped), let signature = Base64.decode(project.key.signature) else {
            throw .authenticationFailed
        }
        let binding = Binding.projectKey(vault: id, project: project.id, generation: project.key.generation)
        let privateKey = try privateKey.get()
        let opened: OpenKey
        do throws(VaultCryptoError) {
            opened = OpenKey(
                record: project.key,
                key: try privateKey.key.unwrap(WrappedKey(wrapped: wrapped, signature: signature), binding))
        } catch {
            throw VaultError(error)
        }
        keys.byProject[project.id] = opened
        return opened
    }

    /// A new key of a project, and how it is kept.
    borrowing func newKey(project: String, generation: Int) throws(VaultError) -> OpenKey {
        let privateKey = try privateKey.get()
        do throws(VaultCryptoError) {
            let key = try ProjectKey.generate()
            let wrapped = try privateKey.key.wrap(key, .projectKey(vault: id, project: project, generation: generation))
            let record = ProjectKeyRecord(
                generation: generation, wrapped: Base64.encode(wrapped.wrapped),
                signature: Base64.encode(wrapped.signature))
            return OpenKey(record: record, key: key)
        } catch {
            throw VaultError(error)
        }
    }
}

/// What is done with opened values.
public enum Effect: Sendable {
    case reveal, export, run, scan
    /// Given to a command that an agent runs, to its session, or to a login that it asked for.
    case agentRun, agentSession, agentLogin

    var kind: Action.Kind {
        switch self {
        case .reveal: .reveal
        case .export: .export
        case .run: .run
        case .scan: .scan
        case .agentRun: .mcpRun
        case .agentSession: .mcpSession
        case .agentLogin: .mcpLogin
        }
    }
}

/// The proof that an effect stands in the action log, on the disk. Only `UnlockedVault.record` makes one.
public struct ActionReceipt: ~Copyable {
    /// The row of the log.
    public let seq: Int
    let places: Set<SecretPlace>
    let vault: String
}

/// A project's key and the record it came from.
final class OpenKey {
    let record: ProjectKeyRecord
    private let key: ProjectKey

    init(record: ProjectKeyRecord, key: consuming ProjectKey) {
        self.record = record
        self.key = key
    }

    func open(_ frame: String, _ binding: Binding) throws(VaultError) -> SecretBytes {
        do throws(VaultCryptoError) {
            return try key.open(try Frame(base64: frame), binding)
        } catch {
            throw VaultError(error)
        }
    }

    /// The key itself, sealed by the master key that led to it.
    func sealed(by master: borrowing MasterKey, _ binding: Binding) throws(VaultError) -> Frame {
        do throws(VaultCryptoError) { return try master.seal(key, binding) } catch { throw VaultError(error) }
    }

    func attest(_ binding: Binding) throws(VaultError) -> String {
        do throws(VaultCryptoError) { return try key.attest(binding).base64 } catch { throw VaultError(error) }
    }

    func verify(_ frame: String, _ binding: Binding) throws(VaultError) {
        do throws(VaultCryptoError) { try key.verify(try Frame(base64: frame), binding) } catch { throw VaultError(error) }
    }

    func seal(_ value: borrowing SecretBytes, _ binding: Binding) throws(VaultError) -> String {
        do throws(VaultCryptoError) {
            return try key.seal(value, binding).base64
        } catch {
            throw VaultError(error)
        }
    }
}

/// The keys opened so far.
final class OpenKeys {
    var byProject: [String: OpenKey] = [:]
}

extension [SecretPlace] {
    /// The part that all places share; nil when they differ.
    fileprivate func common(_ part: KeyPath<SecretPlace, String>) -> String? {
        guard let first = first?[keyPath: part] else { return nil }
        return allSatisfy { $0[keyPath: part] == first } ? first : nil
    }
}
