import CommandCalls
import EventLoop
import JSON
import MCPProtocol
import MCPServer
import Sessions
import ToolSchema

/// `session_list`: what is open, oldest first.
struct ListTool {
    let host: SessionHost

    var tool: Tool {
        Tool(
            name: "session_list", title: "List open sessions",
            description: "Lists the open sessions, oldest first: session_id, transport, idle_secs, whether a command runs, and the session's background jobs.",
            input: .object(),
            output: .object([
                .required(
                    "sessions",
                    .array(of: .object([
                        .required("session_id", .string()),
                        .required("transport", .string()),
                        .required("idle_secs", .integer("since its last command ended or a job of it was asked for; 0 while a command runs")),
                        .required("busy", .boolean("whether a command runs or waits")),
                        .required("jobs", .array(of: .object([
                            .required("job_id", .string()), .required("command", .string()), .required("running", .boolean()),
                        ]))),
                    ])))
            ]),
            annotations: ToolAnnotations(readOnly: true, destructive: false, idempotent: true, openWorld: false),
            meta: ["anthropic/searchHint": "shell sessions open now"], run: run)
    }

    private func run(_ context: ToolContext) {
        let now = host.loop.now
        let listed: [JSONValue] = host.sessions.sessions.compactMap { host.find($0.identifier) }.map { open in
            let session = open.session
            let idle = open.isBusy ? 0 : Int((now - session.lastUsed).components.seconds)
            let jobs: [JSONValue] = host.jobs.all(of: session.identifier).map {
                ["job_id": .string($0.identifier), "command": .string($0.command), "running": .bool($0.isRunning)]
            }
            return [
                "session_id": .string(session.identifier), "transport": .string(session.label), "idle_secs": .int(idle),
                "busy": .bool(open.isBusy), "jobs": .array(jobs),
            ]
        }
        context.finish(.structured(["sessions": .array(listed)]))
    }
}
