import CommandCalls
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
    private static let tooLong = "grep.pattern takes too long on this output. Use a simpler one."

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
                .optional("max_chars", Schema.integer("at most so many characters; about 8,500 unless given, and no more than a million", minimum: 0).orNull),
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
        let budget: CompiledBudget?
        do throws(CompiledBudget.Fault) {
            budget = try arguments.object("grep").map { (grep) throws(CompiledBudget.Fault) in
                try CompiledBudget(["grep": .object(grep), "keep": ["mode": "head", "n": .int(Self.limit(arguments))]])
            }
        } catch {
            return context.fail(error.text)
        }
        let isEnded = kept.isEnded()
        let capture = stream == "stderr" ? kept.stderr : kept.stdout
        let version = host.texts.version
        let known = isEnded ? host.outputs.text(identifier, stream: stream, version: version) : nil
        let source: OutputPart.Source =
            if let known { .known(known) } else { .stream(WholeStream(reading(kept, capture, stream, isEnded))) }
        let work = OutputPart(source, budget, offset: arguments.int("offset") ?? 0, limit: Self.limit(arguments)) { [host] text in
            if isEnded, known == nil { host.outputs.remember(text, of: identifier, stream: stream, version: version) }
        }
        let task = host.shaping.start(work) {
            switch $0 {
            case .success(let part): answer(context, identifier, stream, part)
            case .failure: context.fail(Self.tooLong)
            }
        }
        if !task.isOver { context.onCancel = { task.cancel() } }
    }

    private func reading(_ kept: OutputStore.Kept, _ capture: Capture, _ stream: String, _ isEnded: Bool) -> CaptureReading {
        guard stream == "stdout" else { return CaptureReading(capture, host.texts, isEnded: isEnded) }
        return CaptureReading(capture, host.texts, isEnded: isEnded, isCut: kept.isCut, unseen: kept.unseen)
    }

    private static func limit(_ arguments: ArgumentReader) -> Int { min(arguments.int("limit") ?? 200, mostLines) }

    private func answer(_ context: ToolContext, _ identifier: String, _ stream: String, _ part: OutputPart.Output) {
        let wished = context.arguments.int("max_chars")
        var shown = part.text
        if let wished {
            shown = HeadTailCap(limit: wished, measure: .characters, countsNote: false).apply(to: shown)
        }
        let room = wished == nil ? Self.room : ShapedResult.mostRoom
        shown = HeadTailCap(limit: room, measure: .json, countsNote: true).apply(to: shown)
        var result: JSONObject = [
            "output_id": .string(identifier), "stream": .string(stream),
            "text": .string(String(decoding: shown.rendered, as: UTF8.self)), "lines_total": .int(part.linesTotal),
            "lines_shown": .int(part.linesShown),
        ]
        if let next = part.next { result["next_offset"] = .int(next) }
        result["truncated"] = .bool(shown.isTruncated)
        context.finish(.structured(result))
    }
}
