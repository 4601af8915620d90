import KeeperProtocol

/// One message of every kind, with every optional part there and left out.
enum Samples {
    static let open = OpenRequest(
        run: String(repeating: "a7", count: 32), project: "shop", environment: "dev", folder: "db/main", keys: ["A", "B"],
        program: "/usr/bin/psql", command: ["psql", "-c", "select \"ü\"\n"], origin: "/home/p/shop", purpose: .session,
        confirmed: "t0ken")

    static let requests: [KeeperRequest] = [
        KeeperRequest(id: 0, .status),
        KeeperRequest(id: 1, .projects),
        KeeperRequest(id: 2, .secrets(SecretsQuery(origin: "/"))),
        KeeperRequest(id: 3, .secrets(SecretsQuery(project: "p", environment: "e", folder: "", origin: "/x"))),
        KeeperRequest(id: -4, .current(directory: "/tmp/ a")),
        KeeperRequest(id: 5, .open(open)),
        KeeperRequest(id: 6, .open(OpenRequest(run: "", keys: ["K"], program: "/p", command: [], origin: "/", purpose: .run))),
        KeeperRequest(id: Int.max, .ended(EndedRun(receipt: 9, exitCode: -1, outcome: .exited))),
        KeeperRequest(id: 8, .ended(EndedRun(receipt: 9, outcome: .lost))),
    ]

    static let opened = OpenedSecrets(
        receipt: 7, projectID: "ab", projectName: "shop",
        entries: [
            OpenedEntry(key: "A", environment: "dev", folder: "", version: 3, byteCount: 5, isWeakAllowed: true, delivery: .file),
            OpenedEntry(key: "B", environment: "dev", folder: "x/y", version: 1, byteCount: 0, isWeakAllowed: false),
        ])

    static let replies: [KeeperReply] = [
        KeeperReply(id: 1, .status(KeeperStatus(vault: .missing, problem: "no vault", idleSeconds: 900))),
        KeeperReply(
            id: 2,
            .status(
                KeeperStatus(
                    vault: .present, isUnlocked: true, source: "kernel", projects: 1, environments: 2, secrets: 3,
                    idleSeconds: 60, store: "pass"))),
        KeeperReply(id: 3, .projects([])),
        KeeperReply(
            id: 4,
            .projects([
                ProjectOutline(
                    id: "ab", name: "shop",
                    environments: [EnvironmentOutline(name: "dev", folders: ["db", "db/main"]), EnvironmentOutline(name: "p", folders: [])])
            ])),
        KeeperReply(
            id: 5,
            .secrets(
                SecretList(
                    projectID: "ab", projectName: "shop",
                    secrets: [
                        ListedSecret(
                            key: "A", environment: "dev", folder: "", scope: "shared", type: "string", tags: ["t"],
                            description: "what", version: 2, updatedAt: "2027-01-01T00:00:00.000Z",
                            expiresAt: "2028-01-01T00:00:00.000Z", isExpired: false, hasRule: true),
                        ListedSecret(
                            key: "B", environment: "dev", folder: "f", scope: "client", type: "number", tags: [],
                            description: nil, version: 1, updatedAt: "2027-01-01T00:00:00.000Z", expiresAt: nil,
                            isExpired: true, hasRule: false),
                    ], isTruncated: true))),
        KeeperReply(id: 6, .current(CurrentProject())),
        KeeperReply(
            id: 7,
            .current(CurrentProject(file: "/a/execkit.toml", problem: "p", projectID: "ab", projectName: "shop", environment: "dev"))),
        KeeperReply(id: 8, .opened(opened)),
        KeeperReply(id: 9, .confirm(Confirmation(token: "t", reasons: ["A: the rule asks"], keys: ["A"]))),
        KeeperReply(id: 11, .acknowledged),
    ] + Refusal.Code.allCases.map { KeeperReply(id: 10, .refused(Refusal($0, "what, meaning, next", keys: ["A"]))) }
}

/// Feeds a reader everything, in pieces of at most `piece` bytes, and skips secret bytes as the owner of a descriptor does.
func read(_ bytes: [UInt8], piece: Int) throws -> (messages: [KeeperFrameReader.Message], secrets: [[UInt8]], isWhole: Bool) {
    var reader = KeeperFrameReader()
    var messages: [KeeperFrameReader.Message] = []
    var secrets: [[UInt8]] = []
    var rest = bytes[...]
    while !rest.isEmpty {
        let count = min(reader.wanted, piece, rest.count)
        let message = try reader.push(rest.prefix(count))
        rest = rest.dropFirst(count)
        guard let message else { continue }
        messages.append(message)
        secrets.append(Array(rest.prefix(message.secretBytes)))
        if rest.count < message.secretBytes { return (messages, secrets, false) }
        rest = rest.dropFirst(message.secretBytes)
    }
    return (messages, secrets, reader.isBetweenMessages)
}
