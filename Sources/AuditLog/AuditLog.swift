public import PrivateFiles

/// An append-only log: one JSON object a line, each holding the hash of the one before.
///
/// `append` returns once the record is in the kernel's hands (with `.each`, on the disk). When it throws, the effect that
/// waited for the record must not happen. Several processes may write to one file: each append takes the file's lock
/// and continues from what is there. Clocks may jump; `seq` orders the records.
public final class AuditLog {
    /// When records reach the disk.
    public enum Durability: Sendable {
        /// When the kernel likes (seconds). Survives the end of the process, not a loss of power.
        case none
        /// Before `append` returns (fdatasync(2)): about a disk's write latency per record.
        case each
    }

    /// The name in its directory.
    public let name: String
    /// The identity in its `begin` record: 32 hexadecimal digits.
    public internal(set) var file = ""

    let directory: Directory
    let log: File
    let headFile: File
    let durability: Durability
    let now: () -> Int
    /// Where the chain stands: the newest record, and the size of the file after it.
    var seq = -1
    var hash = AuditRecord.noHash
    var size = 0

    private let patience: LockPatience

    /// Takes up the log `name` in `directory`, or begins it (mode 0600).
    ///
    /// - Parameter now: milliseconds since 1970-01-01 UTC.
    public convenience init(
        in directory: consuming Directory, name: String, durability: Durability, now: @escaping () -> Int
    ) throws(AuditError) {
        try self.init(in: directory, name: name, durability: durability, patience: LockPatience(), now: now)
    }

    /// - Parameter patience: what this log shares with the other logs of its server.
    init(
        in directory: consuming Directory, name: String, durability: Durability, patience: LockPatience,
        now: @escaping () -> Int
    ) throws(AuditError) {
        self.name = name
        self.patience = patience
        self.durability = durability
        self.now = now
        let held = directory
        do throws(FileError) {
            log = try held.append(name)
            headFile = try held.update(AuditHead.name(of: name))
            _ = try headFile.holdSharedLock()
        } catch {
            throw .file(error)
        }
        self.directory = held
        try locked { () throws(AuditError) in try takeUp() }
    }

    /// Appends one record: on return it is in the file, whole, and the head names it.
    @discardableResult
    public func append(_ event: AuditEvent) throws(AuditError) -> AuditReceipt {
        try locked { () throws(AuditError) in
            try catchUp()
            return try write(event)
        }
    }

    /// The newest record, as far as this process knows. Worth keeping elsewhere: see `docs/audit-format.md`.
    public var head: AuditHead { AuditHead(file: file, seq: seq, hash: hash) }

    // MARK: Under the lock

    private func locked<Value>(_ body: () throws(AuditError) -> Value) throws(AuditError) -> Value {
        try log.withLock(
            waitingAtMost: patience.allowance(now: now()), waited: patience.spend,
            orElse: { $0 == .locked ? AuditError.locked : .file($0) }, body)
    }

    /// Looks at what stands at the name: still this file, and has another writer added to it?
    private func catchUp() throws(AuditError) {
        let own = identity
        let found = try filing { () throws(FileError) in try directory.info(name) }
        guard let found else { throw .removed }
        guard found.device == own.device, found.inode == own.inode else { throw .replaced }
        if found.size != size { try readOn(to: found.size) }
    }

    /// - Parameter torn: what ends a torn line before the record.
    func write(_ event: AuditEvent, after torn: [UInt8] = []) throws(AuditError) -> AuditReceipt {
        let (line, hash) = AuditRecord.encode(event, seq: seq + 1, ts: now(), prev: self.hash)
        guard line.count <= AuditRecord.largestLine else { throw .tooLarge(limit: AuditRecord.largestLine) }
        try filing { () throws(FileError) in try log.append(torn.isEmpty ? line : torn + line, sync: durability == .each) }
        seq += 1
        self.hash = hash
        size += torn.count + line.count
        try filing { () throws(FileError) in try headFile.write(head.encoded(), at: 0) }
        return AuditReceipt(seq: seq, file: file)
    }

    /// Device and inode of the open file: asked once, they never change.
    private lazy var identity: (device: UInt64, inode: UInt64) = {
        guard let info = try? log.info else { return (0, 0) }
        return (info.device, info.inode)
    }()
}
