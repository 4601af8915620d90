/// Which records to show or export. A condition that is nil lets everything through.
public struct AuditFilter: Sendable {
    /// Not before, not after: milliseconds since 1970-01-01 UTC, both ends included.
    public var from: Int?
    public var to: Int?
    public var session: String?
    public var types: Set<AuditType>?
    public var results: Set<AuditResult>?

    public init(
        from: Int? = nil, to: Int? = nil, session: String? = nil, types: Set<AuditType>? = nil,
        results: Set<AuditResult>? = nil
    ) {
        self.from = from
        self.to = to
        self.session = session
        self.types = types
        self.results = results
    }

    /// Whether the record meets every condition.
    public func matches(_ record: AuditRecord) -> Bool {
        if let from, record.ts < from { return false }
        if let to, record.ts > to { return false }
        if let session, record.session != session { return false }
        if let types, !types.contains(record.type) { return false }
        if let results, !(record.result.map(results.contains) ?? false) { return false }
        return true
    }
}
