import JSON
public import PrivateFiles

/// A directory with one log a session, and an index that records which logs there are: a chained log as well, so that a
/// log that was deleted or swapped as a whole shows.
public final class AuditDirectory {
    /// The name of the index in the directory.
    public static let indexName = "index.jsonl"

    /// The index. Events that belong to no session go here.
    public let index: AuditLog

    private let directory: Directory
    private let durability: AuditLog.Durability
    private let retention: AuditRetention
    private let now: () -> Int
    private let patience: LockPatience

    /// Takes up the directory and its index, and removes what retention lets go.
    public init(
        _ directory: consuming Directory, durability: AuditLog.Durability, retention: AuditRetention,
        now: @escaping () -> Int
    ) throws(AuditError) {
        let held = directory
        let forIndex = try filing { () throws(FileError) in try held.reopened() }
        patience = LockPatience()
        index = try AuditLog(
            in: forIndex, name: Self.indexName, durability: durability, patience: patience, now: now)
        self.directory = held
        self.durability = durability
        self.retention = retention
        self.now = now
        try prune()
    }

    /// Begins the log `<session>-<open_ms>.jsonl`. It is in the index before it is handed out.
    public func open(session: String) throws(AuditError) -> AuditLog {
        let name = Self.name(session: session, milliseconds: now())
        let forLog = try filing { () throws(FileError) in try directory.reopened() }
        let log = try AuditLog(in: forLog, name: name, durability: durability, patience: patience, now: now)
        try index.append(AuditEvent(.fileOpen, session: session, fields: ["name": .string(name), "file": .string(log.file)]))
        return log
    }

    /// Records in the index where a log ended. Its last record, `close`, must be in it already.
    public func close(_ log: AuditLog, session: String) throws(AuditError) {
        let head = log.head
        try index.append(AuditEvent(.fileClose, session: session, fields: [
            "name": .string(log.name), "file": .string(head.file), "head_seq": .int(head.seq),
            "head_hash": .string(head.hash),
        ]))
    }

    /// Removes the logs that retention lets go, each after the index says so. For the start and every few minutes.
    ///
    /// Only files that are logs by their name and have a head file; never one that a server has open, never the index.
    @discardableResult
    public func prune() throws(AuditError) -> [String] {
        guard retention.days != nil || retention.totalBytes != nil else { return [] }
        let logs = try filing { () throws(FileError) in try candidates() }
        let names = retention.expired(logs, now: now())
        for name in names {
            try index.append(AuditEvent(.fileRemoved, fields: ["name": .string(name)]))
            try filing { () throws(FileError) in
                try ignoringMissing { () throws(FileError) in try directory.remove(name) }
                try ignoringMissing { () throws(FileError) in try directory.remove(AuditHead.name(of: name)) }
            }
        }
        return names
    }

    /// The name of a session's log. What could be odd in a file name becomes `_`.
    public static func name(session: String, milliseconds: Int) -> String {
        var text: [UInt8] = []
        for byte in session.utf8.prefix(160) {
            switch byte {
            case 0x30...0x39, 0x41...0x5a, 0x61...0x7a, 0x2d, 0x2e, 0x3a, 0x40, 0x5f: text.append(byte)
            default: text.append(0x5f)
            }
        }
        if text.isEmpty || text[0] == 0x2e || text[0] == 0x2d { text.insert(0x5f, at: 0) }
        return "\(String(decoding: text, as: UTF8.self))-\(milliseconds).jsonl"
    }

    /// Whether a name has the form of a session's log.
    static func isLogName(_ name: String) -> Bool {
        guard name.hasSuffix(".jsonl"), let dash = name.lastIndex(of: "-") else { return false }
        let digits = name[name.index(after: dash)...].dropLast(6)
        return !digits.isEmpty && digits.utf8.allSatisfy { (0x30...0x39).contains($0) }
    }

    private func candidates() throws(FileError) -> [AuditRetention.Candidate] {
        let names = try directory.names()
        let all = Set(names)
        var candidates: [AuditRetention.Candidate] = []
        for name in names where Self.isLogName(name) && all.contains(AuditHead.name(of: name)) {
            guard let info = try directory.info(name), info.kind == .regular else { continue }
            let isUnused = try? directory.update(AuditHead.name(of: name)).isUnused()
            candidates.append(
                .init(name: name, modified: info.modifiedMilliseconds, size: info.size, isInUse: isUnused != true))
        }
        return candidates
    }

    private func ignoringMissing(_ body: () throws(FileError) -> Void) throws(FileError) {
        do {
            try body()
        } catch where error.isMissing {
            // Another server removed it at the same time.
        }
    }
}
