import Foundation
import Testing

/// The rules of the house, held against the house as it stands. `RulesFireTests` proves that each of them can fail.
@Suite("The house keeps its rules")
struct BoundaryTests {
    private func expectNone(_ found: [Violation]) {
        for violation in found { Issue.record("\(violation)") }
    }

    @Test("The manifest is the table of rooms: no edge more, none less, none upwards, none forbidden")
    func manifest() throws {
        let manifest = try Repository.manifest.get()
        #expect(manifest.targets.count > rooms.count)
        expectNone(ManifestRules.check(manifest))
    }

    @Test("Every source keeps to its imports, its powers, its words and its size")
    func sources() throws {
        let files = try Repository.sources.get()
        #expect(Set(files.map(\.room)) == Set(rooms.filter { $0.kind != .system }.map(\.name)))
        expectNone(files.flatMap { SourceRules.check($0) })
    }

    @Test("No object file needs a symbol of a power its room does not own")
    func symbols() throws {
        let objects = try Repository.objects.get()
        #expect(Set(objects.keys) == Set(rooms.filter { $0.kind != .system }.map(\.name)))
        expectNone(objects.sorted { $0.key < $1.key }.flatMap { SymbolRules.check(room: $0.key, $0.value) })
        expectNone(SymbolRules.fences(objects))
    }

    @Test("A room has at most two files of unsafe code, and a README that says what it is")
    func shape() throws {
        for (room, files) in Dictionary(grouping: try Repository.sources.get(), by: \.room) {
            let readme = try? String(contentsOfFile: "\(Repository.root)/Sources/\(room)/README.md", encoding: .utf8)
            let lines = files.reduce(0) { $0 + $1.text.split(separator: "\n").count }
            let isFence = rooms.contains { $0.name == room && $0.kind == .fence }
            expectNone(ReadmeRules.check(room: room, readme: readme, sourceLines: lines, isFence: isFence))
            let unsafe = files.filter { $0.name.hasSuffix("+Unsafe.swift") }
            #expect(unsafe.count <= 2, "\(room) has \(unsafe.map(\.name))")
        }
    }

    @Test("Committed text holds no path of a machine and no package host, its links lead somewhere, its scripts stop at a failure")
    func hygiene() throws {
        let texts = try Repository.texts()
        #expect(texts.contains { $0.path == "Package.swift" } && texts.contains { $0.path.hasPrefix("Tests/BoundaryTests/") })
        expectNone(HygieneRules.required(exists: Repository.exists))
        for (path, text) in texts {
            expectNone(HygieneRules.check(path: path, text: text, root: Repository.root, exists: Repository.exists))
        }
    }

    @Test("The tables are sound: no row twice, a reason everywhere, no exemption for what is gone")
    func tables() throws {
        #expect(Set(rooms.map(\.name)).count == rooms.count)
        #expect(Set(powers.map(\.name)).count == powers.count)
        let reasons = rooms.map(\.reason) + rooms.flatMap { $0.sameFloor.values } + comingRooms.values
            + forbiddenReach.map(\.reason) + soleImporters.map(\.reason) + powers.map(\.reason) + bannedWords.map(\.reason)
            + bannedMarks.values + bannedModules.values + longFiles.values + freeTextInErrors.values
            + bannedTexts.map(\.reason) + requiredFiles.values
        #expect(reasons.allSatisfy { $0.count >= 5 })
        for power in powers {
            for owner in power.owners {
                #expect(rooms.contains { $0.name == owner } || comingRooms[owner] != nil, "\(power.name) is owned by \(owner)")
            }
        }
        let files = try Repository.sources.get()
        for path in longFiles.keys { #expect(files.contains { $0.path == path }, "\(path) is exempt and gone") }
        for key in freeTextInErrors.keys {
            let file = files.filter { key.hasPrefix($0.room + "/") }
            // A room that is not built yet has no types yet.
            if file.allSatisfy({ $0.text.utf8.count < 200 }) { continue }
            #expect(
                file.contains { ErrorPayloads.check($0, allowed: [:]).contains { $0.what.hasPrefix(key + " ") } },
                "\(key) is exempt and gone")
        }
    }
}
