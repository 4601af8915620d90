/// How long closed logs of a directory are kept.
public struct AuditRetention: Equatable, Sendable {
    /// Days since the last change; nil keeps them whatever their age.
    public var days: Int?
    /// Bytes that all logs together may take; nil for no limit. The oldest go first.
    public var totalBytes: Int?

    public init(days: Int?, totalBytes: Int?) {
        self.days = days
        self.totalBytes = totalBytes
    }

    /// A log in the directory.
    public struct Candidate: Equatable, Sendable {
        public var name: String
        /// Last change, milliseconds since 1970-01-01 UTC.
        public var modified: Int
        /// Bytes.
        public var size: Int
        /// Whether some server still writes to it. Such a log is never removed, but it counts.
        public var isInUse: Bool

        public init(name: String, modified: Int, size: Int, isInUse: Bool) {
            self.name = name
            self.modified = modified
            self.size = size
            self.isInUse = isInUse
        }
    }

    /// Which logs are to go, oldest first. A log changed in the future (the clock jumped) counts as new.
    public func expired(_ logs: [Candidate], now: Int) -> [String] {
        let oldestFirst = logs.sorted { ($0.modified, $0.name) < ($1.modified, $1.name) }
        var total = logs.reduce(0) { $0 + $1.size }
        var names: [String] = []
        for log in oldestFirst where !log.isInUse {
            let isOld = days.map { (now - log.modified) / 86_400_000 >= $0 } ?? false
            let isTooMuch = totalBytes.map { total > $0 } ?? false
            guard isOld || isTooMuch else { continue }
            names.append(log.name)
            total -= log.size
        }
        return names
    }
}
