import EventLoop
import JSON
import KeeperProtocol
import Testing
import VaultReadTools

@Suite("Tools that show names", .serialized)
struct ReadToolTests {
    private let harness: ToolHarness

    init() throws { harness = try ToolHarness() }

    private func secret(_ key: String, environment: String = "dev", folder: String = "", scope: String = "shared", expired: Bool = false) -> ListedSecret {
        ListedSecret(
            key: key, environment: environment, folder: folder, scope: scope, type: "string", tags: ["db"], description: "of the shop",
            version: 3, updatedAt: "2026-01-31T12:00:00.000Z", expiresAt: expired ? "2026-02-01T00:00:00.000Z" : nil,
            isExpired: expired, hasRule: false)
    }

    private func list(_ secrets: [ListedSecret], truncated: Bool = false) -> Result<NamesAnswer, NamesFailure> {
        .success(.secrets(SecretList(projectID: "0123", projectName: "shop", secrets: secrets, isTruncated: truncated)))
    }

    private func keys(_ result: JSONValue) -> [String] { result["secrets"]?.array?.compactMap { $0["key"]?.string } ?? [] }

    @Test("All are read-only, closed and idempotent, and have schemas of objects")
    func declarations() {
        #expect(harness.tools.keys.sorted() == ["get-current-project", "list-projects", "list-secrets", "status"])
        for tool in harness.tools.values {
            let notes = tool.description.annotations
            #expect(notes.readOnly && !notes.destructive && notes.idempotent && !notes.openWorld)
        }
    }

    @Test("The state is told with what to do about it", arguments: KeeperStatus.VaultState.allCases)
    func status(_ state: KeeperStatus.VaultState) throws {
        harness.answer = .success(.status(KeeperStatus(
            vault: state, problem: state == .present ? nil : "broken \u{202E}", projects: 1, environments: 2, secrets: 3, idleSeconds: 900)))
        let result = try harness.ok("status")
        #expect(result["vault"]?.string == state.rawValue && result["locked"]?.bool == true && result["secrets"]?.int == 3)
        #expect(result["problem"]?.string == (state == .present ? nil : #"broken \u{202E}"#))
        if state == .present { #expect(result["hint"]?.string?.contains("execkit unlock") == true) }
        if state == .missing { #expect(result["hint"]?.string?.contains("execkit init") == true) }
        #expect(harness.asked == [.status])
    }

    @Test("An unlocked vault needs no hint")
    func unlocked() throws {
        harness.answer = .success(.status(KeeperStatus(vault: .present, isUnlocked: true, source: "kernel", idleSeconds: 900)))
        let result = try harness.ok("status")
        #expect(result["locked"]?.bool == false && result["unlockedBy"]?.string == "kernel" && result["hint"] == nil)
    }

    @Test("The arguments become the question, and what stands in the clear the answer")
    func secrets() throws {
        harness.answer = list([secret("TOKEN", scope: "client"), secret("OLD", expired: true), secret("KEY", folder: "api")])
        let result = try harness.ok("list-secrets", ["projectId": "shop", "environment": "dev", "folder": ""])
        #expect(harness.asked == [.secrets(SecretsQuery(project: "shop", environment: "dev", folder: "", origin: "/srv/shop"))])
        #expect(keys(result) == ["OLD", "TOKEN", "KEY"])
        #expect(result["secrets"]?.array?.map { $0["usable"]?.bool } == [false, false, true])
        #expect(result["truncated"]?.bool == false && result["nextCursor"] == nil)
        let members = result["secrets"]?[0]?.object?.map(\.key) ?? []
        #expect(!members.contains { $0.lowercased().contains("value") || $0.lowercased().contains("length") || $0.lowercased().contains("count") })
    }

    @Test("Names that steer a terminal or turn the reading direction are written out, in every tool")
    func hostileNames() throws {
        let name = "A\u{1B}[2J\u{202E}\u{9B}\nB"
        let shown = #"A\u{001B}[2J\u{202E}\u{009B}\u{000A}B"#
        var hostile = secret(name, environment: name, folder: name, scope: name)
        hostile.tags = [name]
        hostile.description = name
        harness.answer = list([hostile])
        let listed = try #require(try harness.ok("list-secrets")["secrets"]?[0])
        for field in ["key", "environment", "folder", "scope", "description"] { #expect(listed[field]?.string == shown, "\(field)") }
        #expect(listed["tags"]?[0]?.string == shown)
        harness.answer = .success(.projects([ProjectOutline(
            id: name, name: name, environments: [EnvironmentOutline(name: name, folders: [name])])]))
        let project = try #require(try harness.ok("list-projects")["projects"]?[0])
        #expect(project["name"]?.string == shown && project["id"]?.string == shown)
        #expect(project["environments"]?[0]?["name"]?.string == shown && project["environments"]?[0]?["folders"]?[0]?.string == shown)
        harness.answer = .success(.current(CurrentProject(
            file: "/\(name)", problem: name, projectID: name, projectName: name, environment: name)))
        let current = try harness.ok("get-current-project")
        for field in ["problem", "projectId", "projectName", "environment"] { #expect(current[field]?.string == shown, "\(field)") }
        harness.answer = .success(.refused(Refusal(.unknownProject, name)))
        #expect(try harness.fails("list-secrets") == shown)
        harness.answer = .failure(NamesFailure(name))
        #expect(try harness.fails("status") == shown)
    }

    @Test("Long names and descriptions and a thousand tags stay short")
    func longNames() throws {
        var long = secret(String(repeating: "K", count: 100_000))
        long.description = String(repeating: "d", count: 100_000)
        long.tags = Array(repeating: String(repeating: "t", count: 1_000), count: 1_000)
        harness.answer = list([long])
        #expect(try harness.ok("list-secrets").serialized().count < 4_000)
    }

    @Test("Pages hold together: every entry once, in order, whatever the size of a page", arguments: [nil, 1, 7, 200] as [Int?])
    func pages(_ limit: Int?) throws {
        let all = (0..<730).map { secret("KEY_\($0 * 7919 % 730)", environment: $0 % 3 == 0 ? "prod" : "dev") }
        harness.answer = list(all.prefix(limit == 1 ? 20 : 730).map { $0 })
        var seen: [String] = []
        var cursor: String?
        repeat {
            var arguments: JSONObject = [:]
            if let cursor { arguments["cursor"] = .string(cursor) }
            if let limit { arguments["limit"] = .int(limit) }
            let result = try harness.ok("list-secrets", arguments)
            let page = result["secrets"]?.array ?? []
            #expect(!page.isEmpty && page.count <= limit ?? 50)
            if limit == nil { #expect(result.serialized().count < 9_000) }
            seen += page.map { "\($0["environment"]?.string ?? "")/\($0["key"]?.string ?? "")" }
            cursor = result["nextCursor"]?.string
            #expect(result["truncated"]?.bool == (cursor != nil))
        } while cursor != nil
        let expected = all.prefix(limit == 1 ? 20 : 730).map { $0.environment + "//" + $0.key }
            .sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }.map { $0.replacing("//", with: "/") }
        #expect(seen == expected)
    }

    @Test("A cursor that nobody gave is a place in the order, not an error; one behind the end gives nothing")
    func strangeCursors() throws {
        harness.answer = list([secret("A"), secret("B")])
        #expect(keys(try harness.ok("list-secrets", ["cursor": ""])) == ["A", "B"])
        #expect(keys(try harness.ok("list-secrets", ["cursor": "dev//A"])) == ["B"])
        let end = try harness.ok("list-secrets", ["cursor": "\u{10FFFF}"])
        #expect(keys(end) == [] && end["truncated"]?.bool == false)
        harness.answer = list([])
        #expect(keys(try harness.ok("list-secrets")) == [])
    }

    @Test("A vault with more than one answer holds says so, though the page is whole")
    func truncatedByKeeper() throws {
        harness.answer = list([secret("A")], truncated: true)
        let result = try harness.ok("list-secrets")
        #expect(result["truncated"]?.bool == true && result["hint"]?.string?.contains("narrow") == true)
    }

    @Test("Patterns cover names as their naive twin says")
    func patterns() throws {
        func twin(_ pattern: Substring, _ name: Substring) -> Bool {
            guard let first = pattern.first else { return name.isEmpty }
            if first == "*" { return twin(pattern.dropFirst(), name) || (!name.isEmpty && twin(pattern, name.dropFirst())) }
            guard let letter = name.first, first == "?" || first == letter else { return false }
            return twin(pattern.dropFirst(), name.dropFirst())
        }
        var numbers = SystemRandomNumberGenerator()
        let names = (0..<60).map { _ in String((0..<Int.random(in: 1...7, using: &numbers)).map { _ in "ab_é".randomElement(using: &numbers)! }) }
        harness.answer = list(Set(names).map { secret($0) })
        for _ in 0..<150 {
            let pattern = String((0..<Int.random(in: 0...6, using: &numbers)).map { _ in "ab_é*?*".randomElement(using: &numbers)! })
            let found = Set(keys(try harness.ok("list-secrets", ["pattern": .string(pattern), "limit": 200])))
            #expect(found == Set(names.filter { twin(Substring(pattern), Substring($0)) }), "\(pattern)")
        }
        harness.answer = list([secret("DB_URL"), secret("API_KEY")])
        #expect(keys(try harness.ok("list-secrets", ["pattern": "db*"])) == ["DB_URL"])
    }

    @Test("A pattern made to be slow is not")
    func slowPattern() throws {
        harness.answer = list((0..<1_000).map { _ in secret(String(repeating: "a", count: 250)) })
        let pattern = String(repeating: "*a", count: 99) + "b"
        let start = harness.loop.now
        #expect(keys(try harness.ok("list-secrets", ["pattern": .string(pattern)])) == [])
        #expect(harness.loop.now - start < .seconds(30))
    }

    @Test("Projects come with their parts, and very many parts are counted")
    func projects() throws {
        let environments = (0..<150).map { EnvironmentOutline(name: "e\($0)", folders: (0..<150).map { "f\($0)" }) }
        harness.answer = .success(.projects([
            ProjectOutline(id: "2", name: "shop", environments: environments), ProjectOutline(id: "1", name: "blog", environments: []),
        ]))
        let result = try harness.ok("list-projects", ["limit": 10])
        #expect(result["projects"]?.array?.map { $0["name"]?.string } == ["blog", "shop"])
        let shop = result["projects"]?[1]
        #expect(shop?["environments"]?.array?.count == 100 && shop?["environmentsTotal"]?.int == 150)
        #expect(shop?["environments"]?[0]?["foldersTotal"]?.int == 150)
        #expect(try harness.ok("list-projects", ["pattern": "b?og"])["projects"]?.array?.count == 1)
        harness.answer = .success(.projects([]))
        #expect(try harness.ok("list-projects")["hint"]?.string?.contains("execkit init") == true)
    }

    @Test("Without a project file, and with one that the vault does not know, the answer says what to do")
    func current() throws {
        harness.answer = .success(.current(CurrentProject()))
        let none = try harness.ok("get-current-project")
        #expect(none["found"]?.bool == false && none["hint"]?.string?.contains("execkit init") == true)
        #expect(harness.asked == [.current(directory: "/srv/shop")])
        harness.answer = .success(.current(CurrentProject(file: "/srv/shop/execkit.toml", projectID: "77")))
        #expect(try harness.ok("get-current-project")["hint"]?.string?.contains("list-projects") == true)
        harness.answer = .success(.current(CurrentProject(file: "/f", projectID: "7", projectName: "shop", environment: "dev")))
        let found = try harness.ok("get-current-project")
        #expect(found["found"]?.bool == true && found["hint"] == nil)
    }

    @Test("Refusals and failures come as they are; an answer to another question is none", arguments: [
        "status", "list-projects", "list-secrets", "get-current-project",
    ])
    func failures(_ tool: String) throws {
        harness.answer = .success(.refused(Refusal(.noVault, "there is no vault: run `execkit init`")))
        #expect(try harness.fails(tool) == "there is no vault: run `execkit init`")
        harness.answer = .failure(NamesFailure("not installed"))
        #expect(try harness.fails(tool) == "not installed")
        harness.answer = tool == "status" ? .success(.projects([])) : .success(.status(KeeperStatus(vault: .present, idleSeconds: 1)))
        #expect(try harness.fails(tool).contains("Call again"))
    }

    @Test("What is not declared as an argument is refused before anything is asked")
    func badArguments() throws {
        for arguments in [["limit": 0], ["limit": 201], ["cursor": 7], ["value": true], ["pattern": .string(String(repeating: "a", count: 201))]] as [JSONObject] {
            _ = try harness.fails("list-secrets", arguments)
        }
        _ = try harness.fails("status", ["unlock": true])
        #expect(harness.asked == [])
    }
}
