import Foundation
import PrivateFiles
import Testing

@testable import ProjectFile

@Suite("execkit.toml") struct ProjectFileTests {
    static func scratch(_ body: (String) throws -> Void) throws {
        let path = FileManager.default.temporaryDirectory.resolvingSymlinksInPath().path + "/execkit-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: path + "/a/b", withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: path) }
        try body(path)
    }

    static func write(_ text: String, _ path: String) throws {
        try text.write(toFile: path + "/execkit.toml", atomically: true, encoding: .utf8)
    }

    @Test("is found by walking up, the nearest first") func walksUp() throws {
        try Self.scratch { path in
            let deep = try AbsolutePath(path + "/a/b")
            #expect(try ProjectFile.find(from: deep) == nil)
            try ProjectFile.link(try AbsolutePath(path), projectID: "p1", name: "outer", environment: "development")
            #expect(try ProjectFile.find(from: deep)?.projectName == "outer")
            try ProjectFile.link(try AbsolutePath(path + "/a"), projectID: "p2", name: "inner", environment: "production")
            let found = try ProjectFile.find(from: deep)
            #expect(found?.projectID == "p2")
            #expect(found?.environment == "production")
            #expect(found?.directory.text == path + "/a")
        }
    }

    @Test("keeps keys, tables and comments it does not know") func keepsUnknown() throws {
        try Self.scratch { path in
            try Self.write("# mine\n[project]\nname = \"old\" # note\ncolour = \"red\"\n\n[other]\nx = [1, 2]\n", path)
            try ProjectFile.link(try AbsolutePath(path), projectID: "p", name: "new", environment: "dev")
            let text = try String(contentsOfFile: path + "/execkit.toml", encoding: .utf8)
            for piece in ["# mine", "# note", "colour = \"red\"", "[other]\nx = [1, 2]", "name = \"new\"", "id = \"p\""] {
                #expect(text.contains(piece))
            }
            #expect(try ProjectFile.read(in: try AbsolutePath(path))?.projectName == "new")
        }
    }

    @Test("refuses what is not understood", arguments: ["", "[project]\n", "[project]\nname = 3\n", "[project]\nname = \"a\"\nid = 1\n", "[project]\nname = \"\"\n"])
    func malformed(text: String) throws {
        try Self.scratch { path in
            try Self.write(text, path)
            #expect(throws: ProjectFile.Failure.malformed) { try ProjectFile.read(in: try AbsolutePath(path)) }
        }
    }

    @Test("names the line that is not TOML") func notTOML() throws {
        try Self.scratch { path in
            try Self.write("[project]\nname = \n", path)
            #expect(throws: ProjectFile.Failure.text(.notTOML(line: 2))) { try ProjectFile.read(in: try AbsolutePath(path)) }
        }
    }
}
