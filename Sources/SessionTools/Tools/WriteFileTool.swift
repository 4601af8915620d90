import AuditLog
import CommandCalls
import JSON
import MCPProtocol
import MCPServer
import Redaction
import SessionFiles
import Sessions
import ToolSchema

/// `session_write_file`: the whole content of a file, or changes of its text.
struct WriteFileTool {
    let host: SessionHost

    var tool: Tool {
        Tool(
            name: "session_write_file", title: "Write a file",
            description: """
                Writes a file where the session runs (also over ssh and in containers), without the shell: no quoting, no \
                here-document. Give `content` for the whole file, or `edits` to change parts: each `old` text must stand in \
                the file exactly once (or set all), as it is there. All edits are made or none; the file is replaced at once \
                and keeps its mode. Text with a [REDACTED:kind] marker is refused: it would destroy the credential.
                """,
            input: .object([
                .required("session_id", .string("from session_create")),
                .required("path", FilePath.schema),
                .optional("content", Schema.string("the whole new content").orNull),
                .optional("edits", Schema.array(of: .object([
                    .required("old", .string("text that stands there")),
                    .required("new", .string("text to put in its place")),
                    .optional("all", Schema.boolean("every place, not the only one").orNull),
                ]), "changes, made one after the other").orNull),
                .optional("create_only", Schema.boolean("with content: fail when the file is there").orNull),
            ]),
            output: .object([
                .required("path", .string()),
                .required("bytes", .integer("of the file now")),
                .required("created", .boolean("whether it was not there before")),
                .optional("replaced", .integer("how many places the edits changed")),
                .optional("checkpoint", ExecResult.checkpointSchema),
            ]),
            annotations: ToolAnnotations(readOnly: false, destructive: true, idempotent: false, openWorld: false),
            run: run)
    }

    private func run(_ context: ToolContext) {
        let content = context.arguments.string("content").map { Array($0.utf8) }
        let edits = (context.arguments.value("edits")?.array ?? []).compactMap(\.object).map(Self.edit)
        guard (content == nil) != edits.isEmpty else {
            return context.fail("Give either content, for the whole file, or edits.")
        }
        guard let call = FileCall(host, context) else { return }
        let texts = edits.flatMap { [$0.old, $0.new] } + (content.map { [$0] } ?? [])
        guard !texts.contains(where: { RedactionMarker.contains($0) }) else {
            return context.fail(
                "The text holds a marker like [REDACTED:kind], which stands for a credential you were not shown. Written, it would "
                    + "destroy the credential; nothing was written. Use edits that leave that part of the file alone.")
        }
        let bytes = texts.reduce(0) { $0 + $1.count }
        let event = AuditEvent.fileWrite(
            session: call.session, path: call.shown, bytes: bytes, edits: content == nil ? edits.count : nil)
        call.begin(as: "tee", event) { receipt in
            takeTurn(call, receipt) { call, checkpoint in
                if let content {
                    let before: SessionFiles.Before = context.arguments.bool("create_only") == true ? .nothing : .anything
                    write(content, before, nil, checkpoint, call, receipt)
                } else {
                    change(edits, checkpoint, call, receipt)
                }
            }
        }
    }

    /// Waits for restores of the session, and takes an automatic checkpoint where there are such.
    private func takeTurn(_ call: FileCall, _ receipt: AuditReceipt?, begin: @escaping (FileCall, JSONValue?) -> Void) {
        call.open.takeTurnForFile(
            call.context,
            refused: {
                call.end(receipt, bytes: nil, reason: "not_begun")
                call.context.fail("The file was not written: the session has ended.")
            },
            begin: { checkpoint, leave in
                var call = call
                call.onEnd = leave
                begin(call, checkpoint)
            })
    }

    private static func edit(_ value: JSONObject) -> TextEdit {
        TextEdit(
            old: Array((value["old"]?.string ?? "").utf8), new: Array((value["new"]?.string ?? "").utf8),
            isEverywhere: value["all"]?.bool == true)
    }

    private func change(_ edits: [TextEdit], _ checkpoint: JSONValue?, _ call: FileCall, _ receipt: AuditReceipt?) {
        let side = call.files.readAll(call.bytes) { result in
            switch result {
            case .failure(let failure): call.fail(failure, receipt)
            case .success(let old):
                // The agent sees CR LF as LF, so its texts are read as what stands there.
                let isCRLF = TextFile.hasCarriageReturns(old)
                let edits = isCRLF ? edits.map(Self.withCarriageReturns) : edits
                do throws(TextEdit.Failure) {
                    let new = try TextEdit.apply(edits, to: old)
                    write(new.text, .content(old), new.places, checkpoint, call, receipt)
                } catch {
                    call.end(receipt, bytes: nil, reason: "edit_does_not_fit")
                    call.context.fail(Self.text(error))
                }
            }
        }
        call.context.onCancel = { side.cancel() }
    }

    private static func withCarriageReturns(_ edit: TextEdit) -> TextEdit {
        TextEdit(
            old: TextFile.withCarriageReturns(edit.old), new: TextFile.withCarriageReturns(edit.new),
            isEverywhere: edit.isEverywhere)
    }

    private func write(
        _ content: [UInt8], _ before: SessionFiles.Before, _ places: Int?, _ checkpoint: JSONValue?, _ call: FileCall,
        _ receipt: AuditReceipt?
    ) {
        let side = call.files.write(call.bytes, content, before: before) { result in
            switch result {
            case .failure(let failure): call.fail(failure, receipt)
            case .success(let written):
                call.end(receipt, bytes: content.count)
                var object: JSONObject = [
                    "path": .string(call.shown), "bytes": .int(content.count), "created": .bool(written == .new),
                ]
                if let places { object["replaced"] = .int(places) }
                if let checkpoint { object["checkpoint"] = checkpoint }
                call.context.finish(.structured(object))
            }
        }
        call.context.onCancel = { side.cancel() }
    }

    private static func text(_ failure: TextEdit.Failure) -> String {
        let rest = " Nothing was changed. Read the file again (session_read_file) and give the text exactly as it stands there."
        return switch failure {
        case .empty(let number): "edits[\(number)].old is empty." + rest
        case .notFound(let number): "edits[\(number)].old does not stand in the file (as the edits before it leave it)." + rest
        case .ambiguous(let number, let places):
            "edits[\(number)].old stands there \(places) times. Nothing was changed: give more of the text around it, or set all."
        }
    }
}
