import AuditLog
import Checkpoints
import CommandCalls
import EventLoop
import JSON
import LinearRegex
import MCPProtocol
import MCPServer
import Sessions
import ToolSchema

/// `session_diff`: what changed in the workspace since a checkpoint, redacted and within a budget like every output.
struct DiffTool {
    let host: SessionHost

    /// Bytes of a diff that are looked at.
    private static let most = 4 << 20

    var tool: Tool {
        Tool(
            name: "session_diff", title: "Show what changed",
            description: """
                Shows as a unified diff what changed in the session's workspace since a checkpoint: by checkpoint_id, else since \
                the newest that was asked for, else since the newest. A long one comes cut in the middle and stays whole behind \
                output_id (session_output), or ask for less with `budget`. Modes and empty directories are in the dry_run of \
                session_restore.
                """,
            input: .object([
                .required("session_id", .string("of a session with a workspace")),
                .optional("checkpoint_id", Schema.string("from session_checkpoints, session_checkpoint, or checkpoint.id of a command").orNull),
                .optional("budget", CompiledBudget.schema.orNull),
            ]),
            output: .object([
                .required("checkpoint_id", .string("what it is compared with")),
                .required("files_changed", .integer("files in the diff")),
                .required("diff", .string()),
                .required("truncated", .boolean("whether text is missing here")),
                .optional("output_id", .string("all that was looked at, for session_output")),
                .optional("redactions", .map(of: .integer(), "how often which kind of credential was replaced")),
                .optional("hint", .string("what to do next")),
            ]),
            annotations: ToolAnnotations(readOnly: true, destructive: false, idempotent: true, openWorld: false),
            meta: ["anthropic/maxResultSizeChars": 100_000, "anthropic/searchHint": "changes to files since a snapshot"], run: run)
    }

    private func run(_ context: ToolContext) {
        let budget: CompiledBudget?
        do throws(CompiledBudget.Fault) {
            budget = try context.arguments.object("budget").map { (value) throws(CompiledBudget.Fault) in try CompiledBudget(value) }
        } catch {
            return context.fail("budget: " + error.text)
        }
        guard let call = CheckpointCall(host, context) else { return }
        call.judge(as: "cat") {
            call.resolve(.manualElseNewest) { id in
                do throws(AuditError) {
                    try host.recorder.write(.checkpointDiff(session: call.session, checkpoint: id.text))
                } catch {
                    return context.fail(Recorder.refusal(error))
                }
                call.checkpoints.diff(id, limit: Self.most) {
                    switch $0 {
                    case .failure(let error): call.fail(error)
                    case .success(let diff): shape(diff, id, budget ?? call.open.budget, call)
                    }
                }
            }
        }
    }

    private func shape(_ diff: CheckpointDiff, _ id: CheckpointID, _ budget: CompiledBudget?, _ call: CheckpointCall) {
        guard !call.context.isOver else { return }
        let context = call.context
        call.open.session.touch()
        let content = Capture(diff.text)
        let work = ResultShaping(
            stdout: CaptureReading(content, host.texts, isEnded: true, isCut: diff.isCut),
            stderr: CaptureReading(Capture(), host.texts, isEnded: true), budget: budget, reserved: 0)
        let task = host.shaping.start(work) {
            switch $0 {
            case .failure: context.fail("budget.grep.pattern takes too long on this diff. Use a simpler one.")
            case .success(let shaped): context.finish(.structured(fields(diff, content, id, shaped, call)))
            }
        }
        if !task.isOver { context.onCancel = { task.cancel() } }
    }

    private func fields(
        _ diff: CheckpointDiff, _ content: Capture, _ id: CheckpointID, _ shaped: ShapedResult, _ call: CheckpointCall
    ) -> JSONObject {
        var object: JSONObject = [
            "checkpoint_id": .string(id.text), "files_changed": .int(Self.files(diff.text)), "diff": .string(shaped.stdout.text),
            "truncated": .bool(shaped.isTruncated || diff.isCut),
        ]
        if shaped.isTruncated {
            object["output_id"] = .string(
                host.outputs.keep(
                    session: call.session, stdout: content, stderr: Capture(), isCut: diff.isCut, now: host.loop.now))
        }
        if !shaped.redactions.isEmpty { object["redactions"] = shaped.redactions.redactionsField }
        if diff.isCut { object["hint"] = "The diff is longer than 4 MiB; only its beginning was looked at." }
        return object
    }

    /// Every file begins with a line of its own; lines of contents have a sign before them.
    private static func files(_ diff: [UInt8]) -> Int {
        let head = Array("diff --git ".utf8)
        return diff.split(separator: 0x0A).count { $0.starts(with: head) }
    }
}
