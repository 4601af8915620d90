import EventLoop
import AuditLog
import CommandCalls
import JSON
import LinearRegex
import MCPProtocol
import MCPServer
import SessionFiles
import Sessions
import ToolSchema

/// `session_read_file`: a file where a session runs, redacted and within a budget like every output.
struct ReadFileTool {
    let host: SessionHost

    /// Bytes that one call reads.
    private static let most = 16 << 20

    var tool: Tool {
        Tool(
            name: "session_read_file", title: "Read a file",
            description: """
                Reads a text file where the session runs (also over ssh and in containers), without the shell: no quoting, no \
                cat. Long files come cut in the middle, the whole stays behind output_id (session_output pages and searches \
                it), or ask for less with `budget`. Credentials are replaced by [REDACTED:kind]: do not write such text back, \
                change other parts with the `edits` of session_write_file instead.
                """,
            input: .object([
                .required("session_id", .string("from session_create")),
                .required("path", FilePath.schema),
                .optional("offset", Schema.integer("bytes to pass over, in a very large file", minimum: 0, default: 0).orNull),
                .optional("budget", CompiledBudget.schema.orNull),
            ]),
            output: .object([
                .required("path", .string()),
                .required("size", .integer("bytes of the whole file")),
                .required("bytes_read", .integer("bytes behind offset that were read, at most 16 MiB")),
                .required("text", .string()),
                .required("truncated", .boolean("whether text is missing here")),
                .optional("output_id", .string("all that was read, for session_output")),
                .optional("line_ends", .choice(["crlf"], "lines end in CR LF, shown as LF")),
                .optional("binary", .boolean("it holds NUL: what is shown is not what is there")),
                .optional("redactions", .map(of: .integer(), "how often which kind of credential was replaced")),
                .optional("hint", .string("what to do next")),
            ]),
            annotations: ToolAnnotations(readOnly: true, destructive: false, idempotent: true, openWorld: false),
            meta: ["anthropic/maxResultSizeChars": 100_000], run: run)
    }

    private func run(_ context: ToolContext) {
        let budget: CompiledBudget?
        do throws(CompiledBudget.Fault) {
            budget = try context.arguments.object("budget").map { (value) throws(CompiledBudget.Fault) in try CompiledBudget(value) }
        } catch {
            return context.fail("budget: " + error.text)
        }
        guard let call = FileCall(host, context) else { return }
        call.begin(as: "cat", .fileRead(session: call.session, path: call.shown)) { receipt in
            let offset = context.arguments.int("offset") ?? 0
            let unseen = min(offset, host.texts.context)
            let side = call.files.read(call.bytes, offset: offset - unseen, most: Self.most + unseen) {
                switch $0 {
                case .failure(let failure): call.fail(failure, receipt)
                case .success(let part):
                    call.end(receipt, bytes: part.content.totalBytes)
                    shape(FilePart(part, offset: offset, unseen: min(unseen, part.content.totalBytes)), budget, call)
                }
            }
            context.onCancel = { side.cancel() }
        }
    }

    private func shape(_ part: FilePart, _ budget: CompiledBudget?, _ call: FileCall) {
        let context = call.context
        let work = ResultShaping(
            stdout: CaptureReading(part.content, host.texts, isEnded: true, isCut: part.isCut, unseen: part.unseen),
            stderr: CaptureReading(Capture(), host.texts, isEnded: true), budget: budget ?? call.open.budget, reserved: 0)
        let task = host.shaping.start(work) {
            switch $0 {
            case .failure: context.fail("budget.grep.pattern takes too long on this file. Use a simpler one.")
            case .success(let shaped): context.finish(.structured(result(part, shaped, call)))
            }
        }
        context.onCancel = { task.cancel() }
    }

    private func result(_ part: FilePart, _ shaped: ShapedResult, _ call: FileCall) -> JSONObject {
        let head = part.content.bytes(at: part.unseen, length: 64 << 10)
        var object: JSONObject = [
            "path": .string(call.shown), "size": .int(part.size), "bytes_read": .int(part.count),
            "text": .string(shaped.stdout.text), "truncated": .bool(shaped.isTruncated),
        ]
        if shaped.isTruncated {
            object["output_id"] = .string(
                host.outputs.keep(
                    session: call.session, stdout: part.content, stderr: Capture(), unseen: part.unseen, isCut: part.isCut,
                    now: host.loop.now))
        }
        if head.contains(0) { object["binary"] = true }
        if TextFile.hasCarriageReturns(head) { object["line_ends"] = "crlf" }
        if !shaped.redactions.isEmpty { object["redactions"] = shaped.redactions.redactionsField }
        if part.isCut { object["hint"] = .string("The file goes on: call again with offset \(part.end).") }
        return object
    }
}

/// A part of a file, read together with what stands before it: a credential that spans the offset is found all the same.
struct FilePart {
    let content: Capture
    let size: Int
    let offset: Int
    /// Bytes of the content before the offset.
    let unseen: Int

    init(_ part: SessionFiles.Part, offset: Int, unseen: Int) {
        (content, size, self.offset, self.unseen) = (part.content, part.size, offset, unseen)
    }

    /// Bytes from the offset on.
    var count: Int { content.totalBytes - unseen }
    var end: Int { offset + count }
    /// Whether the file goes on. One that has no size to tell, such as those of /proc, does not.
    var isCut: Bool { count > 0 && end < size }
}

/// What is told of a file's text.
enum TextFile {
    /// Whether its lines end in CR LF.
    static func hasCarriageReturns(_ text: [UInt8]) -> Bool {
        guard let end = text.firstIndex(of: 0x0A), end > 0 else { return false }
        return text[end - 1] == 0x0D
    }

    /// The same text with CR LF at the end of each line.
    static func withCarriageReturns(_ text: [UInt8]) -> [UInt8] {
        var out: [UInt8] = []
        for (index, byte) in text.enumerated() {
            if byte == 0x0A, index == 0 || text[index - 1] != 0x0D { out.append(0x0D) }
            out.append(byte)
        }
        return out
    }
}
