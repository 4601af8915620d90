internal import EventLoop
internal import KeeperClient
public import KeeperProtocol
public import SecretMemory

/// What a run, a session or a login needs from whoever asks for it.
public struct SecretRunSteps {
    /// Writes down that it begins, with the program that would run (an absolute path). When it throws, nothing happens.
    public var record: (_ program: String) throws -> Void
    /// Asks the person, for exactly this run; then calls back once, with true only for a plain yes.
    public var confirm: (Confirmation, @escaping (Bool) -> Void) -> Void
    /// Makes a value known to the redactor of everything that leaves; whether the person has marked it as one that may be
    /// weak. When it throws, the value is not handed over.
    public var register: (_ key: String, borrowing SecretBytes, _ isWeakAllowed: Bool) throws(ValueRefusal) -> Void

    public init(
        record: @escaping (String) throws -> Void, confirm: @escaping (Confirmation, @escaping (Bool) -> Void) -> Void,
        register: @escaping (String, borrowing SecretBytes, Bool) throws(ValueRefusal) -> Void
    ) {
        self.record = record
        self.confirm = confirm
        self.register = register
    }
}

/// The way from a record to values that are ready for their use: record, open, ask the person, make known, prepare.
///
/// `then` is called once. After a failure the keeper knows that nothing began, and nothing is left of the values.
final class Opening<Prepared> {
    private let keeper: KeeperClient
    private let files: ValueFiles
    private let steps: SecretRunSteps
    private var request: OpenRequest
    private let prepare: (OpenedValues?) throws(SecretRunFailure) -> Prepared
    private var then: ((Result<Opened, SecretRunFailure>) -> Void)?

    struct Opened {
        /// Nil when there was nothing to open.
        let summary: OpenedSecrets?
        let prepared: Prepared
    }

    /// - Parameter prepare: takes over what it needs of the values, which are wiped behind it; nil when nothing was asked for.
    init(
        _ request: OpenRequest, keeper: KeeperClient, files: ValueFiles, steps: SecretRunSteps,
        prepare: @escaping (OpenedValues?) throws(SecretRunFailure) -> Prepared,
        then: @escaping (Result<Opened, SecretRunFailure>) -> Void
    ) {
        self.request = request
        self.keeper = keeper
        self.files = files
        self.steps = steps
        self.prepare = prepare
        self.then = then
    }

    func start(on loop: EventLoop) {
        guard Set(request.keys).count == request.keys.count, request.keys.count <= OpenRequest.mostKeys else {
            let refusal = Refusal(
                .tooLarge, "at most \(OpenRequest.mostKeys) different secrets can be used at once, each named once; nothing ran")
            return loop.soon { self.finish(.failure(.refused(refusal))) }
        }
        do {
            try steps.record(request.program)
        } catch {
            return loop.soon { self.finish(.failure(.notRecorded)) }
        }
        guard !request.keys.isEmpty else {
            return loop.soon { self.finish(self.nothing()) }
        }
        open()
    }

    private func nothing() -> Result<Opened, SecretRunFailure> {
        do throws(SecretRunFailure) {
            return .success(Opened(summary: nil, prepared: try prepare(nil)))
        } catch {
            return .failure(error)
        }
    }

    func cancel() { finish(.failure(.cancelled)) }

    private func finish(_ result: Result<Opened, SecretRunFailure>) {
        let body = then
        then = nil
        body?(result)
    }

    private func open() {
        files.sweepOnce()
        keeper.open(request) { [self] result in
            switch result {
            case .failure(let failure): finish(.failure(.keeper(failure)))
            case .success(.refused(let refusal)): finish(.failure(.refused(refusal)))
            case .success(.confirm(let confirmation)): confirm(confirmation)
            case .success(.opened(let values)): take(values)
            }
        }
    }

    private func confirm(_ confirmation: Confirmation) {
        guard then != nil else { return }
        guard request.confirmed == nil else { return finish(.failure(.notConfirmed(keys: confirmation.keys))) }
        var isAnswered = false
        steps.confirm(confirmation) { [self] isAgreed in
            guard !isAnswered, then != nil else { return }
            isAnswered = true
            guard isAgreed else { return finish(.failure(.declined(keys: confirmation.keys))) }
            request.confirmed = confirmation.token
            open()
        }
    }

    private func take(_ values: OpenedValues) {
        defer { values.wipe() }
        guard then != nil else { return unused(values) }
        do throws(SecretRunFailure) {
            guard Set(values.entries.map(\.key)) == Set(request.keys), values.entries.count == request.keys.count else {
                throw .keeper(.nonsense)
            }
            // All are known before the first is handed over.
            for (index, entry) in values.entries.enumerated() { try register(entry, values, index) }
            finish(.success(Opened(summary: values.summary, prepared: try prepare(values))))
        } catch {
            unused(values)
            finish(.failure(error))
        }
    }

    private func register(_ entry: OpenedEntry, _ values: OpenedValues, _ index: Int) throws(SecretRunFailure) {
        do throws(ValueRefusal) {
            try values.withValue(at: index) { (value) throws(ValueRefusal) in
                try steps.register(entry.key, value, entry.isWeakAllowed)
            }
        } catch {
            throw .unusable(key: entry.key, error)
        }
    }

    private func unused(_ values: OpenedValues) {
        keeper.ended(EndedRun(receipt: values.receipt, outcome: .notStarted))
    }
}
