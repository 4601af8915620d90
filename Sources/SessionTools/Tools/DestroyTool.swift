import CommandCalls
import JSON
import MCPProtocol
import MCPServer
import Sessions
import ToolSchema

/// `session_destroy`: ends a session with everything it started.
struct DestroyTool {
    let host: SessionHost

    var tool: Tool {
        Tool(
            name: "session_destroy", title: "End a session",
            description: "Ends a session: its shell, the command that runs in it, its background jobs, and every process that came from any of them, daemons included. Answers when they are gone.",
            input: .object([.required("session_id", .string("from session_create"))]),
            output: .object([
                .required("destroyed", .boolean()),
                .optional("processes_left", .integer("processes that even SIGKILL did not end")),
            ]),
            annotations: ToolAnnotations(readOnly: false, destructive: true, idempotent: true, openWorld: false),
            meta: ["anthropic/searchHint": "close a shell session"], run: run)
    }

    private func run(_ context: ToolContext) {
        let identifier = context.arguments.requiredString("session_id")
        guard let open = host.find(identifier) else {
            let shown = host.texts.string(identifier).prefix(80)
            return context.fail("session_id: no session \"\(shown)\" is open, so there is nothing to destroy. session_list shows the open ones.")
        }
        open.session.close(.destroyed) { left in
            var result: JSONObject = ["destroyed": true]
            if left > 0 { result["processes_left"] = .int(left) }
            context.finish(.structured(result))
        }
    }
}
