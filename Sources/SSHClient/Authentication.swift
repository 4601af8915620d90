internal import EventLoop
internal import SecretMemory

/// Tries the credentials in their order, one step of libssh2 at a time.
final class Authentication {
    enum Progress {
        /// It waits for the server or the agent.
        case again
        case authenticated
        case failed(SSHFailure)
    }

    private enum State {
        case offers
        case next
        case password(SSHSecret, interactive: Bool)
        case key(SSHSecret, about: PrivateKeyText, passphrase: SSHSecret?)
        case waitingForAgent
        case agentKey(Agent, [UInt8], rest: [[UInt8]], isAsked: Bool)
    }

    /// Called when the agent has answered, so that `step` can go on.
    var onProgress: (() -> Void)?
    private let wire: Wire
    private let user: String
    private let loop: EventLoop
    private var credentials: ArraySlice<SSHCredential>
    private var outcomes: [SSHCredentialOutcome] = []
    private var offers: UInt32 = 0
    /// Whether an attempt was made since the server last told its offers: after half a success it offers others.
    private var offersMayHaveChanged = false
    /// Whether the agent would not sign with a key that the server would have taken.
    private var agentDeclined = false
    private var state = State.offers

    /// Rounds of bcrypt_pbkdf that take about a second. OpenSSH's default is 16, in newer versions 24.
    static let mostRounds: UInt32 = 64

    init(_ wire: Wire, user: String, credentials: [SSHCredential], on loop: EventLoop) {
        self.wire = wire
        self.user = user
        self.loop = loop
        self.credentials = credentials[...]
    }

    /// What it means that the server closed the connection now.
    var closed: SSHFailure {
        if case .offers = state, outcomes.isEmpty { return .closedByServer(.authentication) }
        var tried = outcomes
        switch state {
        case .offers, .next: break
        case .password, .key, .waitingForAgent, .agentKey: tried.append(.refused)
        }
        return .notAuthenticated(tried, closed: true)
    }

    func step() -> Progress {
        while true {
            let step: WireStep
            switch state {
            case .offers:
                let (asked, found) = wire.offers(user: user)
                if asked == .done, found & WireStep.Offers.authenticated != 0 { return .authenticated }
                if asked == .done {
                    offers = found
                    offersMayHaveChanged = false
                    state = .next
                    continue
                }
                step = asked
            case .next:
                guard let credential = credentials.first else { return .failed(.notAuthenticated(outcomes, closed: false)) }
                begin(credential)
                continue
            case .waitingForAgent: return .again
            case .password(let secret, let interactive):
                step = wire.password(user: user, secret.bytes, interactive: interactive)
            case .key(let text, let about, let passphrase): step = tryKey(text, about.publicKey, passphrase)
            case .agentKey(let agent, let key, let rest, let isAsked):
                step = wire.publicKey(user: user, key)
                if step == .again, !isAsked, let data = wire.toSign {
                    state = .agentKey(agent, key, rest: rest, isAsked: true)
                    sign(agent, key, data)
                }
            }
            switch step {
            case .again: return .again
            case .done: return .authenticated
            case .failed(let code):
                if let failure = settle(code) { return .failed(failure) }
            }
        }
    }

    // MARK: Beginning an attempt

    private func begin(_ credential: SSHCredential) {
        let wanted: UInt32 =
            switch credential {
            case .password: WireStep.Offers.password | WireStep.Offers.interactive
            case .keyFile, .agent: WireStep.Offers.key
            }
        if offers & wanted == 0, offersMayHaveChanged {
            state = .offers
            return
        }
        credentials.removeFirst()
        guard offers & wanted != 0 else { return note(.notOffered) }
        offersMayHaveChanged = true
        switch credential {
        case .password(let secret):
            state = .password(secret, interactive: offers & WireStep.Offers.password == 0)
        case .keyFile(let name, let directory, let passphrase): beginKey(name, directory, passphrase)
        case .agent(let path, let only): beginAgent(path, only)
        }
    }

    private func beginKey(_ name: String, _ directory: SSHKeyDirectory, _ passphrase: SSHSecret?) {
        guard let text = directory.read(name), let about = text.bytes.withBytes({ PrivateKeyText($0) })
        else { return note(.keyUnusable) }
        if about.isEncrypted, passphrase == nil { return note(.passphraseMissing) }
        if about.rounds > Self.mostRounds { return note(.tooManyRounds(limit: Self.mostRounds)) }
        state = .key(text, about: about, passphrase: passphrase)
    }

    private func tryKey(_ text: SSHSecret, _ publicKey: [UInt8], _ passphrase: SSHSecret?) -> WireStep {
        guard let passphrase else {
            return wire.key(user: user, text: text.bytes, passphrase: RawSpan(), publicKey: publicKey)
        }
        return passphrase.bytes.withBytes { wire.key(user: user, text: text.bytes, passphrase: $0, publicKey: publicKey) }
    }

    // MARK: The agent

    private func beginAgent(_ path: [UInt8], _ only: [[UInt8]]?) {
        do throws(AgentFailure) {
            let agent = try Agent(path: path, on: loop)
            state = .waitingForAgent
            agent.ask(AgentMessage.requestKeys) { [self] answer in
                listed(agent, answer, only)
                onProgress?()
            }
        } catch {
            note(.agentUnavailable)
        }
    }

    private func listed(_ agent: Agent, _ answer: Result<ArraySlice<UInt8>, AgentFailure>, _ only: [[UInt8]]?) {
        do throws(AgentFailure) {
            let keys = try AgentMessage.keys(answer.get()).filter { key in
                AgentMessage.isUsable(key) && (only.map { $0.contains(key) } ?? true)
            }
            tryNext(agent, keys, orElse: .agentEmpty)
        } catch {
            note(.agentUnavailable)
        }
    }

    private func tryNext(_ agent: Agent, _ keys: [[UInt8]], orElse outcome: SSHCredentialOutcome) {
        guard let key = keys.first else { return note(outcome) }
        state = .agentKey(agent, key, rest: Array(keys.dropFirst()), isAsked: false)
    }

    private func sign(_ agent: Agent, _ key: [UInt8], _ data: [UInt8]) {
        agent.ask(AgentMessage.requestSignature(key: key, data: data)) { [self] answer in
            let signature = (try? answer.get()).flatMap { try? AgentMessage.signature($0) }
            if signature == nil { agentDeclined = true }
            wire.signed(signature)
            onProgress?()
        }
    }

    // MARK: Ends of an attempt

    private func note(_ outcome: SSHCredentialOutcome) {
        outcomes.append(outcome)
        state = .next
    }

    /// Goes on after an attempt that failed; a failure when nothing more can be tried.
    private func settle(_ code: Int32) -> SSHFailure? {
        if wire.isDismissed { return closed }
        switch code {
        case WireStep.Code.disconnected: return closed
        case WireStep.Code.memory: return .noMemory
        default: break
        }
        switch state {
        case .offers, .next, .waitingForAgent: return .broken(.authentication, code: code)
        case .password(_, let interactive): note(passwordOutcome(code, interactive))
        case .key(_, let about, let passphrase): note(keyOutcome(code, about, passphrase))
        case .agentKey(let agent, let key, let rest, _):
            let isRSA = AgentMessage.kind(of: key) == "ssh-rsa" && !SSHLibrary.signsRSAWithSHA2
            tryNext(agent, rest, orElse: isRSA ? .rsaWithoutSHA2 : agentDeclined ? .agentRefused : .refused)
        }
        return nil
    }

    private func passwordOutcome(_ code: Int32, _ interactive: Bool) -> SSHCredentialOutcome {
        if code == WireStep.Code.passwordExpired { return .passwordExpired }
        return interactive && wire.askedForMore ? .askedForMore : .refused
    }

    private func keyOutcome(_ code: Int32, _ about: PrivateKeyText, _ passphrase: SSHSecret?) -> SSHCredentialOutcome {
        switch code {
        // The server knows the key, and the signature failed: the library could not open the key to sign.
        case WireStep.Code.unverified where about.isEncrypted: return .passphraseWrong
        case WireStep.Code.refused, WireStep.Code.unverified:
            return about.kind == .rsa && !SSHLibrary.signsRSAWithSHA2 ? .rsaWithoutSHA2 : .refused
        case WireStep.Code.keyPassphrase: return .passphraseWrong
        // libssh2 tells a wrong passphrase of the older formats and a damaged file in one way.
        default: return passphrase == nil ? .keyUnusable : .passphraseWrong
        }
    }
}
