public import EventLoop
public import KeeperProtocol
public import Spawn

/// The way to the vault: a program of its own holds it, and is started when it is first asked.
///
/// Requests may overlap. Each is answered exactly once, never before the call that makes it has returned. When the keeper
/// dies, says nonsense or stays silent, all that wait fail with the reason, and the next request starts another.
public final class KeeperClient {
    private let loop: EventLoop
    private let spawner: Spawner
    private let program: KeeperProgram
    private let patience: Duration
    private let idleLimit: Duration
    private var link: KeeperLink?
    private var leaving: [ObjectIdentifier: KeeperLink] = [:]
    private var waiting: [Int: Waiting] = [:]
    private var lastID = 0
    private var idle: Timer?
    private var startedAt: MonotonicInstant?
    /// Why the last keeper failed before it gave a single answer.
    private var badStart: KeeperFailure?
    private var isShutDown = false
    /// Ends that it was not told yet, in their order.
    private var ends: [EndedRun] = []

    private struct Waiting {
        let ask: KeeperRequest.Ask
        let deadline: Timer
        let then: (Result<(KeeperReply.Answer, OpenedValues?), KeeperFailure>) -> Void
    }

    /// The most requests that wait at once.
    public static let mostWaiting = 4096

    /// - Parameters:
    ///   - spawner: one that adopts orphans, so that helpers of the keeper end with it.
    ///   - path: the operator's own path of the program; `nil` is `execkit-keeper` beside this one. Looked at once.
    ///   - environmentNames: variables the keeper gets besides the usual ones and those by which it finds the vault.
    ///   - patience: how long a request may wait; a person may be asked to unlock their store meanwhile.
    ///   - idleLimit: a keeper that nobody asked anything for so long is ended.
    public init(
        loop: EventLoop, spawner: Spawner, path: String? = nil, environmentNames: [String] = [],
        patience: Duration = .seconds(330), idleLimit: Duration = .seconds(3600)
    ) {
        self.loop = loop
        self.spawner = spawner
        self.patience = patience
        self.idleLimit = idleLimit
        program = KeeperProgram(configured: path, adding: environmentNames)
    }

    /// Whether a keeper runs.
    public var isRunning: Bool { link != nil }

    /// Asks for names and states; no value can come of it.
    ///
    /// - Precondition: not `open`.
    public func ask(_ ask: KeeperRequest.Ask, then: @escaping (Result<KeeperReply.Answer, KeeperFailure>) -> Void) {
        if case .open = ask { preconditionFailure("values are asked for by open(_:then:)") }
        send(ask) { result in then(result.map(\.0)) }
    }

    /// Asks for values. Whoever gets them wipes them.
    public func open(_ request: OpenRequest, then: @escaping (Result<OpenReply, KeeperFailure>) -> Void) {
        send(.open(request)) { result in
            then(result.flatMap { answer, values in
                switch answer {
                case .confirm(let confirmation): .success(.confirm(confirmation))
                case .refused(let refusal): .success(.refused(refusal))
                default: values.map { .success(.opened($0)) } ?? .failure(.nonsense)
                }
            })
        }
    }

    /// Has the vault's log told how a run or a session with values ended. Nobody waits for the answer, and whoever waits for
    /// the run is answered first: the keeper hears of it in the next turn of the loop, or with the shutdown.
    public func ended(_ run: EndedRun) {
        if ends.isEmpty { loop.soon { [weak self] in self?.tellEnds() } }
        ends.append(run)
    }

    private func tellEnds() {
        let all = ends
        ends = []
        for run in all { send(.ended(run)) { _ in } }
    }

    // MARK: Requests

    private func send(
        _ ask: KeeperRequest.Ask, then: @escaping (Result<(KeeperReply.Answer, OpenedValues?), KeeperFailure>) -> Void
    ) {
        do throws(KeeperFailure) {
            guard waiting.count < Self.mostWaiting else { throw .tooManyRequests }
            let link = try runningLink()
            lastID += 1
            let id = lastID
            guard let frame = try? KeeperFrame.head(json: KeeperRequest(id: id, ask).json), link.send(frame) else {
                throw .tooManyRequests
            }
            let deadline = loop.after(patience) { [weak self] in self?.link?.fail(.noAnswer) }
            waiting[id] = Waiting(ask: ask, deadline: deadline, then: then)
            idle?.cancel()
        } catch {
            loop.soon { then(.failure(error)) }
        }
    }

    private func runningLink() throws(KeeperFailure) -> KeeperLink {
        guard !isShutDown else { throw .shutDown }
        if let link { return link }
        // One that cannot even begin is not started again and again.
        if let badStart, let startedAt, loop.now - startedAt < .seconds(1) { throw badStart }
        startedAt = loop.now
        let made = try KeeperLink(program, loop: loop, spawner: spawner)
        badStart = .ended
        made.onReply = { [unowned self] reply, values in take(reply, values) }
        made.onFailure = { [unowned self] failure in lose(failure) }
        link = made
        return made
    }

    private func take(_ reply: KeeperReply, _ values: OpenedValues?) {
        guard let asked = waiting[reply.id], asked.ask.fits(reply.answer) else {
            values?.wipe()
            link?.fail(.nonsense)
            return
        }
        badStart = nil
        waiting[reply.id] = nil
        asked.deadline.cancel()
        if waiting.isEmpty { armIdle() }
        asked.then(.success((reply.answer, values)))
    }

    /// The keeper is lost; what waited fails.
    private func lose(_ failure: KeeperFailure) {
        if badStart != nil { badStart = failure }
        dismiss()
        failAll(failure)
    }

    private func failAll(_ failure: KeeperFailure) {
        let all = waiting
        waiting = [:]
        for (_, asked) in all.sorted(by: { $0.key < $1.key }) {
            asked.deadline.cancel()
            asked.then(.failure(failure))
        }
    }

    // MARK: The end

    /// The link is no longer the one to ask, and stays only until its process is gone.
    private func dismiss() {
        idle?.cancel()
        guard let link else { return }
        self.link = nil
        leaving[ObjectIdentifier(link)] = link
        link.onGone = { [weak self, unowned link] in
            self?.leaving[ObjectIdentifier(link)] = nil
        }
    }

    private func armIdle() {
        idle?.cancel()
        idle = loop.after(idleLimit) { [weak self] in
            guard let self, waiting.isEmpty, let link else { return }
            dismiss()
            link.retire(grace: .seconds(2))
        }
    }

    /// Ends the keeper behind what it was told, and takes no more requests; those that wait fail. Nothing of it is left
    /// when this returns, which takes two seconds at most unless it withstands SIGKILL.
    public func shutdown() {
        guard !isShutDown else { return }
        tellEnds()
        isShutDown = true
        let running = link
        dismiss()
        failAll(.shutDown)
        running?.retireNow(grace: .seconds(2))
        for link in Array(leaving.values) { link.retireNow(grace: .zero) }
    }
}

extension KeeperRequest.Ask {
    /// Whether such an answer belongs to this question.
    func fits(_ answer: KeeperReply.Answer) -> Bool {
        switch (self, answer) {
        case (_, .refused), (.status, .status), (.projects, .projects), (.secrets, .secrets), (.current, .current),
            (.open, .opened), (.open, .confirm), (.ended, .acknowledged):
            true
        default: false
        }
    }
}
