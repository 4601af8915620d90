internal import GRDB

/// A state of the vault file, but for the rows that its store itself has appended to the log with `record`.
///
/// Two equal marks of one store mean that everything but the log reads the same. SQLite keeps pages in memory by the same
/// sign (PRAGMA data_version), so what was read at an equal mark is as good as reading it again.
public struct StateMark: Equatable, Sendable {
    fileprivate let version: Int
    fileprivate let changes: Int
}

extension VaultStore {
    /// The mark of the state that reads see now; within `atOnce`, of what is read there.
    public func mark() throws(VaultStoreError) -> StateMark { try read { db in try mark(db) } }

    private func mark(_ db: Database) throws -> StateMark {
        let version = try Int.fetchOne(db.cachedStatement(sql: "PRAGMA data_version"))
        guard let version else { throw VaultStoreError.corrupt }
        return StateMark(version: version, changes: changes)
    }

    private enum NotRecorded: Error {
        case moved
        case failed(VaultStoreError)
    }

    /// As `record(_:)`, if the file is still in a state: the check and the row are one transaction.
    ///
    /// - Returns: nil when it is not; nothing was written then.
    public func record(_ action: Action, ifStill mark: StateMark) throws(VaultStoreError) -> Int? {
        do throws(NotRecorded) {
            return try log(orElse: NotRecorded.failed) { (change) throws(NotRecorded) in
                let now: StateMark
                do { now = try self.mark(change.db) } catch { throw .failed(VaultStoreError(error)) }
                guard now == mark else { throw .moved }
                return action
            }
        } catch {
            switch error {
            case .moved: return nil
            case .failed(let error): throw error
            }
        }
    }
}
