import EventLoop
import Foundation
import Sessions
import Spawn
import Testing

@testable import SessionFiles

/// Each shell the scripts must be right in, as far as this machine has it.
private let shells = [["/bin/bash", "--posix"], ["/bin/dash"], ["/bin/busybox", "sh"]].filter {
    FileManager.default.isExecutableFile(atPath: $0[0])
}

@Suite("Files in the place of a session", .serialized)
struct FileTests {
    /// A runner of one shell, a directory, and the loop that drives them.
    final class Place {
        let loop: EventLoop
        let runs: DirectRuns
        let directory: String
        let runner: ShellRunner

        init(_ shell: [String]) throws {
            loop = try EventLoop()
            runs = DirectRuns(loop: loop, spawner: Spawner(adoptsOrphans: false))
            directory = NSTemporaryDirectory() + "files-\(UUID().uuidString)"
            try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
            runner = ShellRunner(shell, runs)
        }

        deinit { try? FileManager.default.removeItem(atPath: directory) }

        var files: SessionFiles { SessionFiles(runner) }
        func path(_ name: String) -> [UInt8] { Array("\(directory)/\(name)".utf8) }

        func wait<R>(_ start: (@escaping (Result<R, FileFailure>) -> Void) -> Void) throws -> Result<R, FileFailure> {
            var result: Result<R, FileFailure>?
            start { [loop] in
                result = $0
                loop.stop()
            }
            let timer = loop.after(.seconds(120)) { [loop] in loop.stop() }
            if result == nil { try loop.run() }
            timer.cancel()
            return try #require(result)
        }

        func write(_ name: String, _ text: String, before: SessionFiles.Before = .anything) throws -> Result<SessionFiles.Written, FileFailure> {
            try wait { files.write(path(name), Array(text.utf8), before: before, then: $0) }
        }

        func text(_ name: String) throws -> String { try String(contentsOfFile: "\(directory)/\(name)", encoding: .utf8) }
        var names: [String] { ((try? FileManager.default.contentsOfDirectory(atPath: directory)) ?? []).sorted() }

        func mode(_ name: String) throws -> Int {
            try #require(FileManager.default.attributesOfItem(atPath: "\(directory)/\(name)")[.posixPermissions] as? Int)
        }
    }

    /// As `LocalSideRunner`, with a shell of choice.
    final class ShellRunner: SideRunner {
        let shell: [String]
        let runs: DirectRuns

        init(_ shell: [String], _ runs: DirectRuns) { (self.shell, self.runs) = (shell, runs) }

        func run(
            script: [UInt8], arguments: [[UInt8]], stdin: [UInt8], timeout: Duration,
            completion: @escaping (Result<SideOutcome, SideFailure>) -> Void
        ) -> SideRun {
            let plan = SpawnPlan(
                executable: shell[0], arguments: (shell + ["-c"]).map { Array($0.utf8) } + [script, Array("sh".utf8)] + arguments,
                environment: try! EnvironmentBlock.inherited(), workingDirectory: "/")
            _ = try! runs.start(plan, stdin: stdin.isEmpty ? nil : stdin, timeout: timeout) {
                completion(.success(SideOutcome(exitCode: $0.exitCode ?? 200, stdout: $0.stdout, stderr: $0.stderr)))
            }
            return SideRun {}
        }
    }

    @Test("There is a shell to test with") func shellsAreThere() { #expect(!shells.isEmpty) }

    @Test("A part of a file is read, with the size of the whole", arguments: shells)
    func read(_ shell: [String]) throws {
        let place = try Place(shell)
        try Data((0..<300_000).map { UInt8($0 % 251) }).write(to: URL(fileURLWithPath: place.directory + "/data"))
        let part = try place.wait { place.files.read(place.path("data"), offset: 100_000, most: 5, then: $0) }.get()
        #expect(part.size == 300_000)
        #expect(part.content.contents() == (100_000..<100_005).map { UInt8($0 % 251) })
        let end = try place.wait { place.files.read(place.path("data"), offset: 299_998, most: 5, then: $0) }.get()
        #expect(end.content.contents().count == 2)
        #expect(try place.wait { place.files.readAll(place.path("data"), then: $0) }.get().count == 300_000)
    }

    @Test("What is no file is told apart and never waited for", arguments: shells)
    func kinds(_ shell: [String]) throws {
        let place = try Place(shell)
        mkfifo(place.directory + "/fifo", 0o600)
        symlink("nowhere", place.directory + "/dangling")
        func failure(_ path: [UInt8]) throws -> FileFailure? {
            if case .failure(let failure) = try place.wait({ place.files.readAll(path, then: $0) }) { failure } else { nil }
        }
        #expect(try failure(place.path("none")) == .missing)
        #expect(try failure(place.path("dangling")) == .danglingLink)
        #expect(try failure(place.path("")) == .isDirectory)
        #expect(try failure(place.path("fifo")) == .special)
        #expect(try failure(Array("/dev/zero".utf8)) == .special)
        for name in ["fifo", ""] {
            guard case .failure(let failure) = try place.write(name, "x") else { Issue.record("\(name) was written"); continue }
            #expect(failure == (name.isEmpty ? .isDirectory : .special))
        }
    }

    @Test("A write keeps mode and link, makes new files as usual, and leaves nothing beside them", arguments: shells)
    func write(_ shell: [String]) throws {
        let place = try Place(shell)
        #expect(try place.write("new", "first\n").get() == .new)
        #expect(try place.text("new") == "first\n")
        #expect(try place.mode("new") & 0o600 == 0o600 && place.mode("new") & 0o111 == 0)
        chmod(place.directory + "/new", 0o751)
        symlink("new", place.directory + "/link")
        #expect(try place.write("link", "second").get() == .replaced)
        #expect(try place.text("new") == "second")
        #expect(try place.mode("new") == 0o751)
        #expect(try FileManager.default.destinationOfSymbolicLink(atPath: place.directory + "/link") == "new")
        _ = try place.write("new", "").get()
        #expect(try place.text("new") == "")
        #expect(place.names == ["link", "new"])
    }

    @Test("What is to be there before is held to", arguments: shells)
    func before(_ shell: [String]) throws {
        let place = try Place(shell)
        func failure(_ result: Result<SessionFiles.Written, FileFailure>) -> FileFailure? { if case .failure(let error) = result { error } else { nil } }
        #expect(failure(try place.write("a", "x", before: .file)) == .missing)
        #expect(failure(try place.write("a", "x", before: .content([]))) == .missing)
        #expect(failure(try place.write("a/b", "x")) == .noParent)
        _ = try place.write("a", "x", before: .nothing).get()
        #expect(failure(try place.write("a", "y", before: .nothing)) == .exists)
        #expect(failure(try place.write("a", "y", before: .content(Array("z".utf8)))) == .changed)
        #expect(try place.text("a") == "x")
        _ = try place.write("a", "y", before: .content(Array("x".utf8))).get()
        #expect(try place.text("a") == "y")
        #expect(place.names == ["a"])
    }

    @Test("A name is data, whatever is in it", arguments: shells)
    func names(_ shell: [String]) throws {
        let place = try Place(shell)
        let hostile = ["-rf", "a b", "$(touch pwned)", "`touch pwned`", "x\ny", "ends\n", "'\"\\", "*", "-", "é"]
        for name in hostile { _ = try place.write(name, name).get() }
        #expect(place.names == hostile.sorted())
        for name in hostile {
            #expect(try place.wait { place.files.readAll(place.path(name), then: $0) }.get() == Array(name.utf8))
        }
        let bytes = Array("\(place.directory)/".utf8) + [0xFF, 0xFE]
        _ = try place.wait { place.files.write(bytes, [1], before: .nothing, then: $0) }.get()
        #expect(try place.wait { place.files.readAll(bytes, then: $0) }.get() == [1])
        // Through a link whose target's name ends in a line break.
        symlink("ends\n", place.directory + "/l")
        _ = try place.write("l", "through").get()
        #expect(try place.text("ends\n") == "through")
    }

    @Test("Content that does not arrive as a whole changes nothing", arguments: shells)
    func cut(_ shell: [String]) throws {
        let place = try Place(shell)
        _ = try place.write("a", "old").get()
        let arguments = [place.path("a")] + ["any", "10", ""].map { Array($0.utf8) }
        var code: Int?
        _ = place.runner.run(script: Array(FileScripts.write.utf8), arguments: arguments, stdin: [1, 2], timeout: .seconds(60)) { result in
            code = try? result.get().exitCode
            place.loop.stop()
        }
        try place.loop.run()
        #expect(code == 81)
        #expect(try place.text("a") == "old")
        #expect(place.names == ["a"])
    }

    @Test("More than may be written or read as a whole is refused before anything happens", arguments: shells.prefix(1))
    func size(_ shell: [String]) throws {
        let place = try Place(shell)
        let much = String(repeating: "x", count: SessionFiles.mostBytes + 1)
        guard case .failure(.tooLarge) = try place.write("a", much) else {
            Issue.record("it was written")
            return
        }
        try much.write(toFile: place.directory + "/a", atomically: false, encoding: .utf8)
        guard case .failure(.tooLarge(size: much.utf8.count)) = try place.wait({ place.files.readAll(place.path("a"), then: $0) })
        else {
            Issue.record("it was read")
            return
        }
    }
}
