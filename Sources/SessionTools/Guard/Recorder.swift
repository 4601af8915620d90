public import AuditLog

/// Where records go: nowhere, one file, or one file a session. A record that cannot be written is an error, and its caller
/// then does not do what it wanted to record.
public final class Recorder {
    public enum Sink {
        case off
        case file(AuditLog)
        case directory(AuditDirectory)
    }

    private let sink: Sink
    private var logs: [String: AuditLog] = [:]

    public init(_ sink: Sink) { self.sink = sink }

    /// Whether anything is recorded.
    public var isOn: Bool { if case .off = sink { false } else { true } }

    /// Writes a record. Returns nil when nothing is recorded.
    @discardableResult
    public func write(_ event: AuditEvent) throws(AuditError) -> AuditReceipt? {
        switch sink {
        case .off: return nil
        case .file(let log): return try log.append(event)
        case .directory(let directory):
            guard let session = event.session else { return try directory.index.append(event) }
            let log: AuditLog
            if let known = logs[session] { log = known } else { log = try open(session, in: directory) }
            let receipt = try log.append(event)
            if event.type == .close {
                logs[session] = nil
                try directory.close(log, session: session)
            }
            return receipt
        }
    }

    private func open(_ session: String, in directory: AuditDirectory) throws(AuditError) -> AuditLog {
        let log = try directory.open(session: session)
        logs[session] = log
        return log
    }

    /// Lets go of old files, where the operator wants that.
    public func prune() throws(AuditError) {
        if case .directory(let directory) = sink { try directory.prune() }
    }

    /// What the agent is told when a record could not be written.
    static func refusal(_ error: AuditError) -> String {
        "Nothing was run: the audit record could not be written (\(error.explanation)) "
            + "The operator has to repair that; execkit-mcp doctor names the place."
    }
}
