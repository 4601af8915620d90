/// An open regular file: one descriptor, closed when the value goes.
public struct File: ~Copyable {
    let descriptor: Int32

    /// Takes over `descriptor` once it is known to be a regular file; closes it otherwise.
    init(owning descriptor: Int32) throws(FileError) {
        do throws(FileError) {
            let kind = try System.info(descriptor).kind
            guard kind == .regular else { throw FileError.wrongKind(kind) }
        } catch {
            System.close(descriptor)
            throw error
        }
        self.descriptor = descriptor
    }

    deinit {
        System.close(descriptor)
    }

    /// What the file is now.
    public var info: FileInfo {
        get throws(FileError) { try System.info(descriptor) }
    }

    /// Lends the descriptor, for a room that reads or writes the content in a way of its own. It stays open here.
    public borrowing func withDescriptor<R: ~Copyable, E: Error>(_ body: (Int32) throws(E) -> R) throws(E) -> R {
        try body(descriptor)
    }

    /// Up to `count` bytes at `offset`; fewer only when the file ends before.
    public func read(at offset: Int, count: Int) throws(FileError) -> [UInt8] {
        try System.read(descriptor, at: offset, count: count)
    }

    /// The whole content, if it is at most `limit` bytes long.
    public func readAll(limit: Int) throws(FileError) -> [UInt8] {
        let size = try info.size
        guard size <= limit else { throw .tooLarge(limit: limit) }
        // Read a little more than there should be: the file may be growing.
        var bytes = try read(at: 0, count: size + 1)
        while bytes.count > size, bytes.count <= limit {
            let more = try read(at: bytes.count, count: min(65_536, limit + 1 - bytes.count))
            if more.isEmpty { break }
            bytes += more
        }
        guard bytes.count <= limit else { throw .tooLarge(limit: limit) }
        return bytes
    }

    /// Appends all of `bytes` with one write(2) where the kernel takes them at once.
    ///
    /// When that fails half-way (a full disk), what was written is cut off again, as long as nobody else has appended
    /// meanwhile. The file was opened with `Directory.append(_:)`.
    ///
    /// - Parameter sync: whether to wait until the bytes are on the disk (fdatasync(2)).
    public func append(_ bytes: [UInt8], sync: Bool = false) throws(FileError) {
        let written = try System.write(descriptor, bytes[...])
        if written < bytes.count { try appendRest(bytes, after: written) }
        if sync { try System.sync(descriptor, dataOnly: true) }
    }

    private func appendRest(_ bytes: [UInt8], after written: Int) throws(FileError) {
        // After a short write the file ends with the first bytes, unless another writer was there.
        let start = try System.info(descriptor).size - written
        var done = written
        do throws(FileError) {
            while done < bytes.count { done += try System.write(descriptor, bytes[done...]) }
        } catch {
            if try System.info(descriptor).size == start + done { try System.truncate(descriptor, to: start) }
            throw error
        }
    }

    /// Writes all of `bytes` at `offset` without changing anything else.
    public func write(_ bytes: [UInt8], at offset: Int) throws(FileError) {
        var done = 0
        while done < bytes.count { done += try System.write(descriptor, bytes[done...], at: offset + done) }
    }

    /// Cuts the file, or extends it with zeros, to `size` bytes.
    public func truncate(to size: Int) throws(FileError) {
        try System.truncate(descriptor, to: size)
    }

    /// Waits until content and size are on the disk (fdatasync(2)).
    public func sync() throws(FileError) {
        try System.sync(descriptor, dataOnly: true)
    }

    /// Sets the permission bits.
    public func setMode(_ mode: UInt32) throws(FileError) {
        try System.setMode(descriptor, mode)
    }

    /// Runs `body` while this open file holds the lock on the whole file (fcntl(2), open file description locks).
    ///
    /// The lock is advice between processes that ask for it. It waits at most `milliseconds`, then fails with `.locked`:
    /// any process that can open the file could hold the lock for ever.
    ///
    /// - Parameter waited: told how many milliseconds it waited, also when that was for nothing.
    public func withLock<Value, Failure: Error>(
        waitingAtMost milliseconds: Int, waited: (Int) -> Void = { _ in }, orElse map: (FileError) -> Failure,
        _ body: () throws(Failure) -> Value
    ) throws(Failure) -> Value {
        do throws(FileError) {
            waited(try System.lock(descriptor, exclusive: true, milliseconds: milliseconds))
        } catch {
            if error == .locked { waited(milliseconds) }
            throw map(error)
        }
        defer { System.unlock(descriptor) }
        return try body()
    }

    /// Holds a shared lock on the whole file until this value goes: a sign to others that the file is in use.
    ///
    /// - Returns: false when another process holds it exclusively.
    public func holdSharedLock() throws(FileError) -> Bool {
        try tryLock(exclusive: false)
    }

    /// Whether no other open file holds a lock on it now.
    public func isUnused() throws(FileError) -> Bool {
        guard try tryLock(exclusive: true) else { return false }
        System.unlock(descriptor)
        return true
    }

    private func tryLock(exclusive: Bool) throws(FileError) -> Bool {
        do {
            try System.lock(descriptor, exclusive: exclusive, milliseconds: 0)
            return true
        } catch .locked {
            return false
        }
    }
}
