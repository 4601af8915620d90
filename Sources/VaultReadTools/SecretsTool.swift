internal import JSON
internal import KeeperProtocol
internal import MCPProtocol
internal import MCPServer
internal import ToolSchema

/// `list-secrets`: the names of a project's secrets and what stands beside them in the clear.
struct SecretsTool {
    let ask: AskNames
    let origin: String

    static let mostTags = 20

    var tool: Tool {
        Tool(
            name: "list-secrets", title: "List names of secrets",
            description: """
                Lists the names of the user's secrets with scope, type, tags, environment and folder; never a value. Call this \
                first to learn which names there are, then run-with-secrets, whose command writes $NAME inside `sh -c`. Without \
                projectId it is the project of the execkit.toml in force, or the only one there is. Works while the vault is \
                locked.
                """,
            input: .object(
                [
                    .optional("projectId", Schema.string("a project's id or name, from list-projects").orNull),
                    .optional("environment", Schema.string("only this environment").orNull),
                    .optional("folder", Schema.string("only this folder; empty is the root").orNull),
                    .optional("pattern", ProjectsTool.pattern.orNull),
                ] + Page.arguments),
            output: Self.output,
            annotations: .readsNames, meta: ["anthropic/searchHint": "names of API keys, tokens, passwords, credentials"], run: run)
    }

    private static let secret = Schema.object([
        .required("key", .string("its name")),
        .required("environment", .string()),
        .required("folder", .string("empty: the root")),
        .required("scope", .string("client, server or shared; one of client is never handed to a command")),
        .required("type", .string("string, number or boolean")),
        .required("tags", .array(of: .string())),
        .optional("description", .string("the user's words")),
        .required("version", .integer()),
        .required("updatedAt", .string()),
        .optional("expiresAt", .string()),
        .required("expired", .boolean()),
        .required("hasRule", .boolean("whether a rule of the user says which programs may use it, and when")),
        .required("usable", .boolean("whether run-with-secrets takes it: not of scope client, not expired")),
    ])

    static let output = Schema.object(
        [
            .required("projectId", .string()), .required("projectName", .string()),
            .required("secrets", .array(of: Self.secret)),
        ] + Page.results)

    private func run(_ context: ToolContext) {
        let arguments = context.arguments
        let query = SecretsQuery(
            project: arguments.string("projectId"), environment: arguments.string("environment"),
            folder: arguments.string("folder"), origin: origin)
        ask(.secrets(query)) { result in
            context.answer(result) { answer in
                guard case .secrets(let list) = answer else { return false }
                context.finish(.structured(Self.json(list, arguments)))
                return true
            }
        }
    }

    private static func json(_ list: SecretList, _ arguments: ArgumentReader) -> JSONObject {
        let pattern = arguments.string("pattern").map(NamePattern.init)
        let entries = list.secrets.filter { pattern?.matches($0.key) ?? true }.map { secret in
            let place = [secret.environment, secret.folder, secret.key].map(Shown.name).joined(separator: "/")
            return Page.Entry(place: place, json: .object(json(secret)))
        }
        var result: JSONObject = [
            "projectId": .string(Shown.name(list.projectID)), "projectName": .string(Shown.name(list.projectName)),
        ]
        let page = Page(entries, cursor: arguments.string("cursor"), limit: arguments.int("limit"))
        page.write("secrets", to: &result)
        if list.isTruncated {
            result["truncated"] = true
            result["hint"] = .string(
                "There are more than \(SecretList.most) secrets, and only so many were looked through: narrow by environment and folder.")
        }
        return result
    }

    private static func json(_ secret: ListedSecret) -> JSONObject {
        var json: JSONObject = [
            "key": .string(Shown.name(secret.key)), "environment": .string(Shown.name(secret.environment)),
            "folder": .string(Shown.name(secret.folder)), "scope": .string(Shown.name(secret.scope)),
            "type": .string(Shown.name(secret.type)),
            "tags": .array(secret.tags.prefix(mostTags).map { .string(Shown.visible($0, most: 64)) }),
        ]
        if let description = secret.description { json["description"] = .string(Shown.visible(description, most: 300)) }
        json["version"] = .int(secret.version)
        json["updatedAt"] = .string(Shown.name(secret.updatedAt))
        if let expiry = secret.expiresAt { json["expiresAt"] = .string(Shown.name(expiry)) }
        json["expired"] = .bool(secret.isExpired)
        json["hasRule"] = .bool(secret.hasRule)
        json["usable"] = .bool(secret.scope != "client" && !secret.isExpired)
        return json
    }
}
