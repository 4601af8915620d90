import AuditLog
import Checkpoints
import CommandCalls
import JSON
import MCPProtocol
import MCPServer
import Sessions
import ToolSchema

/// `session_restore`: brings the workspace back, or tells what that would do.
struct RestoreTool {
    let host: SessionHost

    var tool: Tool {
        Tool(
            name: "session_restore", title: "Bring files back",
            description: """
                Brings the session's workspace back to a checkpoint: by checkpoint_id, else to the newest that was asked for \
                (never to an automatic one). Look first with dry_run. What came after the checkpoint goes; what is in no \
                checkpoint (ignored, secret, nested repositories) stays. A safety checkpoint is taken before: restore that to \
                undo. Files only: not databases, processes or the session's own state. Behind commands that run.
                """,
            input: .object([
                .required("session_id", .string("of a session with a workspace")),
                .optional("checkpoint_id", Schema.string("from session_checkpoints, session_checkpoint, or checkpoint.id of a command").orNull),
                .optional("dry_run", Schema.boolean("only tell what would be done", default: false).orNull),
            ]),
            output: .object([
                .required("restored_to", .string("the checkpoint")),
                .required("dry_run", .boolean("true: nothing was changed")),
                .required("changed", ShownPaths.schema("files with another content or kind")),
                .required("added", ShownPaths.schema("what comes back")),
                .required("deleted", ShownPaths.schema("what came after the checkpoint")),
                .required("modes", ShownPaths.schema("whose permissions or owner change")),
                .required("kept", ShownPaths.reasonSchema("what is not as the checkpoint has it, and why")),
                .optional("safety_checkpoint_id", .string("the state before; restore it to undo this")),
            ]),
            annotations: ToolAnnotations(readOnly: false, destructive: true, idempotent: true, openWorld: false),
            meta: ["anthropic/searchHint": "undo changes to files"], run: run)
    }

    private func run(_ context: ToolContext) {
        guard let call = CheckpointCall(host, context) else { return }
        if context.arguments.requiredBool("dry_run") {
            call.resolve(.newestManual) { plan(call, $0) }
        } else {
            call.judge(as: "tee") {
                // Which one is the newest is known when it is this call's turn.
                call.open.takeTurnAlone(call.checkpoints, context) { leave in
                    call.resolve(.newestManual, unresolved: leave) { restore(call, $0, leave) }
                }
            }
        }
    }

    private func plan(_ call: CheckpointCall, _ id: CheckpointID) {
        call.checkpoints.plan(id) { result in
            switch result {
            case .failure(let error): call.fail(error)
            case .success(let plan):
                let kept = plan.kept.map { Kept(path: $0, reason: .blocked) }
                call.open.session.touch()
                call.context.finish(.structured(fields(id, plan, kept, safety: nil)))
            }
        }
    }

    private func restore(_ call: CheckpointCall, _ id: CheckpointID, _ leave: @escaping () -> Void) {
        let receipt: AuditReceipt?
        do throws(AuditError) {
            receipt = try host.recorder.write(.restoreStart(session: call.session, checkpoint: id.text))
        } catch {
            leave()
            return call.context.fail(Recorder.refusal(error))
        }
        call.checkpoints.restore(id) { result in
            ended(call, id, result, receipt)
            leave()
            host.restored(call.session)
        }
    }

    private func ended(
        _ call: CheckpointCall, _ id: CheckpointID, _ result: Result<RestoreOutcome, CheckpointError>, _ receipt: AuditReceipt?
    ) {
        switch result {
        case .failure(let error):
            if let receipt {
                host.record(.restoreEnd(session: call.session, start: receipt, safety: nil, counts: nil, reason: Explanation.word(error)))
            }
            call.fail(error)
        case .success(let outcome):
            let plan = outcome.plan
            if let receipt {
                host.record(.restoreEnd(
                    session: call.session, start: receipt, safety: outcome.safety.text,
                    counts: (plan.changed.count, plan.added.count + plan.directoriesAdded.count, plan.deleted.count + plan.directoriesDeleted.count),
                    reason: nil))
            }
            call.open.session.touch()
            call.context.finish(.structured(fields(id, plan, outcome.kept.map { Kept(path: $0.path, reason: $0.reason) }, safety: outcome.safety)))
        }
    }

    /// Of a plan, or of what was done.
    private struct Kept {
        let path: [UInt8]
        let reason: RestoreOutcome.Kept.Reason
    }

    private func fields(_ id: CheckpointID, _ plan: RestorePlan, _ kept: [Kept], safety: CheckpointID?) -> JSONObject {
        let shown = ShownPaths(texts: host.texts)
        let directory = { (path: [UInt8]) in path + [UInt8(ascii: "/")] }
        var object: JSONObject = [
            "restored_to": .string(id.text), "dry_run": .bool(safety == nil), "changed": shown.list(plan.changed),
            "added": shown.list(plan.added + plan.directoriesAdded.map(directory)),
            "deleted": shown.list(plan.deleted + plan.directoriesDeleted.map(directory)),
            "modes": shown.list(plan.modes.map(\.path)),
            "kept": shown.list(
                kept, "items", { ["path": .string($1), "reason": .string(Explanation.reason($0.reason))] }, path: { $0.path }),
        ]
        if let safety { object["safety_checkpoint_id"] = .string(safety.text) }
        return object
    }
}
