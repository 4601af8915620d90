import Foundation
import PrivateFiles

/// A fresh home directory, removed at the end.
func withHome<Value>(_ body: (AbsolutePath) throws -> Value) throws -> Value {
    // The real path: a temporary folder reached through a symbolic link is refused by design.
    let base = FileManager.default.temporaryDirectory.resolvingSymlinksInPath()
    let home = base.appendingPathComponent("execkit-home-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: home, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: home) }
    return try body(try AbsolutePath(home.path))
}

func write(_ text: String, to path: String) throws {
    let url = URL(fileURLWithPath: path)
    try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(text.utf8).write(to: url)
}

func contents(_ path: String) throws -> String { try String(contentsOfFile: path, encoding: .utf8) }

/// The root of the checkout.
let checkout: String = {
    var url = URL(fileURLWithPath: #filePath)
    for _ in 0..<3 { url.deleteLastPathComponent() }
    return url.path
}()
