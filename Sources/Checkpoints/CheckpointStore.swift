/// The checkpoints of one workspace, kept in a private directory of the place where the workspace is.
///
/// Calls are done one after the other, in their order; each calls back once, on the loop's thread, and never before it returns.
/// The method is git's: a shadow repository in the store, never the workspace's own, with an index of its own and no
/// configuration, attribute, filter or hook of anybody else. A place without git gets a store of files by their hashes, with the
/// same promises. A store stays of the kind it was made as.
///
/// What a state holds: files and symbolic links with every byte of name and content, directories (empty ones too), 12 mode
/// bits, and owners that are not the user's. Not: times, extended attributes, access lists, hard links (they become files),
/// what `CheckpointScope` leaves out. A restore writes over nothing that is in no checkpoint.
public final class CheckpointStore {
    /// How long entries that nobody asked for are kept.
    public struct Retention: Equatable, Sendable {
        /// Automatic and safety checkpoints: at least so many of the newest of each kind.
        public var newest: Int
        /// Seconds. Older ones go, but the newest of each kind.
        public var age: Int64

        public init(newest: Int = 30, age: Int64 = 7 * 86_400) {
            self.newest = max(1, newest)
            self.age = max(0, age)
        }
    }

    public let scope: CheckpointScope
    public let directory: [UInt8]
    private let runner: any CheckpointRunner
    private let retention: Retention
    private var scripts: StoreScripts
    private var backend: Backend
    private let timeout: Duration
    private var waiting: [() -> Void] = []
    private var isRunning = false

    /// - Parameters:
    ///   - storeDirectory: where the store is or will be, in the place of the workspace: an absolute path, or one that begins
    ///     with `~/`. Made when it is missing, for this user alone. One store is for one scope.
    ///   - timeout: of one side process; a first checkpoint of 100,000 files may take a minute.
    public convenience init(
        runner: any CheckpointRunner, scope: CheckpointScope, storeDirectory: [UInt8], retention: Retention = Retention(),
        timeout: Duration = .seconds(600)
    ) throws(CheckpointError) {
        try self.init(
            runner: runner, scope: scope, storeDirectory: storeDirectory, retention: retention, timeout: timeout, backend: .git)
    }

    /// - Parameter backend: what is tried first. A place without git, and a store that was made in one, are then seen.
    init(
        runner: any CheckpointRunner, scope: CheckpointScope, storeDirectory: [UInt8], retention: Retention, timeout: Duration,
        backend: Backend
    ) throws(CheckpointError) {
        let isPlaced = storeDirectory.first == slash || storeDirectory.starts(with: Array("~/".utf8))
        guard isPlaced, storeDirectory.count > 2, !storeDirectory.contains(0) else { throw .malformedStore }
        self.runner = runner
        self.scope = scope
        self.directory = storeDirectory
        self.timeout = timeout
        self.retention = retention
        self.backend = backend
        scripts = StoreScripts(scope: scope, store: storeDirectory, retention: retention, backend: backend)
    }

    /// Takes a checkpoint. An unchanged workspace gives the id it has, and a new entry only for another label.
    public func create(label: [UInt8] = [], then: @escaping (Result<CreatedCheckpoint, CheckpointError>) -> Void) {
        // A longer label would make a line of the list that no tool shows.
        perform({ $0.create(.manual, label: Array(label.prefix(1024))) }, then) { $0.created() }
    }

    /// Takes a checkpoint before a command. Costs one look at each directory and file when nothing has changed.
    public func automatic(then: @escaping (Result<CreatedCheckpoint, CheckpointError>) -> Void) {
        perform({ $0.create(.automatic, label: []) }, then) { $0.created() }
    }

    /// All entries, the newest first.
    public func list(then: @escaping (Result<[Checkpoint], CheckpointError>) -> Void) {
        perform({ $0.list() }, then) { $0.section("list").flatMap(ScriptAnswer.list) }
    }

    /// What `restore` would do now. Changes nothing in the workspace.
    public func plan(_ id: CheckpointID, then: @escaping (Result<RestorePlan, CheckpointError>) -> Void) {
        perform({ $0.compare(id, isRestore: false) }, then) { CheckpointStore.making(&$0)?.making.plan }
    }

    /// Brings the workspace back to a checkpoint, after a safety checkpoint of what is there.
    ///
    /// What came after the checkpoint goes as far as the safety checkpoint holds it. After an error the newest safety checkpoint
    /// of `list` holds the state before, if the error came after it was taken.
    public func restore(_ id: CheckpointID, then: @escaping (Result<RestoreOutcome, CheckpointError>) -> Void) {
        enqueue { [self] in
            run({ $0.compare(id, isRestore: true) }, stdin: nil) { [self] prepared in
                var made: (created: CreatedCheckpoint, making: PlanMaking)?
                let found = prepared.flatMap { (answer) -> Result<Void, CheckpointError> in
                    var answer = answer
                    made = CheckpointStore.making(&answer)
                    return made == nil ? .failure(.storeDamaged) : .success(())
                }
                guard let made, case .success = found else {
                    if case .failure(let error) = found { finish(then, .failure(error)) }
                    return
                }
                run({ $0.apply(id, safety: made.created.id) }, stdin: made.making.work.bytes) { [self] applied in
                    finish(then, applied.flatMap { (answer) -> Result<RestoreOutcome, CheckpointError> in
                        var answer = answer
                        guard let kept = answer.section("kept") else { return .failure(.storeDamaged) }
                        return .success(
                            RestoreOutcome(safety: made.created.id, plan: made.making.plan, kept: ScriptAnswer.kept(kept)))
                    })
                }
            }
        }
    }

    /// A unified diff from the checkpoint to the workspace, at most `limit` bytes; not redacted.
    public func diff(
        _ id: CheckpointID, limit: Int = 4 << 20, then: @escaping (Result<CheckpointDiff, CheckpointError>) -> Void
    ) {
        perform({ $0.diff(id, limit: limit) }, then) { answer in
            guard answer.created() != nil, var text = answer.section("diff") else { return nil }
            let isCut = text.count > limit
            if isCut { text.removeLast(text.count - limit) }
            return CheckpointDiff(text: text, isCut: isCut)
        }
    }

    /// Drops entries by the store's retention, and gives back the space of what no entry holds. Takes longer than the rest:
    /// for a moment in which nothing waits.
    public func prune(then: @escaping (Result<Void, CheckpointError>) -> Void) {
        perform({ $0.prune() }, then) { $0.field() == "done" ? () : nil }
    }

    /// Removes the store and everything in it.
    public func remove(then: @escaping (Result<Void, CheckpointError>) -> Void) {
        perform({ $0.remove() }, then) { $0.field() == "done" ? () : nil }
    }

    private static func making(_ answer: inout ScriptAnswer) -> (created: CreatedCheckpoint, making: PlanMaking)? {
        guard let created = answer.created(), let changes = answer.section("changes"), let nowText = answer.section("now"),
            let thenText = answer.section("then"), let members = answer.section("members"),
            let now = Manifest(nowText), let then = Manifest(thenText), let mask = answer.field().flatMap({ UInt16($0, radix: 8) }),
            let making = PlanMaking(
                changes: changes, now: now, then: then, members: Set(members.split(separator: 0).map(Array.init)),
                leftOut: created.leftOut, mask: mask)
        else { return nil }
        return (created, making)
    }

    private func perform<Value>(
        _ script: @escaping (StoreScripts) -> [UInt8], _ then: @escaping (Result<Value, CheckpointError>) -> Void, _ read: @escaping (inout ScriptAnswer) -> Value?
    ) {
        enqueue { [self] in
            run(script, stdin: nil) { [self] result in
                finish(then, result.flatMap { (answer) -> Result<Value, CheckpointError> in
                    var answer = answer
                    return read(&answer).map { .success($0) } ?? .failure(.storeDamaged)
                })
            }
        }
    }

    private func run(
        _ script: @escaping (StoreScripts) -> [UInt8], stdin: [UInt8]?, then: @escaping (Result<ScriptAnswer, CheckpointError>) -> Void
    ) {
        runner.run(script(scripts), stdin: stdin, timeout: timeout) { [self] result in
            switch result {
            case .failure(let failure): then(.failure(.run(failure)))
            case .success(let output) where output.exitCode == 0: then(.success(ScriptAnswer(output.stdout)))
            case .success(let output) where output.exitCode == Backend.isPlain && backend == .git:
                // Nothing was done yet.
                backend = .plain
                scripts = StoreScripts(scope: scope, store: directory, retention: retention, backend: .plain)
                run(script, stdin: stdin, then: then)
            case .success(let output):
                then(.failure(CheckpointStore.tellsFullDisk(output.stderr) ? .noSpace : .ended(output.exitCode)))
            }
        }
    }

    /// What strerror(3) says in the C locale, which the scripts set, to ENOSPC and EDQUOT.
    private static func tellsFullDisk(_ text: [UInt8]) -> Bool {
        let text = String(decoding: text.suffix(16_384), as: UTF8.self)
        return text.contains("No space left on device") || text.contains("Disk quota exceeded")
    }

    private func enqueue(_ body: @escaping () -> Void) {
        waiting.append(body)
        if !isRunning { next() }
    }

    private func next() {
        guard !waiting.isEmpty else { return isRunning = false }
        isRunning = true
        waiting.removeFirst()()
    }

    private func finish<Value>(_ then: (Result<Value, CheckpointError>) -> Void, _ result: Result<Value, CheckpointError>) {
        then(result)
        next()
    }
}

/// The text of a diff.
public struct CheckpointDiff: Equatable, Sendable {
    /// Unified, as git writes it, with names and contents byte for byte; binary files are only named. Modes other than the
    /// executable bit and empty directories are not in it: see `CheckpointStore.plan`.
    public let text: [UInt8]
    /// Whether it was longer than asked for.
    public let isCut: Bool
}
