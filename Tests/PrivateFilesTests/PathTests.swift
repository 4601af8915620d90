import Foundation
import PrivateFiles
import Testing

@Suite("Paths and links")
struct PathTests {
    @Test("a path that could mean two things is refused", arguments: [
        "", "a", "./a", "~/a", "/a/../b", "/a/./b", "//a", "/a//b", "/..", "/a\0b", "/" + String(repeating: "n", count: 256),
    ])
    func badPaths(text: String) {
        #expect(failure { _ = try AbsolutePath(text) } == .badPath)
    }

    @Test("a good path keeps its parts")
    func goodPaths() throws {
        let path = try AbsolutePath("/var/lib/x y/é/")
        #expect(path.text == "/var/lib/x y/é")
        #expect(path.name == "é")
        #expect(path.parent.text == "/var/lib/x y")
        #expect(try AbsolutePath("/").components.isEmpty)
        #expect(try AbsolutePath("/").parent.text == "/")
    }

    @Test("no name leaves the directory", arguments: ["..", ".", "", "a/b", "/etc/passwd", "../x", "a\0b"])
    func names(name: String) throws {
        let scratch = try Scratch()
        let directory = try scratch.directory()
        #expect(failure { _ = try directory.read(name, limit: 10) } == .badPath)
        #expect(failure { try directory.replace(name, with: []) } == .badPath)
        #expect(failure { try directory.remove(name) } == .badPath)
        #expect(failure { _ = try directory.append(name) } == .badPath)
        #expect(failure { try directory.rename("a", to: name) } == .badPath)
        #expect(failure { _ = try directory.makeDirectory(name) } == .badPath)
    }

    @Test("a link at the end, in the middle or at a file is refused, wherever it points")
    func links() throws {
        let scratch = try Scratch()
        let manager = FileManager.default
        try manager.createDirectory(atPath: scratch.path + "/real/sub", withIntermediateDirectories: true)
        try scratch.put("real/file", "x")
        try manager.createSymbolicLink(atPath: scratch.path + "/link", withDestinationPath: scratch.path + "/real")
        try manager.createSymbolicLink(atPath: scratch.path + "/near", withDestinationPath: "real")
        try manager.createSymbolicLink(atPath: scratch.path + "/loop", withDestinationPath: "loop")
        try manager.createSymbolicLink(atPath: scratch.path + "/dead", withDestinationPath: "nothing")
        try manager.createSymbolicLink(atPath: scratch.path + "/filelink", withDestinationPath: "real/file")
        for name in ["link", "near", "loop", "dead"] {
            let path = try scratch.absolute.appending(name)
            #expect(failure { _ = try Directory(at: path) } == .symbolicLink, "\(name)")
            #expect(failure { _ = try Directory(making: path) } == .symbolicLink, "\(name)")
            let below = try path.appending("sub")
            #expect(failure { _ = try Directory(at: below) } == .symbolicLink, "\(name)")
            #expect(failure { _ = try Directory(making: below) } == .symbolicLink, "\(name)")
        }
        let directory = try scratch.directory()
        for name in ["filelink", "dead", "link"] {
            #expect(failure { _ = try directory.open(name) } == .symbolicLink, "\(name)")
            #expect(failure { _ = try directory.append(name) } == .symbolicLink, "\(name)")
            #expect(failure { _ = try directory.update(name) } == .symbolicLink, "\(name)")
            #expect(failure { try directory.replace(name, with: [1]) } == .symbolicLink, "\(name)")
            #expect(failure { _ = try directory.directory(name) } == .symbolicLink, "\(name)")
        }
        #expect(scratch.text("real/file") == "x")
        #expect(scratch.text("nothing") == nil)
    }

    @Test("a link of the system directly below the root may be on the way", .enabled(if: systemLink() != nil))
    func systemLinks() throws {
        let link = try #require(systemLink())
        let path = try AbsolutePath(link.through)
        let found = try Directory(at: path).info
        let direct = try Directory(at: try AbsolutePath(link.real)).info
        #expect(found.isSameFile(as: direct))
    }

    @Test("a directory that is swapped for a link later does not move what is held")
    func swap() throws {
        let scratch = try Scratch()
        let held = try Directory(making: try scratch.absolute.appending("held"))
        let manager = FileManager.default
        try manager.moveItem(atPath: scratch.path + "/held", toPath: scratch.path + "/moved")
        try manager.createDirectory(atPath: scratch.path + "/elsewhere", withIntermediateDirectories: false)
        try manager.createSymbolicLink(atPath: scratch.path + "/held", withDestinationPath: "elsewhere")
        try held.replace("file", with: [0x61])
        #expect(scratch.text("moved/file") == "a")
        #expect(scratch.text("elsewhere/file") == nil)
    }

    @Test("directories that are missing are made for their owner alone")
    func making() throws {
        let scratch = try Scratch()
        let path = try scratch.absolute.appending("a").appending("b").appending("c")
        #expect(failure { _ = try Directory(at: path) }?.isMissing == true)
        _ = try Directory(making: path)
        _ = try Directory(making: path)
        #expect(scratch.mode("a") == 0o700)
        #expect(scratch.mode("a/b/c") == 0o700)
        try scratch.put("file", "")
        let through = try scratch.absolute.appending("file").appending("x")
        #expect(failure { _ = try Directory(making: through) } == .wrongKind(.regular))
    }
}

/// A link such as `/bin` or `/var/run` on this machine: a path through it and the path it stands for.
private func systemLink() -> (through: String, real: String)? {
    for (link, below) in [("/bin", ""), ("/var/run", ""), ("/lib", "")] {
        guard let target = try? FileManager.default.destinationOfSymbolicLink(atPath: link) else { continue }
        let base = target.hasPrefix("/") ? target : (link as NSString).deletingLastPathComponent + "/" + target
        let real = (base as NSString).standardizingPath + below
        for name in (try? FileManager.default.contentsOfDirectory(atPath: real)) ?? [] {
            var info = stat()
            guard lstat(real + "/" + name, &info) == 0, info.st_mode & S_IFMT == S_IFDIR else { continue }
            return (link + "/" + name, real + "/" + name)
        }
    }
    return nil
}
