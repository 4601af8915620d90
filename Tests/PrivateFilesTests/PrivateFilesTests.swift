import Foundation
import PrivateFiles
import Testing

@Suite("Private files")
struct PrivateFilesTests {
    @Test("A directory in memory is told from one that is not")
    func inMemory() throws {
        let shared = try Directory(at: try AbsolutePath("/dev/shm")).isInMemory
        #expect(shared)
        for path in ["/proc", "/sys"] {
            let other = try Directory(at: try AbsolutePath(path)).isInMemory
            #expect(!other)
        }
    }

    @Test("a FIFO, a socket and a device are refused without waiting")
    func specialFiles() throws {
        let scratch = try Scratch()
        #expect(mkfifo(scratch.path + "/fifo", 0o600) == 0)
        let directory = try scratch.directory()
        #expect(failure { _ = try directory.open("fifo") } == .wrongKind(.other))
        #expect(failure { _ = try directory.append("fifo") } == .wrongKind(.other))
        #expect(failure { _ = try directory.read("fifo", limit: 1) } == .wrongKind(.other))
        #expect(failure { try directory.replace("fifo", with: [1]) } == .wrongKind(.other))
        #expect(failure { _ = try directory.directory("fifo") } == .wrongKind(.other))
        let devices = try Directory(at: try AbsolutePath("/dev"))
        #expect(failure { _ = try devices.open("full") } == .wrongKind(.other))
        #expect(failure { _ = try devices.open("null") } == .wrongKind(.other))
        #expect(failure { _ = try devices.append("full", trust: .any) } == .wrongKind(.other))
    }

    @Test("what others can write, or own, is not trusted")
    func trust() throws {
        let scratch = try Scratch()
        let directory = try scratch.directory()
        for (mode, obeyed, isPrivate) in [
            (0o600, true, true), (0o400, true, true), (0o644, true, false), (0o640, true, false), (0o660, false, false),
            (0o602, false, false), (0o620, false, false), (0o666, false, false),
        ] {
            try scratch.put("file", "text", mode: mode)
            #expect((failure { _ = try directory.read("file", limit: 9, trust: .writableByOwnerOnly) } == nil) == obeyed)
            #expect((failure { _ = try directory.read("file", limit: 9, trust: .ownerOnly) } == nil) == isPrivate)
            #expect(try directory.read("file", limit: 9) == Array("text".utf8))
        }
        try scratch.put("file", "text", mode: 0o664)
        #expect(
            failure { _ = try directory.read("file", limit: 9, trust: .writableByOwnerOnly) }
                == .writableByOthers(mode: 0o664))
        #expect(FileError.writableByOthers(mode: 0o664).explanation == "group or others can write to it (mode 0664)")
    }

    @Test("a file of another user is not trusted", .enabled(if: canGiveAway(), "needs the right to give a file away"))
    func foreign() throws {
        let scratch = try Scratch()
        let directory = try scratch.directory()
        let file = try scratch.put("file", "text")
        #expect(chown(file, 12_345, 12_345) == 0)
        #expect(failure { _ = try directory.read("file", limit: 9, trust: .ownerOnly) } == .foreignOwner(user: 12_345))
        #expect(
            failure { _ = try directory.read("file", limit: 9, trust: .writableByOwnerOnly) }
                == .foreignOwner(user: 12_345))
        try directory.replace("file", with: [0x78])
        let info = try #require(try directory.info("file"))
        #expect(info.user == 12_345 && info.group == 12_345 && info.mode == 0o600)
    }

    @Test("what is made has its mode under every umask, and what was there keeps its own", arguments: [0o777, 0o277, 0o177, 0o022, 0])
    func fileModeMask(mask: Int) throws {
        let scratch = try Scratch()
        try scratch.put("old", "text", mode: 0o400)
        // A umask belongs to the process: this thread gets one of its own, and ends.
        let outcome = OneThread.run {
            try OneThread.ownFileModeMask(mask)
            let directory = try scratch.directory()
            _ = try directory.create("created")
            _ = try directory.append("appended")
            _ = try directory.update("updated")
            _ = try directory.update("old", trust: .any)
            try directory.replace("replaced", with: [1])
            _ = try directory.makeDirectory("made").makeDirectory("below").append("deep")
            _ = try Directory(making: try AbsolutePath(scratch.path + "/a/b"))
        }
        try outcome.get()
        for name in ["created", "appended", "updated", "replaced", "made/below/deep"] {
            #expect(scratch.mode(name) == 0o600, "\(name)")
        }
        for name in ["made", "made/below", "a", "a/b"] { #expect(scratch.mode(name) == 0o700, "\(name)") }
        #expect(scratch.mode("old") == 0o400)
    }

    @Test("reading stops at the limit")
    func limits() throws {
        let scratch = try Scratch()
        let directory = try scratch.directory()
        try scratch.put("file", "12345")
        #expect(try directory.read("file", limit: 5) == Array("12345".utf8))
        #expect(failure { _ = try directory.read("file", limit: 4) } == .tooLarge(limit: 4))
        let file = try directory.open("file")
        #expect(try file.read(at: 3, count: 10) == Array("45".utf8))
        #expect(try file.read(at: 5, count: 10).isEmpty)
        #expect(try file.read(at: 99, count: 10).isEmpty)
        // Files of /proc say size 0 and have content.
        let status = try Directory(at: try AbsolutePath("/proc/\(getpid())"))
        #expect(try status.read("status", limit: 100_000).count > 100)
        #expect(failure { _ = try status.read("status", limit: 10) } == .tooLarge(limit: 10))
    }

    @Test("replacing keeps the mode, makes the backup and leaves nothing behind")
    func replacing() throws {
        let scratch = try Scratch()
        let directory = try scratch.directory()
        try directory.replace("new", with: Array("one".utf8))
        #expect(scratch.mode("new") == 0o600)
        try scratch.put("old", "old text", mode: 0o640)
        let seen = try #require(try directory.info("old"))
        try directory.replace("old", with: Array("new text".utf8), expected: seen, backup: "old.bak")
        #expect(scratch.text("old") == "new text" && scratch.text("old.bak") == "old text")
        #expect(scratch.mode("old") == 0o640 && scratch.mode("old.bak") == 0o640)
        #expect(failure { try directory.replace("old", with: [], expected: seen) } == .changed)
        #expect(scratch.text("old") == "new text")
        #expect(try directory.names() == ["new", "old", "old.bak"])
    }

    @Test("a replacement that fails leaves the old content and no temporary file")
    func failedReplacement() throws {
        let scratch = try Scratch()
        let directory = try scratch.directory()
        try FileManager.default.createDirectory(atPath: scratch.path + "/taken", withIntermediateDirectories: false)
        #expect(failure { try directory.replace("taken", with: [1]) } == .wrongKind(.directory))
        try scratch.put("file", "old")
        #expect(failure { try directory.replace("file", with: [1], backup: "taken") } == .wrongKind(.directory))
        #expect(scratch.text("file") == "old")
        #expect(try directory.names() == ["file", "taken"])
    }

    @Test("two appending files interleave whole pieces, and a new one is private")
    func appending() throws {
        let scratch = try Scratch()
        let directory = try scratch.directory()
        let first = try directory.append("log")
        let second = try directory.append("log")
        for _ in 0..<50 {
            try first.append(Array("first\n".utf8))
            try second.append(Array("second\n".utf8), sync: false)
        }
        try first.append([], sync: true)
        #expect(scratch.mode("log") == 0o600)
        let lines = try #require(scratch.text("log")).split(separator: "\n")
        #expect(lines.count == 100 && Set(lines) == ["first", "second"])
        try scratch.put("open", "", mode: 0o644)
        #expect(failure { _ = try directory.append("open") } == .readableByOthers(mode: 0o644))
    }

    @Test("writing at an offset, cutting and creating")
    func updating() throws {
        let scratch = try Scratch()
        let directory = try scratch.directory()
        let file = try directory.update("state")
        try file.write(Array("abcdef".utf8), at: 0)
        try file.write(Array("XY".utf8), at: 2)
        try file.truncate(to: 5)
        try file.sync()
        #expect(scratch.text("state") == "abXYe")
        #expect(failure { _ = try directory.create("state") } == .system(.open, code: EEXIST))
        try directory.rename("state", to: "moved")
        try directory.remove("moved")
        #expect(try directory.names().isEmpty)
        #expect(try directory.info("moved") == nil)
        #expect(failure { try directory.remove("moved") }?.isMissing == true)
    }

    @Test("a lock held by another open file is waited for only as long as asked")
    func locking() throws {
        let scratch = try Scratch()
        let directory = try scratch.directory()
        let first = try directory.append("log")
        let second = try directory.append("log")
        let inner: FileError? = try first.withLock(waitingAtMost: 0, orElse: { $0 }) { () throws(FileError) in
            failure { try second.withLock(waitingAtMost: 3, orElse: { $0 }) { () throws(FileError) in } }
        }
        #expect(inner == .locked)
        #expect(failure { try second.withLock(waitingAtMost: 0, orElse: { $0 }) { () throws(FileError) in } } == nil)
    }

    @Test("names that are not UTF-8 are left out, odd ones are only names")
    func oddNames() throws {
        let scratch = try Scratch()
        let directory = try scratch.directory()
        for name in ["-rf", "a b", "new\nline", "ünï", "$(x)"] { try directory.replace(name, with: [1]) }
        let raw = scratch.path + "/bad\u{7f}"
        var bytes = Array(raw.utf8CString)
        bytes[bytes.count - 2] = CChar(bitPattern: 0xff)
        let descriptor = open(bytes, O_CREAT | O_WRONLY, 0o600)
        #expect(descriptor >= 0)
        close(descriptor)
        #expect(try directory.names() == ["$(x)", "-rf", "a b", "new\nline", "ünï"])
        unlink(bytes)
    }

    @Test("every error explains itself without a path")
    func explanations() {
        #expect(FileError.system(.write, code: ENOSPC).explanation == "cannot write: No space left on device (ENOSPC)")
        #expect(FileError.system(.write, code: 9999).explanation == "cannot write: unknown error (errno 9999)")
        #expect(FileError.foreignOwner(user: 7).explanation.contains("uid 7"))
        #expect(FileError.symbolicLink.isMissing == false)
    }

    @Test("the passwd database knows a home for this user")
    func home() throws {
        let expected = try #require(getpwuid(geteuid()))
        #expect(PrivateFiles.passwdHome == String(cString: expected.pointee.pw_dir))
        #expect(PrivateFiles.effectiveUser == geteuid())
        #expect(try PrivateFiles.randomBytes(16) != PrivateFiles.randomBytes(16))
    }
}

/// Tried once: root may, but not in every container.
private func canGiveAway() -> Bool {
    guard geteuid() == 0, let scratch = try? Scratch(), let file = try? scratch.put("file", "") else { return false }
    return chown(file, 12_345, 12_345) == 0 && FileManager.default.contents(atPath: file) != nil
}
