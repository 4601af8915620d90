import CommandCalls
import JSON
import KeeperProtocol
import Sessions
import Spawn
import ToolSchema

/// The result of `run-with-secrets`: exact to its schema, and readable by itself.
struct RunResult {
    let shaped: ShapedResult
    let outcome: DirectOutcome
    let keys: [String]
    var opened: OpenedSecrets?
    var outputID: String?
    var warnings: [String] = []
    var hints: [String] = []

    init(shaped: ShapedResult, outcome: DirectOutcome, keys: [String]) {
        self.shaped = shaped
        self.outcome = outcome
        self.keys = keys
    }

    var json: JSONObject {
        var object: JSONObject = ["exitCode": .int(outcome.shellCode)]
        if let signal = outcome.signal { object["signal"] = .string(Self.name(of: signal)) }
        object["stdout"] = .string(shaped.stdout.text)
        object["stderr"] = .string(shaped.stderr.text)
        object["timedOut"] = .bool(outcome.timedOut)
        object["durationMs"] = .int(outcome.milliseconds)
        object["truncated"] = .bool(shaped.isTruncated)
        object["secrets"] = .array(keys.map { .string($0) })
        if let opened {
            object["project"] = .string(opened.projectName)
            if let place = opened.entries.first { object["environment"] = .string(place.environment) }
        }
        if !shaped.redactions.isEmpty { object["redactions"] = shaped.redactions.redactionsField }
        if let outputID { object["outputId"] = .string(outputID) }
        if let budget = shaped.budgetField { object["budget"] = budget }
        if !warnings.isEmpty { object["warnings"] = .array(warnings.map { .string($0) }) }
        if !hints.isEmpty { object["hint"] = .string(hints.joined(separator: " ")) }
        object["fence"] = "advisory"
        return object
    }

    static let schema: Schema = .object([
        .required("exitCode", .integer("128 and the signal's number when a signal ended it; 124 after a timeout")),
        .optional("signal", .string("the signal that ended it")),
        .required("stdout", .string()),
        .required("stderr", .string()),
        .required("timedOut", .boolean()),
        .required("durationMs", .integer()),
        .required("truncated", .boolean("whether output is missing here")),
        .required("secrets", .array(of: .string(), "the names that were injected")),
        .optional("project", .string("where they are from")),
        .optional("environment", .string()),
        .optional("redactions", .map(of: .integer(), "how often which name, or kind of credential, stands for a value in the output")),
        .optional("outputId", .string("the whole output, for session_output (output_id); kept about 30 minutes")),
        .optional("budget", .object([.required("stdout", report), .required("stderr", report)], "what the budget did")),
        .optional("warnings", .array(of: .string())),
        .optional("hint", .string("what to do next")),
        .required("fence", .choice(["advisory"], "the command is judged by its text; nothing confines what runs")),
    ])

    private static let report: Schema = .object([
        .required("mode", .string()), .required("lines_total", .integer()), .required("lines_kept", .integer()),
    ])

    /// Names of signal(7), numbers of all architectures Swift runs on.
    private static func name(of signal: Signal) -> String {
        switch signal.rawValue {
        case 1: "SIGHUP"
        case 2: "SIGINT"
        case 3: "SIGQUIT"
        case 4: "SIGILL"
        case 6: "SIGABRT"
        case 7: "SIGBUS"
        case 8: "SIGFPE"
        case 9: "SIGKILL"
        case 11: "SIGSEGV"
        case 13: "SIGPIPE"
        case 14: "SIGALRM"
        case 15: "SIGTERM"
        case let number: "signal \(number)"
        }
    }
}

extension DirectOutcome {
    /// What a shell would say in `$?`.
    var shellCode: Int {
        if timedOut { return 124 }
        return exitCode ?? signal.map { 128 + Int($0.rawValue) } ?? 255
    }

    /// Rounded down.
    var milliseconds: Int {
        Int(duration.components.seconds) * 1000 + Int(duration.components.attoseconds / 1_000_000_000_000_000)
    }
}
