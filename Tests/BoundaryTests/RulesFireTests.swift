import Foundation
import Testing

/// One offence, at least, for every rule and every row of every table: a rule that cannot fail guards nothing.
@Suite("Every rule can fail")
struct RulesFireTests {
    private func swift(_ text: String, room: String = "Digest", name: String = "File.swift") -> SourceFile {
        SourceFile(room: room, path: "Sources/\(room)/\(name)", text: text)
    }

    private func c(_ text: String, room: String = "CRE2", name: String = "File.c") -> SourceFile {
        SourceFile(room: room, path: "Sources/\(room)/\(name)", text: text)
    }

    private func rules(_ file: SourceFile) -> Set<Violation.Rule> { Set(SourceRules.check(file).map(\.rule)) }

    private func rules(_ path: String, _ text: String) -> [Violation.Rule] {
        HygieneRules.check(path: path, text: text, root: "/srv/checkout/here", exists: { $0 == "docs/a.md" }).map(\.rule)
    }

    // MARK: the manifest

    private let settings = Set(ManifestRules.wantedSettings)

    private var wholeTable: [Manifest.Target] {
        (rooms.map { ($0.name, $0.uses) } + testPrograms.keys.map { ($0, ["Spawn"]) }).map {
            Manifest.Target(
                name: $0.0, type: "regular", uses: $0.1, products: outsideProducts[$0.0, default: [:]].keys.sorted(),
                settings: settings)
        }
    }

    private func check(_ change: (inout [Manifest.Target]) -> Void) -> [Violation] {
        var targets = wholeTable
        change(&targets)
        return ManifestRules.check(Manifest(targets: targets))
    }

    private func replace(_ targets: inout [Manifest.Target], _ name: String, uses: [String], products: [String] = []) {
        targets.removeAll { $0.name == name }
        targets.append(Manifest.Target(name: name, type: "regular", uses: uses, products: products, settings: settings))
    }

    @Test("The table itself, as a manifest, offends nothing")
    func clean() { #expect(check { _ in } == []) }

    @Test("A target without a row, a row without a target, an edge more and an edge less are found")
    func manifestRule() {
        let new = check { $0.append(Manifest.Target(name: "New", type: "regular", uses: [], products: [], settings: [])) }
        #expect(new.contains { $0.rule == .manifest && $0.place == "New" })
        #expect(check { $0.removeAll { $0.name == "Digest" } }.contains { $0.rule == .manifest && $0.place == "Digest" })
        #expect(check { replace(&$0, "Digest", uses: ["JSON"]) }.contains { $0.rule == .manifest && $0.place == "Digest" })
        #expect(check { replace(&$0, "Spawn", uses: []) }.contains { $0.rule == .manifest && $0.place == "Spawn" })
        #expect(check { replace(&$0, "Digest", uses: [], products: ["X"]) }.contains { $0.rule == .manifest })
    }

    @Test("A Swift room compiled without any one of the wanted settings is found", arguments: ManifestRules.wantedSettings)
    func settingsRule(_ setting: String) {
        let found = check {
            $0.removeAll { $0.name == "Digest" }
            $0.append(Manifest.Target(
                name: "Digest", type: "regular", uses: [], products: [], settings: settings.subtracting([setting])))
        }
        #expect(found.map(\.rule) == [.settings])
    }

    @Test("An edge upwards, one on the same floor without a reason and a reason without an edge are found")
    func floorRule() {
        func floors(_ room: Room) -> [Violation] {
            let table = rooms.filter { $0.name != room.name } + [room]
            let targets = wholeTable.filter { testPrograms[$0.name] != nil } + table.map { Manifest.Target(name: $0.name, type: "regular", uses: $0.uses, products: [], settings: settings) }
            return ManifestRules.check(Manifest(targets: targets), rooms: table).filter { $0.rule == .floor }
        }
        #expect(floors(Room("Digest", .swift, floor: 1, "x")) == [])
        #expect(floors(Room("Digest", .swift, floor: 1, uses: ["EventLoop"], "x")).count == 1)
        #expect(floors(Room("Digest", .swift, floor: 1, uses: ["JSON"], "x")).count == 1)
        #expect(floors(Room("Digest", .swift, floor: 1, sameFloor: ["JSON": "x"], "x")).count == 1)
    }

    @Test("Every forbidden reach is found, also through a room between")
    func reachRule() {
        for row in forbiddenReach {
            let from: String
            switch row.from {
            case .room(let name): from = name
            case .allBut: from = "Digest"
            }
            let found = check { targets in
                for name in [from, row.to] where !targets.contains(where: { $0.name == name }) {
                    targets.append(Manifest.Target(name: name, type: "regular", uses: [], products: [], settings: settings))
                }
                targets.append(Manifest.Target(name: "Between", type: "regular", uses: [row.to], products: [], settings: settings))
                replace(&targets, from, uses: ["Between"])
            }
            #expect(found.contains { $0.rule == .reach && $0.place == from && $0.what.hasSuffix(row.reason) }, "\(from) to \(row.to)")
        }
    }

    @Test("A second importer of every fence is found")
    func soleImporterRule() {
        for row in soleImporters {
            let found = check { replace(&$0, "Digest", uses: [row.of]) }
            #expect(found.contains { $0.rule == .soleImporter && $0.place == "Digest" }, "\(row.of)")
        }
    }

    @Test("A rule that names a room that is gone is found, and a coming room that has come")
    func vanishedRooms() {
        let manifest = Manifest(targets: wholeTable)
        let reach = [ForbiddenReach(from: .room("Digest"), to: "Gone", reason: "x")]
        #expect(ManifestRules.check(manifest, reach: reach).map(\.rule) == [.reach])
        let sole = [SoleImporter(of: "Gone", importer: "Digest", reason: "x")]
        #expect(ManifestRules.check(manifest, soleImporters: sole).map(\.rule) == [.soleImporter])
        #expect(ManifestRules.check(manifest, coming: Set(comingRooms.keys).union(["Digest"])).map(\.rule) == [.comingRoom])
    }

    @Test("A program of the tests that is gone, that ships or that a room uses is found")
    func testProgramRule() throws {
        let name = try #require(testPrograms.keys.first)
        #expect(check { $0.removeAll { $0.name == name } }.map(\.rule) == [.testProgram])
        #expect(ManifestRules.check(Manifest(targets: wholeTable, shipped: [name])).map(\.rule) == [.testProgram])
        #expect(check { replace(&$0, "Digest", uses: [name]) }.contains { $0.rule == .testProgram && $0.place == "Digest" })
    }

    @Test("A dump of an unknown shape is an error, not an empty manifest", arguments: [
        "{}", #"{"products":[],"targets":[{"name":"A"}]}"#, #"{"products":[],"targets":[{"name":"A","type":"regular","dependencies":[{"odd":["B"]}]}]}"#,
    ])
    func unreadableDump(_ dump: String) {
        #expect(throws: Manifest.Unreadable.self) { try Manifest(dump: Data(dump.utf8)) }
    }

    // MARK: sources

    @Test("Every banned module is found in every form of import", arguments: bannedModules.keys.sorted())
    func bannedImport(_ module: String) {
        for line in ["import \(module)", "public import \(module)", "import struct \(module).Thing", "  @preconcurrency internal import \(module)"] {
            #expect(rules(swift(line + "\n")) == [.imports], "\(line)")
        }
        #expect(rules(swift("// import \(module)\nlet a = \"import \(module)\"\n")) == [])
    }

    @Test("An import of a room that is no direct use is found, and a fence imported outside its file")
    func undeclaredImport() {
        #expect(rules(swift("import JSON\n", room: "MCPServer")) == [])
        #expect(rules(swift("import JSON\n", room: "Spawn")) == [.imports])
        #expect(rules(swift("import CSpawn\n", room: "Sessions", name: "A+Unsafe.swift")) == [.imports])
        #expect(rules(swift("import CSpawn\n", room: "Spawn", name: "A+Unsafe.swift")) == [])
        #expect(rules(swift("import CSpawn\n", room: "Spawn")) == [.fenceImport])
        #expect(rules(c("#include \"../CSpawn/include/CSpawn.h\"\n")) == [.include])
    }

    @Test("Every name of every power is found in text outside its owners, and not in comments or literals")
    func powerText() {
        for power in powers {
            let outsider = rooms.first { !power.owners.contains($0.name) && $0.kind == .fence }!.name
            for pattern in power.c {
                let name = pattern.replacing("*", with: "x")
                #expect(rules(c("int f(void) { return \(name) (0); }\n", room: outsider)).contains(.powerText), "\(name)")
                #expect(rules(c("/* \(name)(0) */ // \(name)(0)\nchar *s = \"\(name)(0)\";\n", room: outsider)) == [], "\(name)")
                if let owner = power.owners.first {
                    let found = SourceRules.check(c("int f(void) { return \(name)(0); }\n", room: owner))
                    #expect(!found.contains { $0.what.contains("may not \(power.name)") }, "\(name)")
                }
            }
            for pattern in power.swift {
                let name = pattern.replacing("*", with: "x")
                #expect(rules(swift("let a = \(name)()\n")).contains(.powerText), "\(name)")
                #expect(rules(swift("let a = \"\\(\(name)())\"\n")).contains(.powerText), "interpolated \(name)")
                #expect(rules(swift("/* /* */ \(name)() */ let a = #\"\\(\(name)())\"#\n")) == [], "\(name)")
            }
        }
    }

    @Test("Every banned word is found outside its place", arguments: bannedWords.map(\.word))
    func words(_ word: String) throws {
        let row = try #require(bannedWords.first { $0.word == word })
        let use = word.hasSuffix("(") ? word + ")" : word
        #expect(rules(swift("func f() {\n    \(use) \n}\n")).contains(.bannedWord))
        #expect(rules(swift("// \(use)\nlet a = \"\"\"\n    \(use)\n    \"\"\"\n")) == [])
        if let ending = row.onlyIn {
            #expect(!rules(swift("func f() {\n    \(use) \n}\n", name: "A" + ending)).contains(.bannedWord))
        }
    }

    @Test("A name that belongs to other rooms is found in the room that may not say it, and only there")
    func foreignWordsRule() {
        for row in foreignWords {
            for use in ["let a = \(row.word)()\n", "let a: [\(row.word)] = []\n", "let a = b.\(row.word)\n"] {
                #expect(rules(swift(use, room: row.room)).contains(.foreignWord), "\(use)")
                #expect(!rules(swift(use)).contains(.foreignWord))
            }
            #expect(rules(swift("// \(row.word)\nlet a = \"\(row.word)\"\n", room: row.room)) == [])
        }
    }

    @Test("The tools that list names are caught when they can open: directly, and through every room that can")
    func readToolsCannotOpen() {
        func reaches(_ uses: [String]) -> Bool {
            check { replace(&$0, "VaultReadTools", uses: uses) }.contains { $0.rule == .reach && $0.place == "VaultReadTools" }
        }
        #expect(!reaches(["KeeperProtocol", "MCPServer"]))
        for opener in ["SecretMemory", "SecretIO", "VaultCrypto", "Vault", "VaultStore", "Keyring", "StoreReferences", "ValueRedaction"] {
            #expect(reaches(["KeeperProtocol", opener]), "\(opener)")
        }
    }

    @Test("Marks of unfinished work are found, also in comments", arguments: bannedMarks.keys.sorted())
    func marks(_ mark: String) {
        #expect(rules(swift("// \(mark) later\n")) == [.bannedMark])
        #expect(rules(c("/* \(mark) later */\n")) == [.bannedMark])
    }

    @Test("A file that is too long is found, and a literal or comment that does not end")
    func shape() {
        #expect(rules(swift(String(repeating: "\n", count: longestFile))) == [])
        #expect(rules(swift(String(repeating: "\n", count: longestFile + 1))) == [.longFile])
        for text in ["/* a", "let a = \"b\n", "let a = \"\"\"\n b", "let a = \"\\(b\n"] {
            #expect(rules(swift(text)) == [.unreadable], "\(text)")
        }
        #expect(rules(c("char *a = \"b\n")) == [.unreadable])
    }

    @Test("Unsafe code without an argument is found")
    func unsafeArgument() {
        #expect(rules(swift("let a = unsafe b\n", name: "A+Unsafe.swift")) == [.unsafeArgument])
        #expect(rules(swift("// SAFETY: b lives as long as a.\nlet a = unsafe b\n", name: "A+Unsafe.swift")) == [])
    }

    @Test("Free text in an error is found in each form", arguments: [
        "enum E: Error { case a(String) }\n",
        "public enum E: Error, Equatable {\n    case b\n    case a(name: String)\n}\n",
        "enum E: Equatable,\n    Error\n{\n    case b(Int), a([UInt8])\n}\n",
        "enum E: Error {\n    case a(\n        Int,\n        text: Substring)\n}\n",
        "struct E: Error {\n    let a: String\n}\n",
        "struct E: Error {\n    enum Kind {\n        case b\n        case a(String)\n    }\n    let kind: Kind\n}\n",
        "extension Outer {\n    enum E: Swift.Error {\n        indirect case a(any Error, Any)\n    }\n}\n",
    ])
    func errorPayload(_ text: String) {
        let found = SourceRules.check(swift(text))
        #expect(found.map(\.rule) == [.errorPayload])
        #expect(found.first?.what.hasPrefix("Digest/E.a carries") == true)
        #expect(ErrorPayloads.check(swift(text), allowed: ["Digest/E.a": "x"]) == [])
    }

    @Test("Errors of names, numbers and static text pass, and types that are no errors")
    func goodPayload() {
        #expect(rules(swift("enum E: Error {\n    case a(Int32, StaticString, UInt8)\n    case b\n    var text: String { \"x\" }\n}\n")) == [])
        let method = "    func f(_ text: String) -> String {\n        switch self {\n        case .a(let b, String.self): b\n        case .b: text\n        }\n    }\n"
        #expect(rules(swift("enum E: Error {\n    case a(Int32)\n    case b\n\(method)}\n")) == [])
        #expect(rules(swift("enum Value {\n    case a(String)\n}\nstruct S { let e: [any Error]; let text: String }\n")) == [])
    }

    @Test("A room without a README is found, and one whose README says too little")
    func readme() {
        #expect(ReadmeRules.check(room: "A", readme: nil, sourceLines: 0).map(\.rule) == [.readme])
        #expect(ReadmeRules.check(room: "A", readme: "# A\n", sourceLines: 10).count == 4)
        #expect(ReadmeRules.check(room: "A", readme: "# A\n", sourceLines: 10, isFence: true).count == 3)
        #expect(ReadmeRules.check(room: "A", readme: "Owns a. Never b. Depends on c. Tests: d.", sourceLines: 10) == [])
    }

    // MARK: object files

    @Test("The symbols of a real object file are read, and each power in it is found")
    func symbols() throws {
        let object = try ObjectFile(reading: try Repository.buildFolder() + "/BoundaryTests.build/ForbiddenCalls.swift.o")
        let found = SymbolRules.check(room: "Digest", [object])
        for name in ["dlopen", "socket", "unlink", "kill", "unsetenv", "puts", "pthread_create", "posix_spawn"] {
            #expect(found.contains { $0.rule == .powerSymbol && $0.what.contains("needs \(name):") }, "\(name)")
        }
        #expect(!SymbolRules.check(room: "CSpawn", [object]).contains { $0.what.contains("posix_spawn") })
        #expect(object.defined.contains { $0.contains("neverCalledForbiddenCalls") })
    }

    @Test("Every symbol of every power is found outside its owners and allowed in them")
    func everySymbol() throws {
        var object = try ObjectFile(reading: try Repository.buildFolder() + "/BoundaryTests.build/ForbiddenCalls.swift.o")
        for power in powers {
            for pattern in power.symbols {
                object.undefined = [pattern.replacing("*", with: "x")]
                #expect(SymbolRules.check(room: "Digest", [object]).count == 1, "\(pattern)")
                for owner in power.owners { #expect(SymbolRules.check(room: owner, [object]) == [], "\(pattern) in \(owner)") }
            }
        }
    }

    @Test("A fence's function needed by a room that is not its importer is found")
    func fenceSymbols() throws {
        var fence = try ObjectFile(reading: try Repository.buildFolder() + "/BoundaryTests.build/ForbiddenCalls.swift.o")
        var user = fence
        (fence.defined, fence.undefined) = (["execkit_open_door"], [])
        (user.defined, user.undefined) = ([], ["execkit_open_door"])
        #expect(SymbolRules.fences(["CSpawn": [fence], "Sessions": [user]]).map(\.rule) == [.fenceSymbol])
        #expect(SymbolRules.fences(["CSpawn": [fence], "Spawn": [user]]) == [])
    }

    @Test("A file that is no object file, or a cut one, is an error, not an empty answer")
    func unreadableObject() throws {
        #expect(throws: ObjectFile.Unreadable.self) { try ObjectFile(reading: "/nowhere/a.o") }
        #expect(throws: ObjectFile.Unreadable.self) { try ObjectFile(path: "a.o", bytes: Array("text".utf8)) }
        let path = try Repository.buildFolder() + "/BoundaryTests.build/ForbiddenCalls.swift.o"
        let bytes = [UInt8](try #require(FileManager.default.contents(atPath: path)))
        #expect(throws: ObjectFile.Unreadable.self) { try ObjectFile(path: path, bytes: Array(bytes.prefix(bytes.count / 2))) }
    }

    // MARK: committed text

    @Test("Every banned text is found, and not inside a longer name", arguments: bannedTexts.map(\.text))
    func bannedText(_ text: String) throws {
        let row = try #require(bannedTexts.first { $0.text == text })
        #expect(rules("docs/a.md", "see \(text)x") == [.bannedText])
        #expect(rules("docs/a.md", "see x\(text)x") == [])
        #expect(rules("Tests/A/a.swift", "see \(text)x") == (row.inCode ? [.bannedText] : []))
    }

    @Test("The path of the checkout, dead links and scripts that go on after a failure are found")
    func hygiene() {
        #expect(rules("scripts/a", "cd /srv/checkout/here\n") == [.bannedText])
        for (root, isFound) in [("/data/here", true), ("/srv/a/b", true), ("/opt/execkit", false), ("/app", false)] {
            let found = HygieneRules.check(path: "scripts/a", text: "cd \(root)\n", root: root, exists: { _ in true })
            #expect(found.map(\.rule) == (isFound ? [.bannedText] : []), "\(root)")
        }
        #expect(rules("docs/b.md", "[a](a.md) [b](../docs/a.md#x) [c](https://example.org) [d](#e)\n[f]: a.md\n") == [])
        #expect(rules("docs/b.md", "[a](gone.md)") == [.deadLink])
        #expect(rules("b.md", "[a]: gone.md") == [.deadLink])
        #expect(rules("b.md", "[a](../../etc)") == [.deadLink])
        #expect(rules("b.md", "```\n[a](gone.md)\n```\n`[a](gone.md)`") == [])
        #expect(rules("scripts/a", "#!/bin/sh\nls\n") == [.shellScript])
        #expect(rules("scripts/a", "#!/usr/bin/env bash\nset -euo pipefail\nls\n") == [])
        #expect(HygieneRules.required { _ in false }.count == requiredFiles.count)
    }

    // MARK: the stripper

    @Test("Code survives stripping, line for line", arguments: [
        ("a /* b /* c */ d */ e", "a                   e"),
        ("a // b\nc", "a     \nc"),
        ("a \"b\\\"c\" d", "a        d"),
        ("a #\"b\"c\"# d", "a         d"),
        ("a \"\\(b + \"c\")\" d", "a    b +       d"),
        ("\"\"\"\na \"b\" \\\"\"\" c\n\"\"\" d", "   \n            \n    d"),
    ])
    func strip(_ input: String, _ output: String) {
        let result = Stripper.strip(input, .swift)
        #expect(result.code == output)
        #expect(!result.isUnterminated)
    }
}
