package import AuditLog
import JSON
package import OutputShaping

// What a command reads can be as telling as the command: a shell runs it. It is on record as far as it is safe to show.
extension AuditEvent {
    private static let shownCharacters = 4_000

    /// This record with what the command is given to read: redacted, and shortened when long.
    package func reading(_ input: String?, by command: String, _ texts: Texts) -> AuditEvent {
        guard let input, !input.isEmpty else { return self }
        var fields = fields
        if Fence.shellReadsInput(of: command) {
            let text = texts.command(input)
            fields["stdin"] = .string(Self.shown(ElidedText(whole: text.bytes)))
            return AuditEvent(type, session: session, fields: fields).naming(text.hiddenPrograms, texts)
        }
        fields["stdin"] = .string(Self.shown(ElidedText(whole: texts.bytes(Array(input.utf8)))))
        return AuditEvent(type, session: session, fields: fields)
    }

    /// This record with the programs that its redacted text hides.
    package func naming(_ programs: [String], _ texts: Texts) -> AuditEvent {
        guard !programs.isEmpty else { return self }
        var fields = fields
        let names = programs.map { JSONValue.string(String(texts.string($0).prefix(200))) }
        let known = fields["hidden_programs"]?.array ?? []
        fields["hidden_programs"] = .array(known + names)
        return AuditEvent(type, session: session, fields: fields)
    }

    /// Something is about to be written to a job.
    ///
    /// - Parameter text: what is safe to show of it and of what was held back before.
    package static func jobInput(session: String, job: String, bytes: Int, text: ElidedText) -> AuditEvent {
        AuditEvent("job_input", session: session, fields: [
            "job": .string(job), "bytes": .int(bytes), "text": .string(shown(text)),
        ])
    }

    private static func shown(_ text: ElidedText) -> String {
        let cap = HeadTailCap(limit: shownCharacters, measure: .characters, countsNote: true)
        return String(decoding: cap.apply(to: text).rendered, as: UTF8.self)
    }
}
