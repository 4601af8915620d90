import AuditLog
import JSON

/// A record as text for a person: one line, and below it what a command wrote. Fit for a terminal.
enum AuditText {
    /// Lines of output shown of each stream; `export` has all of them.
    private static let mostLines = 20

    static func of(_ record: AuditRecord) -> String {
        var parts = [TimePoint.text(record.ts), "#\(record.seq)", Printable.line(record.type.rawValue)]
        if let session = record.session { parts.append(Printable.line(session)) }
        if let command = record.object["command"]?.string { parts.append("$ \(Printable.line(command))") }
        for field in record.object where !shownElsewhere.contains(field.key) {
            if case .bool(false) = field.value { continue }
            parts.append("\(Printable.line(field.key))=\(value(field.value))")
        }
        var text = parts.joined(separator: "  ") + "\n"
        text += output(record, "stdout", mark: "  | ") + output(record, "stderr", mark: "  ! ")
        return text
    }

    private static let shownElsewhere: Set = [
        "seq", "ts", "type", "session", "prev", "hash", "command", "stdout", "stderr",
    ]

    private static func value(_ value: JSONValue) -> String {
        Printable.line(value.string ?? String(decoding: value.serialized(), as: UTF8.self))
    }

    private static func output(_ record: AuditRecord, _ name: String, mark: String) -> String {
        guard let text = record.object[name]?.string, !text.isEmpty else { return "" }
        let lines = Printable.lines(text)
        let shown = lines.prefix(mostLines).map { mark + $0 + "\n" }.joined()
        let left = lines.count - mostLines
        return left > 0 ? shown + "\(mark)... \(left) more lines\n" : shown
    }
}
