import Foundation
import PrivateFiles

/// A fresh temporary directory, removed at the end. No part of its path is a symbolic link.
final class Scratch {
    let path: String

    init() throws {
        let base = URL(fileURLWithPath: NSTemporaryDirectory()).resolvingSymlinksInPath().path
        path = base + "/execkit-files-" + UUID().uuidString
        try FileManager.default.createDirectory(
            atPath: path, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o700])
    }

    deinit {
        try? FileManager.default.removeItem(atPath: path)
    }

    var absolute: AbsolutePath {
        get throws { try AbsolutePath(path) }
    }

    func directory() throws -> Directory {
        try Directory(at: absolute)
    }

    @discardableResult
    func put(_ name: String, _ text: String, mode: Int = 0o600) throws -> String {
        let file = path + "/" + name
        guard FileManager.default.createFile(atPath: file, contents: Data(text.utf8)) else {
            throw CocoaError(.fileWriteUnknown)
        }
        chmod(file, mode_t(mode))
        return file
    }

    func text(_ name: String) -> String? {
        FileManager.default.contents(atPath: path + "/" + name).map { String(decoding: $0, as: UTF8.self) }
    }

    func mode(_ name: String) -> UInt32 {
        var info = stat()
        return lstat(path + "/" + name, &info) == 0 ? info.st_mode & 0o7777 : 0
    }
}

/// The error that `body` throws, or nil.
func failure(_ body: () throws -> Void) -> FileError? {
    do {
        try body()
        return nil
    } catch {
        return error as? FileError
    }
}

/// Runs something on a thread that is used for nothing else.
enum OneThread {
    static func run(_ body: @escaping () throws -> Void) -> Result<Void, any Error> {
        let box = Box(body)
        let done = DispatchSemaphore(value: 0)
        Thread {
            box.outcome = Result { try box.body() }
            done.signal()
        }.start()
        done.wait()
        return box.outcome
    }

    /// Gives this thread a umask that no other has (unshare(2), CLONE_FS).
    static func ownFileModeMask(_ mask: Int) throws {
        typealias Unshare = @convention(c) (CInt) -> CInt
        guard let found = dlsym(nil, "unshare"), unsafeBitCast(found, to: Unshare.self)(0x200) == 0 else {
            throw CocoaError(.featureUnsupported)
        }
        umask(mode_t(mask))
    }

    /// Used by one thread, and by the other when that has ended.
    private final class Box: @unchecked Sendable {
        let body: () throws -> Void
        var outcome: Result<Void, any Error> = .success(())
        init(_ body: @escaping () throws -> Void) { self.body = body }
    }
}
