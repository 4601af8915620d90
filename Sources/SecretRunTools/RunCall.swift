import AuditLog
import CommandCalls
import CommandPolicy
import EventLoop
import KeeperProtocol
import MCPServer
import SecretRun
import Sessions

/// One call of `run-with-secrets`, from its place in the line to the program's end; `RunEnding` does the rest.
final class RunCall {
    let host: SecretRunHost
    private(set) var wish: RunWish
    let context: ToolContext
    /// The argument vector as a line of a shell, and the same as it may be shown.
    let line: String
    let shown: CommandText
    private(set) var subject: RunSubject
    private var place: RunPlace?
    private var run: SecretRun?
    private var feed: ProgressFeed?
    private var ending: RunEnding?
    /// The person was asked about this very run, and agreed.
    private var isAgreed = false
    /// It was looked where the secrets come from.
    private var hasLooked = false
    /// It begins once more, with its place fixed.
    private var isRestarting = false
    /// What the agent is told when that says more than the failure of the run does.
    private var refusal: String?

    init(_ wish: RunWish, host: SecretRunHost, context: ToolContext) {
        self.wish = wish
        self.host = host
        self.context = context
        line = QuotedCommand.line(wish.arguments)
        shown = host.parts.texts.command(line)
        subject = RunSubject(wish: wish, keys: wish.keys ?? [], program: nil)
    }

    func begin() {
        context.onCancel = { [weak self] in self?.cancel() }
        enter { self.findNames() }
    }

    private func cancel() {
        place?.leave()
        ending?.isCancelled = true
        ending?.abandon("cancelled while its result was made")
        run?.cancel()
    }

    /// The server ends.
    func abandon(_ reason: String) { ending?.abandon(reason) }

    // MARK: Its turn

    private func enter(_ body: @escaping () -> Void) {
        let before = host.queue.length
        guard let place = host.queue.enter(body) else {
            context.fail("Too many runs wait already (\(before)). Nothing was run; call again when some have ended.")
            run?.cancel()
            return
        }
        self.place = place
        if place.hasTurn { return body() }
        context.progress("Waits for its turn: \(SecretRunHost.mostAtATime) run at a time, \(before) wait before it.")
    }

    private func fail(_ text: String) {
        place?.leave()
        context.fail(CommandQuestion(host.parts.texts).line(text, most: 4_000))
    }

    // MARK: Before the record

    private func findNames() {
        guard wish.keys == nil else { return prepare(mayAsk: false) }
        RunNames(keeper: host.parts.keeper, wish: wish, origin: host.origin).find { [self] result in
            guard !context.isOver else { return }
            switch result {
            case .failure(let fault): fail(fault.text)
            case .success(let found):
                subject = RunSubject(wish: wish, keys: found.keys, program: nil)
                prepare(mayAsk: found.hasRule)
            }
        }
    }

    /// Where somebody will be asked, it is found out first what to show them.
    private func prepare(mayAsk: Bool) {
        guard !wish.isPlaced, !subject.keys.isEmpty, !hasLooked,
            mayAsk || host.parts.fence.asks(line, input: wish.stdin ?? "", fence: .open)
        else { return judge() }
        look { self.judge() }
    }

    private func look(_ then: @escaping () -> Void) {
        hasLooked = true
        RunPlaceSearch(keeper: host.parts.keeper, origin: host.origin).find(wish) { [self] placed in
            guard !context.isOver else { return }
            wish = placed
            then()
        }
    }

    private var request: SecretRunRequest {
        let limit = 4_000
        let recorded = CommandQuestion(host.parts.texts).line(shown.string, most: limit)
        return SecretRunRequest(
            arguments: wish.arguments, recorded: [recorded], workingDirectory: wish.workingDirectory,
            stdin: wish.stdin.map { Array($0.utf8) },
            secrets: SecretSelection(
                keys: subject.keys, project: wish.project, environment: wish.environment, folder: wish.folder, origin: host.origin,
                delivery: wish.delivery),
            timeout: .seconds(wish.timeout))
    }

    /// The fence. While the person thinks, the place in the line belongs to others.
    private func judge() {
        do throws(SecretRunFailure) {
            subject = RunSubject(wish: wish, keys: subject.keys, program: try host.parts.runs.program(of: request))
        } catch {
            return fail(error.explanation)
        }
        let texts = host.parts.texts
        let subject = subject
        var isLater = false
        var isDecided = false
        host.parts.fence.check(
            line, input: wish.stdin ?? "",
            subject: Fence.Subject(RunSubject.name, details: subject.details(texts), digest: subject.digest),
            session: SecretRunHost.session, fence: .open, context: context, now: host.parts.loop.now
        ) { [self] wasAsked in
            isDecided = true
            isAgreed = wasAsked
            if isLater { enter { self.start() } } else { start() }
        }
        isLater = true
        if !isDecided { place?.leave() }
    }

    // MARK: The run

    private func start() {
        if context.wantsProgress { feed = ProgressFeed(context, loop: host.parts.loop, shaping: host.parts.shaping) }
        let progress = feed.map { _ in { [weak self] (_: OutputStream, _: ArraySlice<UInt8>) in
            self?.hasMore()
            return
        } }
        let steps = SecretRunSteps(
            record: { [self] program in try record(program) }, confirm: { [self] in confirm($0, $1) }, register: host.register)
        run = host.parts.runs.start(request, program: subject.program, steps: steps, progress: progress) { [self] in ended($0) }
    }

    private func hasMore() {
        if feed?.follower == nil, let stdout = run?.stdout, let stderr = run?.stderr {
            feed?.follower = OutputFollower(stdout: stdout, stderr: stderr, texts: host.parts.texts)
        }
        feed?.hasMore()
    }

    private struct NotRecorded: Error {}

    /// The record before the effect. No record, no effect.
    private func record(_ program: String) throws {
        let texts = host.parts.texts
        do throws(AuditError) {
            let receipt = try host.begin(
                .runStart(
                    command: shown.string, program: texts.string(program), wish: wish, keys: subject.keys,
                    cwd: texts.string(wish.workingDirectory)
                ).naming(shown.hiddenPrograms, texts).reading(wish.stdin, by: line, texts))
            let ending = RunEnding(call: self, receipt: receipt)
            self.ending = ending
            host.hold(self)
        } catch {
            refusal = Recorder.refusal(error)
            throw NotRecorded()
        }
    }

    private func ended(_ result: Result<SecretRunOutcome, SecretRunFailure>) {
        place?.leave()
        run = nil
        feed?.stop()
        if isRestarting, let ending, case .failure = result {
            isRestarting = false
            ending.restarted()
            self.ending = nil
            return look { self.enter { self.judge() } }
        }
        guard let ending else {
            // Nothing was recorded, so nothing began.
            if case .failure(let failure) = result { fail(refusal ?? failure.explanation) }
            return
        }
        switch result {
        case .failure(let failure): ending.failed(failure, refusal)
        case .success(let outcome): ending.finished(outcome)
        }
    }

    // MARK: A rule of the secret asks

    static let lasting = "Where a rule asks once in a while, your yes holds that long, for every run of this program with these secrets."

    private func confirm(_ confirmation: Confirmation, _ then: @escaping (Bool) -> Void) {
        // A yes that was given before the place was fixed was given for another.
        if isAgreed, wish.isPlaced { return then(true) }
        guard wish.isPlaced else {
            guard !hasLooked else {
                refusal = "A rule of the user wants them to be asked. Nothing was run: call again with projectId and environment, so "
                    + "that it is plain what they are asked about."
                return then(false)
            }
            isRestarting = true
            run?.cancel()
            return
        }
        let texts = host.parts.texts
        let question = CommandQuestion(texts)
        let reasons = confirmation.reasons.prefix(20).map { "Reason: " + question.line($0) }
        let elicitation = question.elicitation(
            "An agent wants to run \(RunSubject.name), and a rule of yours wants you to be asked.",
            details: reasons + [Self.lasting] + subject.details(texts), command: subject.shown(line))
        let binding = Approvals.Binding(session: SecretRunHost.session, command: subject.digest)
        // While the person thinks, others run.
        place?.leave()
        let isOver = host.questions.ask(elicitation, for: binding, context: context, now: host.parts.loop.now) { [self] answer in
            switch answer {
            case .agreed:
                isAgreed = true
                return enter { then(true) }
            case .refused: refusal = CommandQuestion.refusal
            case .stale: refusal = CommandQuestion.staleAnswer
            case .unavailable:
                refusal = "A rule of the user wants them to be asked before \(confirmation.keys.joined(separator: ", ")) is used, and "
                    + "this client cannot ask. Nothing was run. Let the user run the command with `execkit run`, or change the rule."
            }
            then(false)
        }
        // Without a handshake the call ends with the question, and comes again with the answer.
        guard isOver else { return }
        ending?.isDeferred = true
        run?.cancel()
    }
}
