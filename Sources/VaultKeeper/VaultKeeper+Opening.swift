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
        let asked = try asked(vault, request)
        let (place, sealed) = (asked.place, asked.sealed)
        let unlocked = try held.unlocked(vault, asked.record, for: place.project)
        // All that is judged from here on is what the owner wrote.
        try refusing { () throws(VaultError) in try unlocked.vault.verify(sealed) }
        let secrets = sealed.map(\.secret)
        try Self.checkUsable(secrets)
        let judgement = try Judgement(secrets, request, vault, self)
        if let confirmation = try confirmation(request, judgement) { return Answer(id, .confirm(confirmation)) }

        let receipt = try refusing { () throws(VaultError) in
            try unlocked.vault.record(
                Self.effect(of: request.purpose), secrets.map(\.place),
                command: LoggedCommand.cut(request.command), program: LoggedCommand.cut(request.program))
        }
        do throws(Refused) {
            var values = try refusing { () throws(SecretMemoryError) in try SecretBuffer() }
            var entries: [OpenedEntry] = []
            for (sealed, rule) in zip(sealed, judgement.rules) {
                let before = values.count
                try append(sealed, unlocked.vault, receipt, to: &values)
                entries.append(OpenedEntry(sealed.secret, rule, byteCount: values.count - before))
            }
            let opened = OpenedSecrets(
                receipt: receipt.seq, projectID: place.project.id, projectName: place.project.name, entries: entries)
            return Answer(id, .opened(opened), try refusing { () throws(SecretMemoryError) in try values.take() })
        } catch {
            // The log says already that it would happen.
            try? end(EndedRun(receipt: receipt.seq, outcome: .notStarted))
            throw error
        }
    }

    private static func effect(of purpose: OpenRequest.Purpose) -> Effect {
        switch purpose {
        case .run: .agentRun
        case .session: .agentSession
        case .login: .agentLogin
        }
    }

    /// Writes how a run ended.
    func end(_ run: EndedRun) throws(Refused) {
        let vault = try held.locked()
        guard try refusing({ () throws(VaultStoreError) in try vault.store.isRun(run.receipt) }) else {
            throw Refused(.system, "The log has no run with that receipt, so its end was not written.")
        }
        var action = Action(.mcpRunEnded)
        action.end = RunEnd(receipt: run.receipt, exitCode: run.exitCode, outcome: run.outcome.rawValue)
        let row = action
        _ = try refusing { () throws(VaultStoreError) in try vault.store.record(row) }
    }

    /// What a request is about, all of it from one state of the file.
    private struct Asked {
        let place: FoundPlace
        let sealed: [SealedSecret]
        let record: VaultRecord
    }

    private func asked(_ vault: LockedVault, _ request: OpenRequest) throws(Refused) -> Asked {
        try vault.store.atOnce(orElse: { Refused.of($0) }) { () throws(Refused) -> Asked in
            let place = try place(vault, request.project, request.environment, request.folder, origin: request.origin)
            let sealed = try sealed(vault, place, request.keys)
            let record = try refusing { () throws(VaultStoreError) in try vault.store.vault() }
            return Asked(place: place, sealed: sealed, record: record)
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

extension OpenedEntry {
    fileprivate init(_ secret: SecretRecord, _ rule: UseRule?, byteCount: Int) {
        self.init(
            key: secret.place.key, environment: secret.place.environment, folder: secret.place.folder,
            version: secret.version, byteCount: byteCount, isWeakAllowed: rule?.allowsWeakValue ?? false,
            delivery: rule?.delivery.flatMap { Delivery(rawValue: $0.rawValue) })
    }
}

/// What of a command stands in the log: enough to know it by, and not megabytes.
enum LoggedCommand {
    static let mostArguments = 128
    static let longestArgument = 2000

    static func cut(_ arguments: [String]) -> [String] {
        let shown = arguments.prefix(mostArguments).map(cut)
        return arguments.count > mostArguments ? shown + ["… \(arguments.count - mostArguments) more"] : shown
    }

    static func cut(_ text: String) -> String {
        guard text.utf8.count > longestArgument else { return text }
        return String(text.unicodeScalars.prefix(longestArgument)) + "…"
    }
}
