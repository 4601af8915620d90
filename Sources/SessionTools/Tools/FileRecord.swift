import AuditLog
import JSON

// What the file tools write into the record. `docs/audit-format.md` lists it.
extension AuditEvent {
    /// A file is about to be read.
    static func fileRead(session: String, path: String) -> AuditEvent {
        AuditEvent("file_read", session: session, fields: ["path": .string(path)])
    }

    /// A file is about to be written.
    /// - Parameter edits: how many texts are to be replaced; nil when the whole content is.
    static func fileWrite(session: String, path: String, bytes: Int, edits: Int?) -> AuditEvent {
        var fields: JSONObject = ["path": .string(path), "bytes": .int(bytes)]
        if let edits { fields["edits"] = .int(edits) }
        return AuditEvent("file_write", session: session, fields: fields)
    }

    /// What became of it.
    /// - Parameters:
    ///   - bytes: read or written.
    ///   - reason: one of our words, when it failed.
    static func fileEnd(session: String, start: AuditReceipt, bytes: Int?, reason: String?) -> AuditEvent {
        var fields: JSONObject = [
            "start": .int(start.seq), "result": .string((reason == nil ? AuditResult.ok : .failed).rawValue),
        ]
        if let bytes { fields["bytes"] = .int(bytes) }
        if let reason { fields["reason"] = .string(reason) }
        return AuditEvent("file_end", session: session, fields: fields)
    }
}
