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
