public import HelperRun
public import KeeperProtocol
public import PrivateFiles
public import SecretMemory
public import VaultStore

/// Holds the vault for one server. It does what a request says before it returns; a store's program may take its time.
public final class VaultKeeper {
    /// A reply and, for `opened`, the values: one after the other in the order of the reply's entries.
    public struct Answer: ~Copyable {
        public let reply: KeeperReply
        private let values: SecretBytes?

        /// Shows the values, if there are any.
        public borrowing func withValues<E: Error>(_ body: (borrowing SecretBytes) throws(E) -> Void) throws(E) {
            switch values {
            case .some(let values): try body(values)
            case .none: break
            }
        }

        init(_ id: Int, _ answer: KeeperReply.Answer, _ values: consuming SecretBytes? = nil) {
            reply = KeeperReply(id: id, answer)
            self.values = values
        }
    }

    let home: AbsolutePath
    let held: HeldVault
    let helpers: HelperRun
    let clock: () -> Int
    var confirmations = Confirmations()
    let remembered = RememberedReads()

    /// - Parameters:
    ///   - home: where the vault is, or will be.
    ///   - helpers: runs the programs of stores.
    ///   - durability: what the rows of the log survive that are written before values are opened.
    ///   - clock: this machine's time in seconds; set back, it only makes what was agreed to end early.
    public init(home: AbsolutePath, helpers: HelperRun, surviving durability: VaultStore.Durability, clock: @escaping () -> Int) {
        self.home = home
        self.helpers = helpers
        self.clock = clock
        held = HeldVault(home: home, helpers: helpers, surviving: durability, clock: clock)
    }

    /// Whether keys are in memory, so that `tick` has something to wipe.
    public var holdsKeys: Bool { held.holdsKeys }

    /// Wipes the keys when the vault was locked or idle for too long. Called every few seconds while nothing is asked.
    public func tick() { held.letGoIfLocked() }

    /// Writes how runs have ended, in one transaction: requests `ended`, and one reply to each. Never throws, as `handle(_:)`.
    public func handle(ends: [KeeperRequest]) -> [KeeperReply] {
        var runs: [(id: Int, run: EndedRun)] = []
        for request in ends {
            guard case .ended(let run) = request.ask else { preconditionFailure("only ends are told together") }
            runs.append((request.id, run))
        }
        do throws(Refused) {
            let written = try end(runs.map(\.run))
            return zip(runs, written).map {
                KeeperReply(id: $0.id, $1 ? .acknowledged : .refused(Self.noSuchRun.refusal))
            }
        } catch {
            return runs.map { KeeperReply(id: $0.id, .refused(error.refusal)) }
        }
    }

    /// Does what is asked. Never throws: what fails is said in the reply.
    public func handle(_ request: KeeperRequest) -> Answer {
        do throws(Refused) {
            switch request.ask {
            case .status: return Answer(request.id, .status(status()))
            case .projects: return Answer(request.id, .projects(try projects()))
            case .secrets(let query): return Answer(request.id, .secrets(try secrets(query)))
            case .current(let directory): return Answer(request.id, .current(try current(directory)))
            case .open(let open): return try self.open(request.id, open)
            case .ended(let run):
                guard try end([run]) == [true] else { throw Self.noSuchRun }
                return Answer(request.id, .acknowledged)
            }
        } catch {
            return Answer(request.id, .refused(error.refusal))
        }
    }
}
