internal import JSON
internal import KeeperProtocol
internal import MCPProtocol
internal import MCPServer
internal import ToolSchema

/// `list-projects`: projects with their environments and folders.
struct ProjectsTool {
    let ask: AskNames

    /// Environments of a project, and folders of an environment, that are shown.
    static let mostParts = 100

    var tool: Tool {
        Tool(
            name: "list-projects", title: "List projects of the vault",
            description: """
                Lists the projects of the user's vault with their environments and folders, sorted by name. A project is named \
                by its id (or its name) as `projectId` in list-secrets and run-with-secrets. Works while the vault is locked.
                """,
            input: .object([.optional("pattern", Self.pattern.orNull)] + Page.arguments),
            output: Self.output,
            annotations: .readsNames, meta: ["anthropic/searchHint": "projects, environments and folders of secrets"], run: run)
    }

    static let pattern = Schema.string(
        "only names like this: * is any text, ? one character, either case", maximumLength: NamePattern.longest)

    static let output = Schema.object(
        [
            .required(
                "projects",
                .array(of: .object([
                    .required("id", .string()), .required("name", .string()),
                    .required(
                        "environments",
                        .array(of: .object([
                            .required("name", .string()),
                            .required("folders", .array(of: .string(), "paths below the root, which has no name")),
                            .required("foldersTotal", .integer("more than are listed when there are very many")),
                        ]))),
                    .required("environmentsTotal", .integer()),
                ])))
        ] + Page.results)

    private func run(_ context: ToolContext) {
        ask(.projects) { result in
            context.answer(result) { answer in
                guard case .projects(let projects) = answer else { return false }
                context.finish(.structured(Self.json(projects, context.arguments)))
                return true
            }
        }
    }

    private static func json(_ projects: [ProjectOutline], _ arguments: ArgumentReader) -> JSONObject {
        let pattern = arguments.string("pattern").map(NamePattern.init)
        let entries = projects.filter { pattern?.matches($0.name) ?? true }.map { project in
            Page.Entry(place: Shown.name(project.name) + "/" + Shown.name(project.id), json: .object(json(project)))
        }
        var result = JSONObject()
        Page(entries, cursor: arguments.string("cursor"), limit: arguments.int("limit")).write("projects", to: &result)
        if projects.isEmpty { result["hint"] = "There is no project. The user makes one with `execkit init` in its directory." }
        return result
    }

    private static func json(_ project: ProjectOutline) -> JSONObject {
        [
            "id": .string(Shown.name(project.id)), "name": .string(Shown.name(project.name)),
            "environments": .array(project.environments.prefix(mostParts).map { environment in
                [
                    "name": .string(Shown.name(environment.name)),
                    "folders": .array(environment.folders.prefix(mostParts).map { .string(Shown.name($0)) }),
                    "foldersTotal": .int(environment.folders.count),
                ]
            }),
            "environmentsTotal": .int(project.environments.count),
        ]
    }
}
