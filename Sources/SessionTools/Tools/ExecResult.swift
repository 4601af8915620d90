import CommandCalls
import JSON
import OutputShaping
import ToolSchema

/// The result of `session_exec`: exact to its schema, and readable by itself.
struct ExecResult {
    let command: String
    let stdout: String
    let stderr: String
    let isTruncated: Bool
    let duration: Duration
    private let budgetField: JSONValue?
    private let redactions: [String: Int]
    var exitCode: Int?
    var cwd: String?
    var timedOut = false
    var sessionClosed: String?
    var outputID: String?
    var jobID: String?
    var hint: String?
    /// What became of the automatic checkpoint before it.
    var checkpoint: JSONValue?

    init(command: String, shaped: ShapedResult, duration: Duration) {
        self.command = command
        stdout = shaped.stdout.text
        stderr = shaped.stderr.text
        isTruncated = shaped.isTruncated
        budgetField = shaped.budgetField
        redactions = shaped.redactions
        self.duration = duration
    }

    /// A long command is a script the agent has: it gets its beginning and end back.
    static func shown(_ command: String) -> String {
        let cap = HeadTailCap(limit: 900, measure: .json, countsNote: true)
        return String(decoding: cap.apply(to: ElidedText(whole: Array(command.utf8))).rendered, as: UTF8.self)
    }

    var shownCommand: String { Self.shown(command) }

    var json: JSONObject {
        var object: JSONObject = ["command": .string(shownCommand), "stdout": .string(stdout), "stderr": .string(stderr)]
        if let exitCode { object["exit_code"] = .int(exitCode) }
        object["duration_ms"] = .int(duration.wholeMilliseconds)
        if let cwd { object["cwd"] = .string(cwd) }
        object["truncated"] = .bool(isTruncated)
        if let budgetField { object["budget"] = budgetField }
        object["timed_out"] = .bool(timedOut)
        if let jobID {
            object["running"] = true
            object["job_id"] = .string(jobID)
        }
        if let checkpoint { object["checkpoint"] = checkpoint }
        if let outputID { object["output_id"] = .string(outputID) }
        if !redactions.isEmpty { object["redactions"] = redactions.redactionsField }
        if let sessionClosed { object["session_closed"] = .string(sessionClosed) }
        if let hint { object["hint"] = .string(hint) }
        return object
    }

    static let schema: Schema = .object([
        .required("command", .string("as it was given, redacted, and shortened when long")),
        .required("stdout", .string()),
        .required("stderr", .string()),
        .optional("exit_code", .integer("what $? is; 124 after a timeout; missing while the command still runs")),
        .required("duration_ms", .integer()),
        .optional("cwd", .string("the shell's directory after the command, by the kernel's word")),
        .required("truncated", .boolean("whether output is missing here")),
        .optional("budget", .object([.required("stdout", report), .required("stderr", report)], "what the budget did")),
        .required("timed_out", .boolean()),
        .optional("running", .boolean("the command goes on as a job")),
        .optional("job_id", .string("for session_job")),
        .optional("checkpoint", checkpointSchema),
        .optional("output_id", .string("the whole output, for session_output; kept about 30 minutes")),
        .optional("redactions", .map(of: .integer(), "how often which kind of credential was replaced")),
        .optional("session_closed", .string("why the session ended with this command; create another")),
        .optional("hint", .string("what to do next")),
    ])

    static let checkpointSchema: Schema = .object([
        .optional("id", .string("for session_restore and session_diff")),
        .optional("new", .boolean("false: nothing had changed since the one before")),
        .optional("failed", .string("why none was taken; this went on all the same")),
    ], "the automatic checkpoint taken before this; missing when none was needed")

    private static let report: Schema = .object([
        .required("mode", .string()), .required("lines_total", .integer()), .required("lines_kept", .integer()),
    ])
}
