import EventLoop
import JSON
import LinearRegex
import MCPProtocol
import MCPServer
import OutputShaping
import Sessions
import ToolSchema

/// `session_output`: slices of, or a search in, the whole text behind a cut result.
struct OutputTool {
    let host: SessionHost

    private static let mostLines = 100_000
    private static let room = 8_500

    var tool: Tool {
        Tool(
            name: "session_output", title: "Read a kept output",
            description: """
                Reads the whole output behind an output_id: `limit` lines from line `offset` (0 is the first), or with `grep` \
                the lines that match, with context. The answer says how many lines there are. Kept about 30 minutes, redacted \
                like every result.
                """,
            input: .object([
                .required("output_id", .string("from session_exec or session_job")),
                .optional("stream", Schema.choice(["stdout", "stderr"], default: "stdout").orNull),
                .optional("offset", Schema.integer("lines to pass over", minimum: 0, default: 0).orNull),
                .optional("limit", Schema.integer("the most lines", minimum: 1, default: 200).orNull),
                .optional("grep", CompiledBudget.grepSchema.orNull),
                .optional("max_chars", Schema.integer("at most so many characters; about 8,500 unless given", minimum: 0).orNull),
            ]),
            output: .object([
                .required("output_id", .string()),
                .required("stream", .string()),
                .required("text", .string()),
                .required("lines_total", .integer("lines of the whole stream")),
                .required("lines_shown", .integer()),
                .optional("next_offset", .integer("where the next slice begins, when lines follow")),
                .required("truncated", .boolean("whether this answer was itself cut")),
            ]),
            annotations: ToolAnnotations(readOnly: true, destructive: false, idempotent: true, openWorld: false),
            meta: ["anthropic/searchHint": "search or slice long command output"], run: run)
    }

    private func run(_ context: ToolContext) {
        let arguments = context.arguments
        let identifier = arguments.requiredString("output_id")
        guard let kept = host.outputs.find(identifier, now: host.loop.now) else {
            return context.fail("output_id: no such output is kept. Outputs are kept for about 30 minutes, the newest 48; run the command again with a budget.")
        }
        let stream = arguments.string("stream") ?? "stdout"
        let text = CaptureText.whole(stream == "stderr" ? kept.stderr : kept.stdout, isEnded: kept.isEnded()).text
        do throws(CompiledBudget.Fault) {
            try answer(context, identifier, stream, text)
        } catch {
            context.fail(error.text)
        }
    }

    private func answer(
        _ context: ToolContext, _ identifier: String, _ stream: String, _ text: [UInt8]
    ) throws(CompiledBudget.Fault) {
        let arguments = context.arguments
        let limit = min(arguments.int("limit") ?? 200, Self.mostLines)
        var next: Int?
        var shown: ElidedText
        let total: Int
        var count: Int
        if let grep = arguments.object("grep") {
            let budget = try CompiledBudget(["grep": .object(grep), "keep": ["mode": "head", "n": .int(limit)]])
            guard let found = try? budget.apply(to: text) else {
                throw CompiledBudget.Fault(text: "grep.pattern takes too long on this output. Use a simpler one.")
            }
            shown = found.text
            total = found.report.linesTotal
            count = found.report.linesKept
        } else {
            let lines = LineSlice(of: text, offset: arguments.int("offset") ?? 0, limit: limit)
            shown = ElidedText(whole: lines.text)
            total = lines.total
            count = lines.count
            next = lines.next
        }
        let wished = arguments.int("max_chars")
        let cap = HeadTailCap(
            limit: wished ?? Self.room, measure: wished == nil ? .json : .characters, countsNote: wished == nil)
        shown = cap.apply(to: shown)
        count = min(count, total)
        var result: JSONObject = [
            "output_id": .string(identifier), "stream": .string(stream),
            "text": .string(String(decoding: shown.rendered, as: UTF8.self)), "lines_total": .int(total),
            "lines_shown": .int(count),
        ]
        if let next { result["next_offset"] = .int(next) }
        result["truncated"] = .bool(shown.isTruncated)
        context.finish(.structured(result))
    }
}

/// Some lines out of a text, by their numbers.
struct LineSlice {
    private(set) var text: [UInt8] = []
    private(set) var total = 0
    private(set) var count = 0
    /// The number of the first line behind the slice, if there is one.
    let next: Int?

    init(of whole: [UInt8], offset: Int, limit: Int) {
        var start = 0
        var first: Int?
        var end = 0
        while start < whole.count {
            let lineEnd = whole[start...].firstIndex(of: 0x0A).map { $0 + 1 } ?? whole.count
            if total >= offset, count < limit {
                if first == nil { first = start }
                end = lineEnd
                count += 1
            }
            total += 1
            start = lineEnd
        }
        if let first { text = Array(whole[first..<end]) }
        next = offset < total && count < total - offset ? offset + count : nil
    }
}
