public import JSON

/// What kind of thing a record says. New kinds may be added by any room; a reader passes over kinds it does not know.
public struct AuditType: RawRepresentable, Hashable, Sendable, ExpressibleByStringLiteral {
    public let rawValue: String

    public init(rawValue: String) { self.rawValue = rawValue }
    public init(stringLiteral value: String) { self.init(rawValue: value) }

    /// The first record of a file: its identity and its name. Written by the log itself.
    public static let begin: AuditType = "begin"
    /// What the log found and repaired when it took up a file. Written by the log itself.
    public static let recovered: AuditType = "recovered"
    public static let serverStart: AuditType = "server_start"
    public static let serverStop: AuditType = "server_stop"
    public static let open: AuditType = "open"
    public static let openFailed: AuditType = "open_failed"
    public static let close: AuditType = "close"
    public static let execStart: AuditType = "exec_start"
    public static let execEnd: AuditType = "exec_end"
    public static let blocked: AuditType = "blocked"
    public static let jobStart: AuditType = "job_start"
    public static let jobEnd: AuditType = "job_end"
    /// Directory mode, in the index: a log file was begun, closed, or removed by retention.
    public static let fileOpen: AuditType = "file_open"
    public static let fileClose: AuditType = "file_close"
    public static let fileRemoved: AuditType = "file_removed"
}

/// How something ended, the `result` member of a record.
public enum AuditResult: String, Sendable, CaseIterable {
    /// Ended with exit code 0.
    case ok
    /// Ended with another exit code, or could not be done.
    case failed
    /// Stopped at its deadline.
    case timeout
    /// Stopped because the caller wished so.
    case cancelled
    /// Never ran: a rule or a person refused it.
    case blocked
}

/// One thing to record. Everything in it must have been redacted before.
public struct AuditEvent: Sendable {
    public let type: AuditType
    /// The session it belongs to, if any.
    public let session: String?
    /// What else is to be said, in this order.
    public let fields: JSONObject

    /// - Parameter fields: must not use the names `seq`, `ts`, `type`, `session`, `prev`, `hash`.
    public init(_ type: AuditType, session: String? = nil, fields: JSONObject = JSONObject()) {
        for field in fields { precondition(!Self.isReserved(field.key), "a reserved name in an audit event") }
        self.type = type
        self.session = session
        self.fields = fields
    }

    /// The same event with every text in its fields put through `body`.
    public func mappingStrings(_ body: (String) -> String) -> AuditEvent {
        AuditEvent(type, session: session, fields: fields.mappingStrings(body))
    }

    /// Whether the log itself writes a member of this name.
    private static func isReserved(_ name: String) -> Bool {
        switch name {
        case "seq", "ts", "type", "session", "prev", "hash": true
        default: false
        }
    }
}

/// Proof that a record was written: what an effect asks for before it begins, and its end record refers to.
public struct AuditReceipt: Hashable, Sendable {
    /// The number of the record in its file.
    public let seq: Int
    /// The identity of the file.
    public let file: String

    init(seq: Int, file: String) {
        self.seq = seq
        self.file = file
    }
}
