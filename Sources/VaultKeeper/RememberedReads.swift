internal import KeeperProtocol
internal import Vault
internal import VaultStore

/// What a request is about, all of it from one state of the file.
struct AskedRead {
    let place: FoundPlace
    let sealed: [SealedSecret]
    let record: VaultRecord

    var secrets: [SecretRecord] { sealed.map(\.secret) }
}

/// What the last requests were about, for those that follow and ask for the same: names, rules and sealed frames that were
/// verified, no key and no plaintext. Whoever uses one makes sure that the file is still in the state it was read from.
final class RememberedReads {
    struct Known {
        let read: AskedRead
        let mark: StateMark
    }

    private struct Key: Hashable {
        let project: String
        let environment: String
        let folder: String?
        let keys: [String]

        /// Nil where a file beside the vault, which may change at any time, has a say in the place.
        init?(_ request: OpenRequest) {
            guard let project = request.project, let environment = request.environment else { return nil }
            self.project = project
            self.environment = environment
            folder = request.folder
            keys = request.keys
        }
    }

    /// The vault file that they were read from; another one in its place is another store.
    private var store: VaultStore?
    private var known: [Key: Known] = [:]

    private static let most = 16
    /// The longest frames of one read, in characters.
    private static let longestFrames = 64 << 10

    func find(_ request: OpenRequest, _ vault: LockedVault) -> Known? {
        guard store === vault.store, let key = Key(request) else { return nil }
        return known[key]
    }

    /// Takes in what was read and verified. Secrets that expire are left out: their time is the file's to tell.
    func keep(_ read: AskedRead, _ mark: StateMark, _ request: OpenRequest, _ vault: LockedVault) {
        if store !== vault.store {
            store = vault.store
            known = [:]
        }
        guard let key = Key(request), read.secrets.allSatisfy({ $0.attributes.expiresAt == nil }),
            read.sealed.reduce(0, { $0 + $1.version.frame.utf8.count }) <= Self.longestFrames
        else { return }
        if known.count >= Self.most { known = [:] }
        known[key] = Known(read: read, mark: mark)
    }
}
