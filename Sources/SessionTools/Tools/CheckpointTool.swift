import AuditLog
import Checkpoints
import CommandCalls
import JSON
import MCPProtocol
import MCPServer
import Sessions
import ToolSchema

/// `session_checkpoint`: remembers the files of the workspace as they are.
struct CheckpointTool {
    let host: SessionHost

    var tool: Tool {
        Tool(
            name: "session_checkpoint", title: "Remember the files",
            description: """
                Takes a checkpoint of the session's workspace: every file, link, mode and empty directory, whether git ignores it \
                or not. Build output, secret files, nested repositories and `checkpoint_ignores` are left out. Behind commands \
                that run. session_restore brings the workspace back to it, session_diff shows what changed since.
                """,
            input: .object([
                .required("session_id", .string("of a session with a workspace")),
                .optional("label", Schema.string("what to call it in the list", maximumLength: 200).orNull),
            ]),
            output: .object([
                .required("checkpoint_id", .string("names this state; the same state has the same")),
                .required("new", .boolean("false: the newest entry of the list says the same already")),
                .optional("files", .integer("files and links in it")),
                .required("left_out", ShownPaths.reasonSchema("what is there and in no checkpoint; no restore touches it")),
            ]),
            annotations: ToolAnnotations(readOnly: false, destructive: false, idempotent: true, openWorld: false),
            meta: ["anthropic/searchHint": "snapshot files for undo"], run: run)
    }

    private func run(_ context: ToolContext) {
        guard let call = CheckpointCall(host, context) else { return }
        let label = context.arguments.string("label") ?? ""
        call.open.takeTurnAlone(call.checkpoints, context) { leave in
            call.checkpoints.create(label: Array(label.utf8)) { result in
                leave()
                switch result {
                case .failure(let error): call.fail(error)
                case .success(let created):
                    guard host.find(call.session) != nil else { return context.fail(SessionHost.unknownSession) }
                    host.record(
                        .checkpoint(
                            session: call.session, checkpoint: created.id.text, kind: Checkpoint.Kind.manual.rawValue,
                            label: ShownPaths(texts: host.texts).text(Array(label.utf8))))
                    call.open.session.touch()
                    context.finish(.structured(fields(created)))
                }
            }
        }
    }

    private func fields(_ created: CreatedCheckpoint) -> JSONObject {
        var object: JSONObject = ["checkpoint_id": .string(created.id.text), "new": .bool(created.isNew)]
        if let files = created.files { object["files"] = .int(files) }
        object["left_out"] = ShownPaths(texts: host.texts).list(
            created.leftOut, "items", { ["path": .string($1), "reason": .string(Explanation.reason($0.reason))] }, path: { $0.path })
        return object
    }
}
