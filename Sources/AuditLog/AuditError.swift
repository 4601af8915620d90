public import PrivateFiles

/// Why a record was not written, or a log not opened. The effect that waited for the record must not happen.
public enum AuditError: Error, Equatable, Sendable {
    /// The file system refused: full, read-only, a link, wrong owner or mode.
    case file(FileError)
    /// Another process keeps the lock on the log.
    case locked
    /// The log file or its directory was removed while in use.
    case removed
    /// Another file stands at the log's name now.
    case replaced
    /// The file became shorter than what this log knows to be in it.
    case shortened
    /// The last whole line is not a record, or what another writer added does not continue the chain.
    case damaged
    /// The record would be larger than `limit` bytes.
    case tooLarge(limit: Int)
    /// The file at this name is not an audit log of this format.
    case notALog

    /// A sentence without a path and what to do.
    public var explanation: String {
        switch self {
        case .file(let error): "the audit log: \(error.explanation)"
        case .locked:
            "another process keeps the audit log locked, maybe a command of a session: end it (lslocks names it), and call again"
        case .removed: "the audit log was removed while in use; restart the server to begin a new one"
        case .replaced: "another file stands in the place of the audit log; find out who put it there"
        case .shortened: "the audit log was shortened by someone else; run 'audit verify'"
        case .damaged: "the audit log does not end in a valid record; run 'audit verify' and move the file away"
        case .tooLarge(let limit): "the audit record would be larger than \(limit) bytes"
        case .notALog: "the file is not an audit log; choose another path"
        }
    }
}

/// Runs `body` with file errors turned into audit errors.
func filing<Value: ~Copyable>(_ body: () throws(FileError) -> Value) throws(AuditError) -> Value {
    do {
        return try body()
    } catch {
        throw .file(error)
    }
}
