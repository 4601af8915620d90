internal import PrivateFiles

/// The vault's directory and files: who may own and reach them.
enum VaultFiles {
    /// Refuses a directory or files that others can reach, links, and foreign owners.
    ///
    /// - Returns: whether a file of at least one byte stands at the vault's name.
    static func check(_ path: AbsolutePath) throws(VaultStoreError) -> Bool { try file(path).map { $0.size > 0 } ?? false }

    /// Refuses what `check` does.
    ///
    /// - Returns: what stands at the vault's name; nil when nothing does.
    static func file(_ path: AbsolutePath) throws(VaultStoreError) -> FileInfo? {
        let directory: Directory
        do throws(FileError) {
            directory = try Directory(at: path)
        } catch {
            if error.isMissing { return nil }
            throw .directory(error)
        }
        guard let own = try info(directory, ".") else { return nil }
        try check(.directory, own, kind: .directory)
        for file in [VaultFile.writeAheadLog, .sharedMemory] {
            if let info = try info(directory, file.rawValue) { try check(file, info, kind: .regular) }
        }
        guard let file = try info(directory, VaultStore.fileName) else { return nil }
        try check(.database, file, kind: .regular)
        return file
    }

    private static func info(_ directory: borrowing Directory, _ name: String) throws(VaultStoreError) -> FileInfo? {
        do throws(FileError) {
            return name == "." ? try directory.info : try directory.info(name)
        } catch {
            throw .directory(error)
        }
    }

    /// Makes the directory and an empty file. Refuses when a vault is there.
    static func make(_ path: AbsolutePath) throws(VaultStoreError) {
        let directory: Directory
        do throws(FileError) { directory = try Directory(making: path) } catch { throw .directory(error) }
        guard try !check(path) else { throw .vaultExists }
        do throws(FileError) {
            if try directory.info(VaultStore.fileName) == nil {
                _ = try directory.create(VaultStore.fileName)
                try directory.sync()
            }
        } catch {
            throw .directory(error)
        }
    }

    private static func check(_ file: VaultFile, _ info: FileInfo, kind: FileKind) throws(VaultStoreError) {
        if info.kind == .link { throw .untrusted(file, .symbolicLink) }
        guard info.kind == kind else { throw .untrusted(file, .wrongKind(info.kind)) }
        guard info.user == PrivateFiles.effectiveUser else { throw .untrusted(file, .foreignOwner(user: info.user)) }
        guard info.mode & 0o077 == 0 else { throw .accessibleByOthers(file, mode: info.mode) }
    }
}
