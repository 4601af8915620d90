extension Directory {
    /// Puts `bytes` at `name` so that any reader, and the disk after a crash, has the old content or the new.
    ///
    /// Written to a temporary file beside it, synced, renamed over, and the directory synced. An existing file keeps its
    /// mode and owner; a new one gets `mode`. On failure the old file is as it was and the temporary file is removed.
    ///
    /// - Parameters:
    ///   - mode: permission bits of a new file.
    ///   - expected: what `info` said when the old content was read. A file changed or replaced since is refused with
    ///     `.changed`. (A change in the moment between this check and the rename is lost: POSIX offers no more.)
    ///   - backup: a name that gets a copy of the old content first, if there is any. An older backup is replaced.
    public func replace(
        _ name: String, with bytes: [UInt8], mode: UInt32 = 0o600, expected: FileInfo? = nil, backup: String? = nil
    ) throws(FileError) {
        let old = try info(name)
        if let old {
            guard old.kind != .link else { throw .symbolicLink }
            guard old.kind == .regular else { throw .wrongKind(old.kind) }
        }
        if let expected { guard old == expected else { throw .changed } }
        if let old, let backup {
            let content = try read(name, limit: old.size)
            try replace(backup, with: content, mode: old.mode, expected: nil, backup: nil)
        }
        let temporary = try writeTemporary(bytes, like: old, mode: mode)
        do throws(FileError) {
            if let expected { guard try info(name) == expected else { throw FileError.changed } }
            try rename(temporary, to: name)
        } catch {
            try? remove(temporary)
            throw error
        }
        try sync()
    }

    private func writeTemporary(_ bytes: [UInt8], like old: FileInfo?, mode: UInt32) throws(FileError) -> String {
        // The name cannot be guessed and must not exist, so nothing prepared by someone else is written to.
        let suffix = try PrivateFiles.randomBytes(8).map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }
        let temporary = ".execkit-\(suffix.joined()).tmp"
        let file = try create(temporary)
        do throws(FileError) {
            try file.write(bytes, at: 0)
            let new = try file.info
            if let old, new.user != old.user || new.group != old.group {
                try System.setOwner(file.descriptor, user: old.user, group: old.group)
            }
            try file.setMode(old?.mode ?? mode)
            try System.sync(file.descriptor, dataOnly: false)
        } catch {
            try? remove(temporary)
            throw error
        }
        return temporary
    }
}
