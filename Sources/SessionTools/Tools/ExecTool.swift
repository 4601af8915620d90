import AuditLog
import CommandCalls
import EventLoop
import JSON
import MCPProtocol
import MCPServer
import OutputShaping
import Sessions
import ToolSchema

/// `session_exec`: runs a command in a session.
struct ExecTool {
    let host: SessionHost

    static let maximumTimeout = 3600
    /// Bytes of a command. It stands in records, and is judged while nothing else happens.
    static let maximumCommand = 2 << 20

    var tool: Tool {
        Tool(
            name: "session_exec", title: "Run a command",
            description: """
                Runs a command in a session's shell and returns stdout, stderr (apart), exit_code, duration_ms and cwd. \
                Directory, variables, functions and options stay for the next call. The command reads `stdin` (nothing by \
                default) and has no terminal: use non-interactive flags. Long output comes cut in the middle; the whole is \
                kept behind output_id (session_output), or ask for less with `budget`. After timeout_secs the command is \
                interrupted (exit_code 124, timed_out) and the session stays usable. `background: true` starts it as a job \
                of its own and returns job_id at once (session_job); a command that runs very long becomes one by itself. \
                Credentials in the output are replaced by [REDACTED:kind]; never write such a marker into a file.
                """,
            input: .object([
                .required("session_id", .string("from session_create")),
                .required("command", .string("shell text: one line or a whole script")),
                .optional("budget", CompiledBudget.schema.orNull),
                .optional("timeout_secs", Schema.integer("seconds until it is interrupted, 1 to 3600; the operator sets the default", minimum: 0).orNull),
                .optional("stdin", Schema.string("what the command reads from its standard input").orNull),
                .optional("background", Schema.boolean("start it as a job and return at once").orNull),
            ]),
            output: ExecResult.schema,
            annotations: ToolAnnotations(readOnly: false, destructive: true, idempotent: false, openWorld: true),
            meta: ["anthropic/alwaysLoad": true, "anthropic/maxResultSizeChars": 100_000],
            run: run)
    }

    private func run(_ context: ToolContext) {
        guard let open = host.find(context.arguments.requiredString("session_id")) else {
            return context.fail(SessionHost.unknownSession)
        }
        let command = context.arguments.requiredString("command")
        guard !command.utf8.contains(0) else {
            return context.fail("command: holds a NUL character, which no shell can take. Use printf '\\0' instead.")
        }
        guard command.utf8.count <= Self.maximumCommand else {
            return context.fail("command: is longer than \(Self.maximumCommand) bytes. Give data as stdin, or write a file and run that.")
        }
        let budget: CompiledBudget?
        do throws(CompiledBudget.Fault) {
            budget = try context.arguments.object("budget").map { (value) throws(CompiledBudget.Fault) in try CompiledBudget(value) } ?? open.budget
        } catch {
            return context.fail("budget: " + error.text)
        }
        host.fence.check(
            command, input: context.arguments.string("stdin") ?? "", session: open.session.identifier, fence: open.fence,
            context: context, now: host.loop.now
        ) { [host] in
            open.takeTurn(for: command, context) { checkpoint, leave in
                if context.arguments.bool("background") == true {
                    let start = BackgroundStart(host: host, open: open, command: command, context: context)
                    (start.checkpoint, start.onOver) = (checkpoint, leave)
                    start.start()
                } else {
                    let run = ForegroundRun(
                        host: host, session: open.session.identifier, command: command, budget: budget, context: context)
                    (run.checkpoint, run.onEnded) = (checkpoint, leave)
                    run.start(in: open, timeout: Self.timeout(context.arguments.int("timeout_secs"), host.limits))
                }
            }
        }
    }

    /// The agent's wish within what is allowed.
    private static func timeout(_ wished: Int?, _ limits: SessionHost.Limits) -> Int {
        min(max(wished ?? limits.execTimeout, 1), maximumTimeout)
    }
}
