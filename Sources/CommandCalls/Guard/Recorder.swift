package import AuditLog

/// Where records go: nowhere, one file, or one file a session. A record that cannot be written is an error, and its caller
/// then does not do what it wanted to record.
package final class Recorder {
    package enum Sink {
        case off
        case file(AuditLog)
        case directory(AuditDirectory)
    }

    private let sink: Sink
    private let texts: Texts
    private var logs: [String: AuditLog] = [:]
    /// Written before the first other record: a client that only probes leaves no trace.
    private var begin: AuditEvent?

    /// - Parameters:
    ///   - begin: the record that opens this run of the server.
    ///   - texts: the last look at what is written.
    package init(_ sink: Sink, texts: Texts = .shapesOnly, begin: AuditEvent? = nil) {
        self.sink = sink
        self.texts = texts
        self.begin = begin
    }

    /// Closes this run, if anything was recorded in it.
    package func end(_ event: AuditEvent) throws(AuditError) {
        if begin == nil { try write(event) }
    }

    /// Whether anything is recorded.
    package var isOn: Bool { if case .off = sink { false } else { true } }

    /// Writes a record. Returns nil when nothing is recorded.
    @discardableResult
    package func write(_ event: AuditEvent) throws(AuditError) -> AuditReceipt? {
        guard isOn else { return nil }
        if let first = begin {
            begin = nil
            do throws(AuditError) {
                try write(first)
            } catch {
                begin = first
                throw error
            }
        }
        let event = texts.version == 0 ? event : event.mappingStrings(texts.covered)
        switch sink {
        case .off: return nil
        case .file(let log): return try log.append(event)
        case .directory(let directory):
            guard let session = event.session else { return try directory.index.append(event) }
            let log: AuditLog
            if let known = logs[session] { log = known } else { log = try open(session, in: directory) }
            // Behind its last record a log is let go, whether or not that could be written; one without its first, too.
            defer { if event.type == .close || log.head.seq < 1 { logs[session] = nil } }
            let receipt = try log.append(event)
            if event.type == .close { try directory.close(log, session: session) }
            return receipt
        }
    }

    private func open(_ session: String, in directory: AuditDirectory) throws(AuditError) -> AuditLog {
        let log = try directory.open(session: session)
        logs[session] = log
        return log
    }

    /// Lets go of old files, where the operator wants that.
    package func prune() throws(AuditError) {
        if case .directory(let directory) = sink { try directory.prune() }
    }

    /// What the agent is told when a record could not be written.
    package static func refusal(_ error: AuditError) -> String {
        "Nothing was run: the audit record could not be written (\(error.explanation)) "
            + "The operator has to repair that; execkit-mcp doctor names the place."
    }
}
