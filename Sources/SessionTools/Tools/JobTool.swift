import AuditLog
import CommandCalls
import EventLoop
import JSON
import MCPProtocol
import MCPServer
import OutputShaping
import Sessions
import ToolSchema

/// `session_job`: polls, reads, writes to, or stops a job.
struct JobTool {
    let host: SessionHost

    var tool: Tool {
        Tool(
            name: "session_job", title: "Handle a background job",
            description: """
                Handles a job (session_exec with background, or one that outlived the caller's patience). action "poll": \
                whether it runs, its exit_code, and output that is new since the last poll. "read": all its output, with an \
                optional budget. "write": sends `input` to its standard input; close_input ends that. "stop": SIGTERM, then \
                SIGKILL, to it and everything it started (for a command of the session: interrupts it).
                """,
            input: .object([
                .required("job_id", .string("from session_exec")),
                .required("action", .choice(["poll", "read", "write", "stop"])),
                .optional("input", Schema.string("write: text for its standard input").orNull),
                .optional("close_input", Schema.boolean("write: no more input follows").orNull),
                .optional("budget", CompiledBudget.schema.orNull),
            ]),
            output: .object([
                .required("job_id", .string()),
                .required("session_id", .string()),
                .required("command", .string()),
                .required("running", .boolean()),
                .optional("exit_code", .integer("once it has ended")),
                .required("duration_ms", .integer()),
                .required("stdout", .string()),
                .required("stderr", .string()),
                .required("truncated", .boolean("whether output is missing here")),
                .optional("output_id", .string("the whole output, for session_output")),
                .optional("redactions", .map(of: .integer())),
                .optional("note", .string("how it ended, beyond the exit code")),
            ]),
            annotations: ToolAnnotations(readOnly: false, destructive: true, idempotent: false, openWorld: true),
            meta: ["anthropic/searchHint": "poll, read, write to or stop a background shell job"], run: run)
    }

    private func run(_ context: ToolContext) {
        guard let job = host.jobs.find(context.arguments.requiredString("job_id")) else {
            return context.fail("job_id: no such job. Ended jobs are remembered for about 30 minutes, the newest of them; session_list shows a session's jobs.")
        }
        // Who looks after a job uses its session.
        host.find(job.session)?.session.touch()
        switch context.arguments.requiredString("action") {
        case "write":
            return write(job, context)
        case "stop":
            job.stop()
        case "read":
            return read(job, context)
        default: break
        }
        poll(job, context)
    }

    /// Input to a shell is commands, and judged like them.
    private func write(_ job: Job, _ context: ToolContext) {
        guard let work = job.work, let open = host.find(job.session) else {
            return context.fail("Nothing was written: the job has ended.")
        }
        guard case .background(let command) = work else {
            return context.fail("This job is a command of its session, whose input was given with it. Start a job with background: true to write to it.")
        }
        let input = context.arguments.string("input") ?? ""
        let judged = job.openLine + input
        host.fence.check(
            inputOf: job.script, judged, session: job.session, fence: open.fence, context: context, now: host.loop.now
        ) {
            guard record(input, of: job, isLast: context.arguments.bool("close_input") == true, context) else { return }
            guard input.isEmpty || command.write(Array(input.utf8)) else {
                return context.fail("Nothing was written: the job has ended, its input is closed, or it does not read what it was given before.")
            }
            job.openLine = Self.openLine(of: judged)
            if context.arguments.bool("close_input") == true { command.closeInput() }
            poll(job, context)
        }
    }

    /// The record before the effect. What could still become part of a secret is held back for the next one.
    private func record(_ input: String, of job: Job, isLast: Bool, _ context: ToolContext) -> Bool {
        guard host.recorder.isOn else { return true }
        job.input.feed(Array(input.utf8))
        if isLast { job.input.end() }
        do {
            try host.recorder.write(
                .jobInput(session: job.session, job: job.identifier, bytes: input.utf8.count, text: job.input.take()))
            return true
        } catch {
            context.fail(Recorder.refusal(error))
            return false
        }
    }

    /// What stands behind the last line end; of a very long line the end.
    private static func openLine(of input: String) -> String {
        let bytes = input.utf8
        let line = bytes.lastIndex(of: 0x0A).map { bytes[bytes.index(after: $0)...] } ?? bytes[...]
        return String(decoding: line.suffix(65_536), as: UTF8.self)
    }

    /// How a job stands when it is asked for. Its output may take a while to shape, and the answer is of one moment.
    private struct Standing {
        let isRunning: Bool
        let exitCode: Int?
        let duration: Duration
        let note: String?

        init(_ job: Job) {
            isRunning = job.isRunning
            exitCode = job.exitCode
            duration = job.duration
            note = job.note
        }
    }

    /// What is new.
    private func poll(_ job: Job, _ context: ToolContext) {
        let standing = Standing(job)
        let task = host.shaping.start(job.follower.portion(isEnded: !standing.isRunning)) {
            // It cannot fail: there is no pattern.
            if case .success(let portion) = $0 { finish(job, standing, ShapedResult(portion), context) }
        }
        if !task.isOver { context.onCancel = { task.cancel() } }
    }

    /// All of it.
    private func read(_ job: Job, _ context: ToolContext) {
        let budget: CompiledBudget?
        do throws(CompiledBudget.Fault) {
            budget = try context.arguments.object("budget").map { (value) throws(CompiledBudget.Fault) in try CompiledBudget(value) }
        } catch {
            return context.fail("budget: " + error.text)
        }
        let standing = Standing(job)
        let work = ResultShaping(stdout: job.stdout, stderr: job.stderr, texts: host.texts, isEnded: !standing.isRunning, budget: budget)
        let task = host.shaping.start(work) {
            switch $0 {
            case .success(let shaped): finish(job, standing, shaped, context)
            case .failure: context.fail("budget.grep.pattern takes too long on this output. Use a simpler one.")
            }
        }
        if !task.isOver { context.onCancel = { task.cancel() } }
    }

    private func finish(_ job: Job, _ standing: Standing, _ shaped: ShapedResult, _ context: ToolContext) {
        var result: JSONObject = [
            "job_id": .string(job.identifier), "session_id": .string(job.session), "command": .string(job.command),
            "running": .bool(standing.isRunning),
        ]
        if let exitCode = standing.exitCode { result["exit_code"] = .int(exitCode) }
        result["duration_ms"] = .int(standing.duration.wholeMilliseconds)
        result["stdout"] = .string(shaped.stdout.text)
        result["stderr"] = .string(shaped.stderr.text)
        result["truncated"] = .bool(shaped.isTruncated)
        if shaped.isTruncated {
            result["output_id"] = .string(host.outputs.keep(
                session: job.session, stdout: job.stdout, stderr: job.stderr,
                isEnded: { [weak job] in job?.isRunning != true }, now: host.loop.now))
        }
        if !shaped.redactions.isEmpty { result["redactions"] = shaped.redactions.redactionsField }
        if let note = standing.note { result["note"] = .string(note) }
        context.finish(.structured(result))
    }
}
