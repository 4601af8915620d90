import Checkpoints
import CommandCalls
import JSON
import MCPProtocol
import MCPServer
import Sessions
import ToolSchema

/// `session_checkpoints`: what the workspace can be brought back to.
struct CheckpointsTool {
    let host: SessionHost

    var tool: Tool {
        Tool(
            name: "session_checkpoints", title: "List checkpoints",
            description: """
                Lists the checkpoints of the session's workspace, newest first: kind "manual" was asked for, "auto" was taken \
                before a command, "safety" before a restore. They outlive the session.
                """,
            input: .object([
                .required("session_id", .string("of a session with a workspace")),
                .optional("limit", Schema.integer("the most entries", minimum: 1, maximum: 500, default: 30).orNull),
            ]),
            output: .object([
                .required("total", .integer("entries there are")),
                .required(
                    "checkpoints",
                    .array(of: .object([
                        .required("checkpoint_id", .string()), .optional("label", .string()),
                        .required("kind", .choice(["manual", "auto", "safety"])),
                        .required("created", .string("RFC 3339, by the place's clock")),
                    ]))),
            ]),
            annotations: ToolAnnotations(readOnly: true, destructive: false, idempotent: true, openWorld: false),
            meta: ["anthropic/searchHint": "snapshots of files for undo"], run: run)
    }

    private func run(_ context: ToolContext) {
        guard let call = CheckpointCall(host, context) else { return }
        let limit = context.arguments.requiredInt("limit")
        call.checkpoints.list { result in
            switch result {
            case .failure(let error): call.fail(error)
            case .success(let all):
                let shown = ShownPaths(texts: host.texts)
                let entries: [JSONValue] = all.prefix(limit).map { entry in
                    var object: JSONObject = ["checkpoint_id": .string(entry.id.text)]
                    if !entry.label.isEmpty { object["label"] = .string(shown.text(entry.label)) }
                    object["kind"] = .string(entry.kind.rawValue)
                    object["created"] = .string(Timestamp.text(entry.created))
                    return .object(object)
                }
                call.open.session.touch()
                context.finish(.structured(["total": .int(all.count), "checkpoints": .array(entries)]))
            }
        }
    }
}
