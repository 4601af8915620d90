import ClientSetup
import ConfigText
import Foundation
import JSON
import Testing

/// `EXECKIT_WRITE_MANIFESTS=1 swift test --filter ManifestTests` writes the files; without it they are compared.
@Suite("Manifests are what the table of clients says", .serialized)
struct ManifestTests {
    private let folder = checkout + "/mcp-manifests"

    @Test("Every file is as it would be generated, and no other file is there")
    func compare() throws {
        let files = try Manifests.files()
        #expect(files.count == Client.all.count + 4)
        if ProcessInfo.processInfo.environment["EXECKIT_WRITE_MANIFESTS"] == "1" {
            for (path, text) in files { try write(text, to: folder + "/" + path) }
        }
        for (path, text) in files.sorted(by: { $0.key < $1.key }) {
            let there = try? contents(folder + "/" + path)
            #expect(there == text, "\(path): run EXECKIT_WRITE_MANIFESTS=1 swift test --filter ManifestTests")
        }
        let walk = try #require(FileManager.default.enumerator(atPath: folder))
        for case let path as String in walk where walk.fileAttributes?[.type] as? FileAttributeType == .typeRegular {
            #expect(files[path] != nil || path == "README.md", "\(path) is generated from nothing")
        }
    }

    @Test("Registry entry and bundle manifest follow their published schemas", arguments: [
        ("server.json", "registry-server-2025-12-11.schema.json"), ("mcpb/manifest.json", "mcpb-manifest-v0.3.schema.json"),
    ])
    func schemas(_ file: String, _ schema: String) throws {
        let checker = SchemaChecker(try JSONParser.parse(contents(checkout + "/Tests/ClientSetupTests/Schemas/" + schema)))
        let value = try JSONParser.parse(contents(folder + "/" + file))
        #expect(try checker.problems(value) == [])

        // What the check must find: each required member missing, a wrong type, a member too many, a text too long.
        let object = try #require(value.object)
        for key in ["name", "version", "description"] {
            var less = object
            less[key] = nil
            #expect(try checker.problems(.object(less)) != [], "\(key)")
            less[key] = 1
            #expect(try checker.problems(.object(less)) != [], "\(key)")
        }
        if file == "server.json" {
            var long = object
            long["description"] = .string(String(repeating: "x", count: 101))
            #expect(try checker.problems(.object(long)) != [])
            long = object
            long["name"] = "no-slash"
            #expect(try checker.problems(.object(long)) != [])
        } else {
            var more = object
            more["surplus"] = 1
            #expect(try checker.problems(.object(more)) != [])
        }
    }

    @Test("The version is a fixed one")
    func version() throws {
        let parts = try Manifests.version().split(separator: ".", omittingEmptySubsequences: false)
        #expect(parts.count == 3 && parts.allSatisfy { Int($0) != nil })
    }

    @Test("The tools named are the tools described to users")
    func tools() throws {
        let readme = try contents(checkout + "/README.md")
        for tool in Manifests.tools { #expect(readme.contains("`\(tool.name)`"), "\(tool.name)") }
    }
}
