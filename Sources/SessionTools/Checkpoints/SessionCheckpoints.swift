import Checkpoints
import EventLoop
import JSON
import Sessions

/// The checkpoints of one session: when they are taken, and in what order with its commands.
final class SessionCheckpoints {
    enum Mode: Equatable {
        /// One before every command that may change files.
        case automatic
        /// Only when asked for.
        case onRequest
        /// The place has none, and why, as text for the agent.
        case off(String)
    }

    let wish: CheckpointWish
    private(set) var mode: Mode
    /// Commands and restores, one after the other.
    let commands = TurnGate()
    /// Restores and files that are written, one after the other. Entered after `commands`, by who enters both.
    let files = TurnGate()
    private let store: CheckpointStore
    private let runner: SideCheckpointRunner
    private let loop: EventLoop
    /// An automatic one was new.
    private let onNew: (CheckpointID) -> Void
    /// New entries since space was given back last.
    private var unpruned = 0
    private var isPruning = false
    /// A restore is under way, which must not be ended in its midst.
    private var restores = 0
    private var isEnded = false

    /// Of one side process. A first checkpoint of 100,000 files takes a minute on a slow machine.
    static let timeout = Duration.seconds(300)
    /// How long another session's run on the same store is waited for.
    static let patience = Duration.seconds(15)
    private static let pause = Duration.milliseconds(50)
    /// So many new entries, and the space of dropped ones is given back.
    private static let pruneAfter = 60

    init(
        _ wish: CheckpointWish, side: any SideRunner, loop: EventLoop, onNew: @escaping (CheckpointID) -> Void
    ) throws(CheckpointError) {
        self.wish = wish
        self.loop = loop
        self.onNew = onNew
        mode = wish.isAutomatic ? .automatic : .onRequest
        runner = SideCheckpointRunner(side)
        store = try CheckpointStore(
            runner: runner, scope: wish.scope, storeDirectory: wish.storeDirectory, timeout: Self.timeout)
    }

    /// Whether a restore is under way, which outlives the session.
    var isRestoring: Bool { restores > 0 }

    var isBusy: Bool { commands.isOccupied || files.isOccupied }

    // MARK: What the tools do

    func create(label: [UInt8], then: @escaping (Result<CreatedCheckpoint, CheckpointError>) -> Void) {
        patiently({ [store] in store.create(label: label, then: $0) }) { [self] result in
            if case .success(let created) = result, created.isNew { unpruned += 1 }
            then(result)
        }
    }

    func list(then: @escaping (Result<[Checkpoint], CheckpointError>) -> Void) {
        patiently({ [store] in store.list(then: $0) }, then)
    }

    func plan(_ id: CheckpointID, then: @escaping (Result<RestorePlan, CheckpointError>) -> Void) {
        patiently({ [store] in store.plan(id, then: $0) }, then)
    }

    func diff(_ id: CheckpointID, limit: Int, then: @escaping (Result<CheckpointDiff, CheckpointError>) -> Void) {
        patiently({ [store] in store.diff(id, limit: limit, then: $0) }, then)
    }

    func restore(_ id: CheckpointID, then: @escaping (Result<RestoreOutcome, CheckpointError>) -> Void) {
        restores += 1
        patiently({ [store] in store.restore(id, then: $0) }) { [self] result in
            restores -= 1
            unpruned += 1
            then(result)
        }
    }

    // MARK: Automatic ones

    /// Looks whether there can be checkpoints here: takes the first one, so that no command waits for that, or asks the store.
    func start(then: @escaping (Result<Void, CheckpointError>) -> Void) {
        let told = { [self] (result: Result<Void, CheckpointError>) in
            if case .failure(let error) = result, Explanation.isLasting(error) { mode = .off(Explanation.text(error)) }
            then(result)
        }
        if mode == .automatic {
            automatic { told($0.map { _ in }) }
        } else {
            list { told($0.map { _ in }) }
        }
    }

    private func automatic(then: @escaping (Result<CreatedCheckpoint, CheckpointError>) -> Void) {
        patiently({ [store] in store.automatic(then: $0) }) { [self] result in
            if case .success(let created) = result, created.isNew {
                unpruned += 1
                if !isEnded { onNew(created.id) }
            }
            then(result)
        }
    }

    /// Takes an automatic checkpoint, if there are such here; `then` gets what the result of the call says of it.
    func beforeChange(then: @escaping (JSONValue?) -> Void) {
        guard mode == .automatic else { return then(nil) }
        automatic { [self] result in
            switch result {
            case .success(let created): then(["id": .string(created.id.text), "new": .bool(created.isNew)])
            case .failure(let error):
                var text = Explanation.text(error)
                if error == .run(.timedOut) {
                    // Every further command would wait as long.
                    mode = .onRequest
                    text += " Automatic checkpoints are off from now on in this session."
                }
                then(["failed": .string(text)])
            }
        }
    }

    // MARK: Space, and the end

    /// For a moment in which nothing waits: gives space back when much was dropped.
    func pruneIfDue() {
        guard unpruned >= Self.pruneAfter, !isPruning, !isBusy else { return }
        prune()
    }

    private func prune() {
        isPruning = true
        unpruned = 0
        store.prune { [self] _ in isPruning = false }
    }

    /// The session has ended. Who waits is refused, a look at the files is given up, a restore is brought to its end.
    ///
    /// - Parameter isLast: the server ends too: nothing more is started.
    func end(isLast: Bool) {
        guard !isEnded else { return }
        isEnded = true
        commands.close()
        files.close()
        guard restores == 0 else { return }
        runner.cancel()
        if !isLast, unpruned > 0 { prune() }
    }

    /// Runs again what another session's run kept from running, for a while.
    private func patiently<Value>(
        _ body: @escaping (@escaping (Result<Value, CheckpointError>) -> Void) -> Void,
        _ then: @escaping (Result<Value, CheckpointError>) -> Void
    ) {
        let deadline = loop.now + Self.patience
        func attempt() {
            body { [self] result in
                guard case .failure(.busy) = result, loop.now < deadline, !isEnded || restores > 0 else { return then(result) }
                loop.after(Self.pause) { attempt() }
            }
        }
        attempt()
    }
}
