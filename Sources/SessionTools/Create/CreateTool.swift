import CommandCalls
import JSON
import MCPProtocol
import MCPServer
import ToolSchema

/// `session_create`: opens a session.
struct CreateTool {
    let host: SessionHost

    var tool: Tool {
        Tool(
            name: "session_create", title: "Open a shell session",
            description: """
                Starts a shell (bash, else a POSIX sh) that keeps its directory, exported and shell variables, functions and \
                options between calls of session_exec: on this machine (transport "local"), in a running container ("docker", \
                `container`), or on another machine ("ssh", `host`: a name, an address or an alias of the user's ssh config). \
                Returns session_id, which any later call names; calls on different sessions run in parallel. An unused session \
                is closed after a while (idle_limit_secs). It starts in `cwd`, by default where the client started the server \
                (elsewhere: in the place's own directory), with a small clean environment and what `env` adds. `allow` and \
                `deny` narrow what may run in it. With `workspace`, changes of its files can be undone (session_restore).
                """,
            input: Self.input, output: Self.output,
            annotations: ToolAnnotations(readOnly: false, destructive: false, idempotent: false, openWorld: true),
            meta: ["anthropic/alwaysLoad": true], run: run)
    }

    private static let input: Schema = .object([
        .required("transport", .choice(["local", "ssh", "docker"], "where the shell runs")),
        .optional("cwd", Schema.string("absolute directory to start in").orNull),
        .optional("env", Schema.map(of: .string(), "variables to set; visible to the agent, so never credentials").orNull),
        .optional("allow", Schema.array(of: .string(), "when given, only these programs may run in the session").orNull),
        .optional("deny", Schema.array(of: .string(), "programs that may not run in the session").orNull),
        .optional("output_budget", CompiledBudget.schema.orNull),
        .optional("secrets", Schema.array(of: .string(), "local: names of secrets of the user's vault that the shell gets as variables, for as long as it lives; see list-secrets").orNull),
        SecretPlace.field,
        .optional("container", Schema.string("docker: name or identifier of a running container").orNull),
    ] + CheckpointWish.fields + ServerWish.fields)

    private static let output: Schema = .object([
        .required("session_id", .string("names the session in every other call")),
        .required("transport", .string()),
        .required("idle_limit_secs", .integer("unused so long, the session is closed; 0: never")),
        .optional("secrets", .array(of: .string(), "names of the secrets that the shell has")),
        .optional("host_key", ServerWish.hostKeySchema),
        .optional("checkpoints", .choice(["automatic", "on_request", "off"], "with workspace: when checkpoints are taken; off: never, see checkpoints_reason")),
        .optional("checkpoints_reason", .string("why there are none, or not yet")),
        .optional("warnings", .array(of: .string())),
        .required("fence", .choice(["advisory"], "commands are judged by their text; nothing confines what runs")),
    ])

    private func run(_ context: ToolContext) {
        let arguments = context.arguments
        let wish: CreateWish
        do throws(CreateWish.Fault) {
            wish = try CreateWish(arguments)
        } catch {
            return context.fail(error.text)
        }
        let creation = Creation(host: host, wish: wish, context: context)
        switch arguments.requiredString("transport") {
        case "docker": creation.inContainer()
        case "ssh": creation.onServer()
        default: creation.here()
        }
    }
}
