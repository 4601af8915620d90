import AuditLog
import JSON
import KeeperProtocol

// The records of a run with secrets. `docs/audit-format.md` lists them with their members.
extension AuditEvent {
    /// A command is about to get secrets and to run. Written before the keeper is asked for a value.
    static func runStart(command: String, program: String, wish: RunWish, keys: [String], cwd: String) -> AuditEvent {
        var fields: JSONObject = [
            "command": .string(command), "program": .string(program), "secrets": .array(keys.map { .string($0) }),
        ]
        if let project = wish.project { fields["project"] = .string(project) }
        if let environment = wish.environment { fields["environment"] = .string(environment) }
        if let folder = wish.folder { fields["folder"] = .string(folder) }
        if let delivery = wish.delivery { fields["delivery"] = .string(delivery.rawValue) }
        fields["cwd"] = .string(cwd)
        fields["timeout_ms"] = .int(wish.timeout * 1000)
        return AuditEvent("run_start", session: SecretRunHost.session, fields: fields)
    }

    /// It ended, or nothing began.
    ///
    /// - Parameters:
    ///   - fence: who refused it: `vault` or `user`.
    ///   - output: redacted and shaped as the agent got it.
    static func runEnd(
        start: AuditReceipt, result: AuditResult, fence: String? = nil, exitCode: Int? = nil, signal: Int? = nil,
        milliseconds: Int = 0, output: (stdout: String, stderr: String, isTruncated: Bool)? = nil, reason: String? = nil
    ) -> AuditEvent {
        var fields: JSONObject = ["start": .int(start.seq), "result": .string(result.rawValue)]
        if let fence { fields["fence"] = .string(fence) }
        if let exitCode { fields["exit_code"] = .int(exitCode) }
        if let signal { fields["signal"] = .int(signal) }
        fields["duration_ms"] = .int(milliseconds)
        if result == .timeout { fields["timed_out"] = true }
        if let output {
            fields["truncated"] = .bool(output.isTruncated)
            fields["stdout"] = .string(output.stdout)
            fields["stderr"] = .string(output.stderr)
        }
        if let reason { fields["reason"] = .string(reason) }
        return AuditEvent("run_end", session: SecretRunHost.session, fields: fields)
    }
}
