internal import EventLoop
internal import PrivateFiles
internal import SecretIO
internal import SecretMemory

/// Files with values, for programs that read key files: in memory, private, each gone with its run.
///
/// One directory a server (0700) in XDG_RUNTIME_DIR or /dev/shm, whichever the kernel says is in memory; in it a locked
/// file that says that the server lives, and the files (0600). What a server that died left is removed by the next one that
/// makes such a file.
public final class ValueFiles {
    private let places: [String]
    private var home: Home?
    private var hasSwept = false

    private final class Home {
        let base: Directory
        let name: String
        let path: String
        let directory: Directory
        let lock: File

        init(base: consuming Directory, name: String, path: String, directory: consuming Directory, lock: consuming File) {
            self.base = base
            self.name = name
            self.path = path
            self.directory = directory
            self.lock = lock
        }
    }

    static let prefix = "execkit-values-"
    private static let lockName = "lock"
    /// A directory that changed later than so many milliseconds ago may be one that is being made.
    private let youngest: Int64

    /// - Parameters:
    ///   - runtimeDirectory: XDG_RUNTIME_DIR.
    ///   - sharedMemory: the system's directory in memory.
    public convenience init(runtimeDirectory: String?, sharedMemory: String = "/dev/shm") {
        self.init(places: [runtimeDirectory, sharedMemory].compactMap { $0 }, youngest: 10_000)
    }

    init(places: [String], youngest: Int64) {
        self.places = places
        self.youngest = youngest
    }

    deinit { removeAll() }

    /// A file with a value; `remove(_:)` takes it away.
    ///
    /// - Returns: its name here and its absolute path.
    func add(_ value: borrowing SecretBytes) throws(SecretRunFailure) -> (name: String, path: String) {
        let home = try usableHome()
        do throws(FileError) {
            let name = Self.hexadecimal(try PrivateFiles.randomBytes(8))
            let file = try home.directory.create(name)
            let code = file.withDescriptor { Self.write(value, to: $0) }
            if let code {
                remove(name)
                throw .system(.write, code: code)
            }
            return (name, "\(home.path)/\(name)")
        } catch {
            throw .memoryFile(errno: Self.number(of: error))
        }
    }

    /// Removes what servers that have died left, in every place where it may be. For the first use of a secret, whatever its way.
    func sweepOnce() {
        guard !hasSwept else { return }
        hasSwept = true
        for place in places {
            guard let path = try? AbsolutePath(place), let base = try? Directory(at: path), (try? base.isInMemory) == true
            else { continue }
            sweep(base)
        }
    }

    /// The directory of this server, swept together with what others left.
    private func usableHome() throws(SecretRunFailure) -> Home {
        if let home, (try? home.directory.info.links) ?? 0 > 0 {
            sweep(home.base)
            return home
        }
        let made = try makeHome()
        home = made
        return made
    }

    /// Takes a file away; links to it that someone made are empty.
    func remove(_ name: String) {
        guard let home else { return }
        Self.remove(name, from: home.directory)
    }

    /// Takes everything away: the server ends.
    public func removeAll() {
        guard let home else { return }
        self.home = nil
        Self.clear(home.directory)
        try? home.base.removeDirectory(home.name)
    }

    private static func remove(_ name: String, from directory: borrowing Directory) {
        if let file = try? directory.update(name, trust: .any) { try? file.truncate(to: 0) }
        try? directory.remove(name)
    }

    /// The lock goes last, so that a directory that is being cleared is never taken for a living one's.
    private static func clear(_ directory: borrowing Directory) {
        let names = (try? directory.names()) ?? []
        for name in names where name != lockName { remove(name, from: directory) }
        try? directory.remove(lockName)
    }

    private func makeHome() throws(SecretRunFailure) -> Home {
        for place in places {
            guard let path = try? AbsolutePath(place), let base = try? Directory(at: path), (try? base.isInMemory) == true
            else { continue }
            sweep(base)
            if let home = try? Self.makeHome(in: base, path: path.text) { return home }
        }
        throw .noPlaceInMemory
    }

    private static func makeHome(in base: consuming Directory, path: String) throws(FileError) -> Home {
        let name = prefix + hexadecimal(try PrivateFiles.randomBytes(8))
        let directory = try base.makeDirectory(name)
        let info = try directory.info
        guard info.user == PrivateFiles.effectiveUser else { throw .foreignOwner(user: info.user) }
        guard info.mode & 0o077 == 0 else { throw .readableByOthers(mode: info.mode) }
        let lock = try directory.create(lockName)
        _ = try lock.holdSharedLock()
        return Home(base: base, name: name, path: "\(path)/\(name)", directory: directory, lock: lock)
    }

    /// Removes what servers that have died left.
    private func sweep(_ base: borrowing Directory) {
        for name in (try? base.names()) ?? [] where name.hasPrefix(Self.prefix) && name != home?.name {
            guard let directory = try? base.directory(name), (try? isLeft(directory)) == true else { continue }
            Self.clear(directory)
            try? base.removeDirectory(name)
        }
    }

    private func isLeft(_ directory: borrowing Directory) throws(FileError) -> Bool {
        let info = try directory.info
        guard info.user == PrivateFiles.effectiveUser else { return false }
        guard SystemClock.wallMilliseconds - Int64(info.modifiedMilliseconds) >= youngest else { return false }
        guard try directory.info(Self.lockName) != nil else { return true }
        return try directory.update(Self.lockName, trust: .any).isUnused()
    }

    private static func hexadecimal(_ bytes: [UInt8]) -> String {
        bytes.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
    }

    /// The error number, or nil when all was written.
    private static func write(_ value: borrowing SecretBytes, to descriptor: Int32) -> Int32? {
        do throws(SecretIOError) {
            try SecretIO.write(value, to: descriptor)
            return nil
        } catch {
            if case .system(_, let code) = error { return code }
            return 0
        }
    }

    private static func number(of error: FileError) -> Int32 {
        if case .system(_, let code) = error { return code }
        return 0
    }
}
