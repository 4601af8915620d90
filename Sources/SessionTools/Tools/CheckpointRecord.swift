import AuditLog
import JSON

// What checkpoints write into the record. `docs/audit-format.md` lists it.
extension AuditEvent {
    /// A checkpoint was made that is a new entry of the list.
    /// - Parameter label: redacted; nil for an automatic one.
    static func checkpoint(session: String, checkpoint: String, kind: String, label: String?) -> AuditEvent {
        var fields: JSONObject = ["checkpoint": .string(checkpoint), "kind": .string(kind)]
        if let label, !label.isEmpty { fields["label"] = .string(label) }
        return AuditEvent("checkpoint", session: session, fields: fields)
    }

    /// What changed since a checkpoint is about to be read.
    static func checkpointDiff(session: String, checkpoint: String) -> AuditEvent {
        AuditEvent("checkpoint_diff", session: session, fields: ["checkpoint": .string(checkpoint)])
    }

    /// The workspace is about to be brought back to a checkpoint.
    static func restoreStart(session: String, checkpoint: String) -> AuditEvent {
        AuditEvent("restore_start", session: session, fields: ["checkpoint": .string(checkpoint)])
    }

    /// What became of it.
    /// - Parameters:
    ///   - safety: the checkpoint of the state before.
    ///   - counts: how many files and directories were changed, added, deleted.
    static func restoreEnd(
        session: String, start: AuditReceipt, safety: String?, counts: (changed: Int, added: Int, deleted: Int)?, reason: String?
    ) -> AuditEvent {
        var fields: JSONObject = [
            "start": .int(start.seq), "result": .string((reason == nil ? AuditResult.ok : .failed).rawValue),
        ]
        if let safety { fields["safety"] = .string(safety) }
        if let counts {
            fields["changed"] = .int(counts.changed)
            fields["added"] = .int(counts.added)
            fields["deleted"] = .int(counts.deleted)
        }
        if let reason { fields["reason"] = .string(reason) }
        return AuditEvent("restore_end", session: session, fields: fields)
    }
}
