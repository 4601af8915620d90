import JSON

// The records of the shell's life. `docs/audit-format.md` lists them with their members.
extension AuditEvent {
    /// The server begins to serve.
    public static func serverStart(version: String, process: Int) -> AuditEvent {
        AuditEvent(.serverStart, fields: ["version": .string(version), "pid": .int(process)])
    }

    /// The server ends in good order. Without this record it was killed.
    public static func serverStop(reason: String) -> AuditEvent {
        AuditEvent(.serverStop, fields: ["reason": .string(reason)])
    }

    /// A session was opened. `transport` is `local`, `ssh:<host>` or `docker:<name>`.
    public static func open(session: String, transport: String, cwd: String?) -> AuditEvent {
        AuditEvent(.open, session: session, fields: make(["transport": .string(transport), "cwd": cwd.map(JSONValue.string)]))
    }

    /// A session could not be opened. `reason` is one of our own words, never a program's output.
    public static func openFailed(transport: String, reason: String) -> AuditEvent {
        AuditEvent(.openFailed, fields: make([
            "transport": .string(transport), "reason": .string(reason), "result": result(.failed),
        ]))
    }

    /// A session ended: `destroyed`, `idle`, `shell_exited`, `timed_out`, `shutdown`, …
    public static func close(session: String, reason: String) -> AuditEvent {
        AuditEvent(.close, session: session, fields: ["reason": .string(reason)])
    }

    /// A command is about to run. Written before it does.
    public static func execStart(session: String, command: String, cwd: String?, timeoutMilliseconds: Int?) -> AuditEvent {
        AuditEvent(.execStart, session: session, fields: make([
            "command": .string(command), "cwd": cwd.map(JSONValue.string),
            "timeout_ms": timeoutMilliseconds.map { .int($0) },
        ]))
    }

    /// A command ended.
    /// - Parameters:
    ///   - start: the receipt of its `exec_start`.
    ///   - exitCode: nil when the shell did not live to say it.
    ///   - stdout: redacted and shaped as the agent got it; nil to record none.
    public static func execEnd(
        session: String, start: AuditReceipt, result outcome: AuditResult, exitCode: Int?, durationMilliseconds: Int,
        cwd: String?, truncated: Bool, stdout: String?, stderr: String?, reason: String? = nil
    ) -> AuditEvent {
        AuditEvent(.execEnd, session: session, fields: make([
            "start": .int(start.seq), "result": result(outcome), "exit_code": exitCode.map { .int($0) },
            "duration_ms": .int(durationMilliseconds), "timed_out": .bool(outcome == .timeout),
            "cwd": cwd.map(JSONValue.string), "truncated": .bool(truncated), "stdout": stdout.map(JSONValue.string),
            "stderr": stderr.map(JSONValue.string), "reason": reason.map(JSONValue.string),
        ]))
    }

    /// A command was refused and never ran.
    /// - Parameter fence: who refused: `operator`, `session` or `user`.
    public static func blocked(
        session: String?, command: String, fence: String, rule: String?, reason: String
    ) -> AuditEvent {
        AuditEvent(.blocked, session: session, fields: make([
            "command": .string(command), "fence": .string(fence), "rule": rule.map(JSONValue.string),
            "reason": .string(reason), "result": result(.blocked),
        ]))
    }

    /// A background job is about to start. Written before it does.
    public static func jobStart(session: String, job: String, command: String, cwd: String?) -> AuditEvent {
        AuditEvent(.jobStart, session: session, fields: make([
            "job": .string(job), "command": .string(command), "cwd": cwd.map(JSONValue.string),
        ]))
    }

    /// A background job ended.
    public static func jobEnd(
        session: String, job: String, start: AuditReceipt, result outcome: AuditResult, exitCode: Int?,
        durationMilliseconds: Int, reason: String? = nil
    ) -> AuditEvent {
        AuditEvent(.jobEnd, session: session, fields: make([
            "job": .string(job), "start": .int(start.seq), "result": result(outcome),
            "exit_code": exitCode.map { .int($0) }, "duration_ms": .int(durationMilliseconds),
            "reason": reason.map(JSONValue.string),
        ]))
    }

    private static func result(_ result: AuditResult) -> JSONValue { .string(result.rawValue) }

    /// An object of the members that have a value.
    private static func make(_ members: KeyValuePairs<String, JSONValue?>) -> JSONObject {
        var object = JSONObject()
        for (name, value) in members {
            if let value { object[name] = value }
        }
        return object
    }
}
