internal import JSON
internal import KeeperProtocol
internal import MCPProtocol
internal import MCPServer
internal import ToolSchema

/// `get-current-project`: the project file in force where the server was started.
struct CurrentProjectTool {
    let ask: AskNames
    let origin: String

    var tool: Tool {
        Tool(
            name: "get-current-project", title: "The project in force",
            description: """
                Which project of the vault is meant when no projectId is given: the execkit.toml in force in the directory where \
                this server was started, with the project and the default environment that it names.
                """,
            input: .object(),
            output: Self.output,
            annotations: .readsNames, meta: ["anthropic/searchHint": "execkit.toml, default project and environment"], run: run)
    }

    static let output = Schema.object([
        .required("found", .boolean("whether there is such a file and the vault knows its project")),
        .optional("file", .string("the path of the file")),
        .optional("projectId", .string()),
        .optional("projectName", .string("missing when the vault does not know the id")),
        .optional("environment", .string("the default environment")),
        .optional("problem", .string("what is wrong with the file")),
        .optional("hint", .string("what to do next")),
    ])

    private func run(_ context: ToolContext) {
        ask(.current(directory: origin)) { result in
            context.answer(result) { answer in
                guard case .current(let project) = answer else { return false }
                context.finish(.structured(Self.json(project)))
                return true
            }
        }
    }

    static func json(_ project: CurrentProject) -> JSONObject {
        var result: JSONObject = ["found": .bool(project.projectName != nil)]
        if let file = project.file { result["file"] = .string(Shown.text(file)) }
        if let id = project.projectID { result["projectId"] = .string(Shown.name(id)) }
        if let name = project.projectName { result["projectName"] = .string(Shown.name(name)) }
        if let environment = project.environment { result["environment"] = .string(Shown.name(environment)) }
        if let problem = project.problem { result["problem"] = .string(Shown.text(problem)) }
        if let hint = hint(project) { result["hint"] = .string(hint) }
        return result
    }

    private static func hint(_ project: CurrentProject) -> String? {
        if project.file == nil {
            return "No execkit.toml here or above. Give projectId (list-projects), or let the user run `execkit init` in the project's directory."
        }
        if project.problem == nil, project.projectName == nil {
            return "The vault does not know the project of this file. Give projectId (list-projects), or let the user run `execkit init` again."
        }
        return nil
    }
}
