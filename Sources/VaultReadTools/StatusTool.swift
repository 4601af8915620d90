internal import JSON
internal import KeeperProtocol
internal import MCPProtocol
internal import MCPServer
internal import ToolSchema

/// `status`: whether there is a vault, and whether it is unlocked.
struct StatusTool {
    let ask: AskNames

    var tool: Tool {
        Tool(
            name: "status", title: "State of the secrets vault",
            description: """
                Whether the user has a vault of secrets on this machine, whether it is unlocked, and how much is in it. Never \
                unlocks it and never asks for a password. When it is locked, ask the user to run `execkit unlock` in a terminal.
                """,
            input: .object(),
            output: Self.output,
            annotations: .readsNames, meta: ["anthropic/searchHint": "is the secrets vault locked or missing"], run: run)
    }

    static let output = Schema.object([
        .required("vault", .choice(KeeperStatus.VaultState.allCases.map(\.rawValue))),
        .required("locked", .boolean("whether the user has to unlock it before run-with-secrets works")),
        .optional("unlockedBy", .string("what holds it open: `kernel`, or the name of the user's password store")),
        .optional("store", .string("the password store that may unlock it without the user")),
        .required("locksAfterSeconds", .integer("so long without use, and it locks itself")),
        .required("projects", .integer()),
        .required("environments", .integer()),
        .required("secrets", .integer()),
        .optional("problem", .string("what is wrong with the vault")),
        .optional("hint", .string("what to do next")),
    ])

    private func run(_ context: ToolContext) {
        ask(.status) { result in
            context.answer(result) { answer in
                guard case .status(let status) = answer else { return false }
                context.finish(.structured(Self.json(status)))
                return true
            }
        }
    }

    static func json(_ status: KeeperStatus) -> JSONObject {
        var result: JSONObject = ["vault": .string(status.vault.rawValue), "locked": .bool(!status.isUnlocked)]
        if let source = status.source { result["unlockedBy"] = .string(Shown.name(source)) }
        if let store = status.store { result["store"] = .string(Shown.name(store)) }
        result["locksAfterSeconds"] = .int(status.idleSeconds)
        result["projects"] = .int(status.projects)
        result["environments"] = .int(status.environments)
        result["secrets"] = .int(status.secrets)
        if let problem = status.problem { result["problem"] = .string(Shown.text(problem)) }
        if let hint = hint(status) { result["hint"] = .string(hint) }
        return result
    }

    private static func hint(_ status: KeeperStatus) -> String? {
        switch (status.vault, status.isUnlocked) {
        case (.missing, _): "There is no vault. The user makes one with `execkit init` in the project's directory."
        case (.present, false) where status.store != nil:
            "Locked, but run-with-secrets may unlock it by the user's password store. If that fails, ask the user to run `execkit unlock` in a terminal."
        case (.present, false): "Ask the user to run `execkit unlock` in a terminal."
        default: nil
        }
    }
}

extension ToolAnnotations {
    static let readsNames = ToolAnnotations(readOnly: true, destructive: false, idempotent: true, openWorld: false)
}
