internal import KeeperProtocol
internal import SecretMemory
internal import StoreReferences
internal import UseRule
internal import Vault
internal import VaultStore

extension VaultKeeper {
    /// Opens values for a run, a session or a login, or says why not, or that the person is to be asked.
    func open(_ id: Int, _ request: OpenRequest) throws(Refused) -> Answer {
        let vault = try held.locked()
        if let known = remembered.find(request, vault), let grant = grant(known, request, vault) {
            return try answer(id, known.read, grant)
        }
        var isConfirmed = false
        for _ in 0..<Self.mostTries {
            let (read, mark) = try read(vault, request)
            let unlocked = try held.unlocked(vault, read.record, for: read.place.project)
            // All that is judged from here on is what the owner wrote.
            try refusing { () throws(VaultError) in try unlocked.vault.verify(read.sealed) }
            try Self.checkUsable(read.secrets)
            remembered.keep(read, mark, request, vault)
            let judgement = try Judgement(read.secrets, request, vault, self)
            // A yes is taken once.
            if !isConfirmed, let confirmation = try confirmation(request, judgement) { return Answer(id, .confirm(confirmation)) }
            isConfirmed = true
            // What was judged is what the log's row stands on: another keeper may have used the last use of a limit meanwhile.
            let receipt = try refusing { () throws(VaultError) in
                try unlocked.vault.record(
                    request.effect, read.secrets.map(\.place), command: LoggedCommand.cut(request.command),
                    program: LoggedCommand.cut(request.program), ifStill: mark)
            }
            if let receipt { return try answer(id, read, Grant(unlocked, judgement.rules, receipt)) }
        }
        throw Refused(.system, "Others write to the vault all the time, so nothing was opened. Call again.")
    }

    /// How often a request is judged anew because the file changed under it.
    private static let mostTries = 64

    /// The leave to open what was read for an earlier request, if the file has not changed since, the vault is still unlocked,
    /// and the rules allow this request without a question. Nil, with nothing written: all of it is to be found out anew.
    private func grant(_ known: RememberedReads.Known, _ request: OpenRequest, _ vault: LockedVault) -> Grant? {
        guard request.confirmed == nil, let unlocked = held.stillUnlocked(known.read.record),
            let judgement = try? Judgement(known.read.secrets, request, vault, self), judgement.asks.isEmpty
        else { return nil }
        let receipt = try? unlocked.vault.record(
            request.effect, known.read.secrets.map(\.place), command: LoggedCommand.cut(request.command),
            program: LoggedCommand.cut(request.program), ifStill: known.mark)
        guard let receipt else { return nil }
        return Grant(unlocked, judgement.rules, receipt)
    }

    /// Opens what the log says will be opened.
    private func answer(_ id: Int, _ read: AskedRead, _ grant: consuming Grant) throws(Refused) -> Answer {
        let receipt = grant.receipt
        do throws(Refused) {
            var values = try refusing { () throws(SecretMemoryError) in try SecretBuffer() }
            var entries: [OpenedEntry] = []
            for (sealed, rule) in zip(read.sealed, grant.rules) {
                let before = values.count
                try append(sealed, grant.unlocked.vault, receipt, to: &values)
                entries.append(OpenedEntry(sealed.secret, rule, byteCount: values.count - before))
            }
            let opened = OpenedSecrets(
                receipt: receipt.seq, projectID: read.place.project.id, projectName: read.place.project.name, entries: entries)
            return Answer(id, .opened(opened), try refusing { () throws(SecretMemoryError) in try values.take() })
        } catch {
            // The log says already that it would happen.
            _ = try? end([EndedRun(receipt: receipt.seq, outcome: .notStarted)])
            throw error
        }
    }

    static let noSuchRun = Refused(.system, "The log has no run with that receipt, so its end was not written.")

    /// Writes how runs ended.
    ///
    /// - Returns: one a run: false when the log does not know it, and nothing was written of it.
    func end(_ runs: [EndedRun]) throws(Refused) -> [Bool] {
        let store = try held.locked().store
        return try refusing { () throws(VaultStoreError) in
            let areKnown = try store.atOnce(orElse: { $0 }) { () throws(VaultStoreError) in
                try runs.map { (run) throws(VaultStoreError) in try store.isRun(run.receipt) }
            }
            try store.record(zip(runs, areKnown).filter(\.1).map { run, _ in
                var action = Action(.mcpRunEnded)
                action.end = RunEnd(receipt: run.receipt, exitCode: run.exitCode, outcome: run.outcome.rawValue)
                return action
            })
            return areKnown
        }
    }

    /// The leave to open: the row of the log is written.
    private struct Grant: ~Copyable {
        let unlocked: HeldVault.Unlocked
        /// One a secret.
        let rules: [UseRule?]
        let receipt: ActionReceipt

        init(_ unlocked: HeldVault.Unlocked, _ rules: [UseRule?], _ receipt: consuming ActionReceipt) {
            self.unlocked = unlocked
            self.rules = rules
            self.receipt = receipt
        }
    }

    private func read(_ vault: LockedVault, _ request: OpenRequest) throws(Refused) -> (AskedRead, StateMark) {
        try vault.store.atOnce(orElse: { Refused.of($0) }) { () throws(Refused) -> (AskedRead, StateMark) in
            let place = try place(vault, request.project, request.environment, request.folder, origin: request.origin)
            let sealed = try sealed(vault, place, request.keys)
            return try refusing { () throws(VaultStoreError) in
                (AskedRead(place: place, sealed: sealed, record: try vault.store.vault()), try vault.store.mark())
            }
        }
    }

    private func sealed(_ vault: LockedVault, _ place: FoundPlace, _ keys: [String]) throws(Refused) -> [SealedSecret] {
        let found = try refusing { () throws(VaultStoreError) in
            try vault.store.sealed(
                keys, project: place.project.id, environment: place.environment, folder: place.folder)
        }
        let missing = zip(keys, found).filter { $0.1 == nil }.map(\.0)
        guard missing.isEmpty else {
            throw Refused(
                .unknownKey,
                "\(place.title) has no secret \(Shown.keys(missing)), so nothing was opened. `list-secrets` says which it has; or ask the user to set it with `execkit set`.",
                keys: missing)
        }
        return found.compactMap { $0 }
    }

    private static func checkUsable(_ secrets: [SecretRecord]) throws(Refused) {
        let client = secrets.filter { $0.attributes.scope == .client }.map(\.place.key)
        guard client.isEmpty else {
            throw Refused(
                .clientScope,
                "\(Shown.keys(client)): the scope is client, and such a secret is never handed to an agent's command. Ask the user to run it, or to change the scope.",
                keys: client)
        }
        let expired = secrets.filter(\.isExpired).map(\.place.key)
        guard expired.isEmpty else {
            throw Refused(
                .expired, "\(Shown.keys(expired)) has expired, so nothing was opened. Ask the user to set a new value with `execkit set`.",
                keys: expired)
        }
    }

    /// What the person is to be asked; nil when nothing, or when they have agreed.
    private func confirmation(_ request: OpenRequest, _ judgement: Judgement) throws(Refused) -> Confirmation? {
        guard !judgement.asks.isEmpty else { return nil }
        let places = judgement.asks.map(\.place)
        let keys = places.map(\.key)
        if request.confirmed != nil {
            guard confirmations.redeem(request, places, now: clock()) else {
                throw Refused(
                    .confirmationExpired,
                    "The confirmation is used, older than 10 minutes, or of another command. Nothing was opened; call again, and the user is asked anew.",
                    keys: keys)
            }
            return nil
        }
        let token = try refusing { () throws(VaultStoreError) in try VaultStore.newID() }
        guard confirmations.ask(token, request, places, now: clock()) else {
            throw Refused(
                .rateLimited,
                "\(Confirmations.mostTokens) questions wait for the user already. Nothing was opened; call again when they have answered some.",
                keys: keys)
        }
        let program = Shown.path(request.program)
        return Confirmation(
            token: token, reasons: judgement.asks.map { "\($0.place.key) for \(program): \($0.reason)" }, keys: keys)
    }

    /// Opens one value, or what it refers to, behind those that are there.
    private func append(
        _ sealed: SealedSecret, _ vault: borrowing UnlockedVault, _ receipt: borrowing ActionReceipt,
        to values: inout SecretBuffer
    ) throws(Refused) {
        let key = sealed.secret.place.key
        var value = try refusing { () throws(VaultError) in try vault.open(sealed, receipt) }
        if let reference = value.withBytes({ StoreReference($0) }) {
            do {
                value = try reference.resolve(helpers)
            } catch {
                throw Refused(
                    .unresolvedReference,
                    "\(key) stands in another store, and \(reference.store) did not give it, so nothing was opened. Ask the user whether they are signed in there.",
                    keys: [key])
            }
        }
        guard values.count + value.count <= KeeperFrame.mostSecretBytes else {
            throw Refused(
                .tooLarge,
                "The values together are longer than \(KeeperFrame.mostSecretBytes >> 20) MiB, so nothing was opened. Name fewer secrets.",
                keys: [key])
        }
        do throws(SecretMemoryError) {
            try value.withBytes { (bytes) throws(SecretMemoryError) in try values.append(bytes) }
        } catch {
            throw Refused(error)
        }
    }
}

extension OpenRequest {
    fileprivate var effect: Effect {
        switch purpose {
        case .run: .agentRun
        case .session: .agentSession
        case .login: .agentLogin
        }
    }
}

extension OpenedEntry {
    fileprivate init(_ secret: SecretRecord, _ rule: UseRule?, byteCount: Int) {
        self.init(
            key: secret.place.key, environment: secret.place.environment, folder: secret.place.folder,
            version: secret.version, byteCount: byteCount, isWeakAllowed: rule?.allowsWeakValue ?? false,
            delivery: rule?.delivery.flatMap { Delivery(rawValue: $0.rawValue) })
    }
}
