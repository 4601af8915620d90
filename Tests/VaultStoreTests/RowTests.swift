import PrivateFiles
import Testing
@testable import VaultStore

@Suite("Rows of the vault", .serialized)
struct RowTests {
    private struct Stop: Error {}
    private let project = String(repeating: "b", count: 32)

    private func filled(_ scratch: Scratch) throws -> VaultStore {
        let store = try scratch.store()
        let project = project
        try store.change(orElse: { $0 }) { (change) throws(VaultStoreError) in
            try change.insertProject(id: project, name: "shop", key: .init(generation: 1, wrapped: "AAAA", signature: "AAAA"))
            for environment in ["dev", "prod"] { try change.insertEnvironment(project: project, name: environment) }
            try change.insertFolder(project: project, environment: "dev", path: "api/db")
            return ((), Action(.projectCreate, project: project))
        }
        return store
    }

    private func place(_ key: String, _ environment: String = "dev", folder: String = "") -> SecretPlace {
        SecretPlace(project: project, environment: environment, folder: folder, key: key)
    }

    private func put(_ store: VaultStore, _ place: SecretPlace, _ attributes: SecretAttributes? = nil) throws {
        try store.change(orElse: { $0 }) { (change) throws(VaultStoreError) in
            let version = try change.nextVersion(place)
            let live = try change.secret(place)
            let fields = try change.checked(attributes ?? live?.attributes ?? SecretAttributes())
            if let live {
                try change.put(live, frame: "frame\(version)", version: version, fields, seal: "seal\(version)")
            } else {
                try change.put(new: place, frame: "frame\(version)", version: version, fields, seal: "seal\(version)")
            }
            return ((), Action(.set, place, version: version))
        }
    }

    @Test("Secrets are listed by place, and by every part of a filter")
    func filters() throws {
        let scratch = try Scratch()
        let store = try filled(scratch)
        try put(store, place("B"), SecretAttributes(scope: .client, tags: ["x"]))
        try put(store, place("A", folder: "api/db"), SecretAttributes(scope: .server, tags: ["y", "x"]))
        try put(store, place("A", "prod"))
        try put(store, place("C", "prod"), SecretAttributes(type: .boolean, expiresAt: "2001-02-03"))
        try put(store, place("C", "prod"), SecretAttributes(expiresAt: "9999-02-03T23:30:00-01:00"))
        try put(store, place("D", "prod"), SecretAttributes(type: .number, expiresAt: "2001-02-03"))
        func keys(_ filter: SecretFilter) throws -> [String] {
            let secrets = try store.secrets(filter)
            // The short form of a list says the same in the same order.
            var summaries: [SecretSummary] = []
            try store.summaries(filter) { summaries.append($0) }
            #expect(summaries == secrets.map {
                SecretSummary(
                    environment: $0.place.environment, folder: $0.place.folder, key: $0.place.key,
                    scope: $0.attributes.scope, type: $0.attributes.type, version: $0.version,
                    updatedOn: String($0.updatedAt.prefix(10)), expiresOn: $0.attributes.expiresAt.map { String($0.prefix(10)) },
                    isExpired: $0.isExpired, tags: $0.attributes.tags, hasRule: $0.rule != nil)
            })
            return secrets.map { "\($0.place.environment)/\($0.place.folder)/\($0.place.key)" }
        }
        #expect(try keys(.init()) == ["dev//B", "dev/api/db/A", "prod//A", "prod//C", "prod//D"])
        #expect(try store.secrets(.init(environment: "prod")).map(\.isExpired) == [false, false, true])
        #expect(try keys(.init(project: project, environment: "dev")) == ["dev//B", "dev/api/db/A"])
        #expect(try keys(.init(folder: "")) == ["dev//B", "prod//A", "prod//C", "prod//D"])
        #expect(try keys(.init(scopes: [.server, .shared])) == ["dev/api/db/A", "prod//A", "prod//C", "prod//D"])
        #expect(try keys(.init(scopes: [])) == [])
        #expect(try keys(.init(tag: "x")) == ["dev//B", "dev/api/db/A"])
        #expect(try keys(.init(tag: "' OR 1")) == [])
        #expect(try keys(.init(deleted: true)) == [])
        #expect(try keys(.init(project: "other")) == [])
    }

    @Test("Attributes keep through new versions, are normalised, and are refused when they are not such")
    func attributes() throws {
        let scratch = try Scratch()
        let store = try filled(scratch)
        try put(store, place("A"), SecretAttributes(
            scope: .server, type: .number, tags: ["b", "a", "b"], description: "für \"x\"", expiresAt: "2001-02-03"))
        try put(store, place("A"))
        let secret = try #require(try store.secret(place("A")))
        #expect(secret.attributes == SecretAttributes(
            scope: .server, type: .number, tags: ["a", "b"], description: "für \"x\"", expiresAt: "2001-02-03T00:00:00.000Z"))
        #expect(secret.version == 2 && secret.isExpired)
        try put(store, place("A"), SecretAttributes(expiresAt: "9999-01-01T10:00:00+02:00"))
        let later = try #require(try store.secret(place("A")))
        #expect(!later.isExpired && later.attributes.expiresAt == "9999-01-01T08:00:00.000Z")
        for (wrong, error) in [
            (SecretAttributes(expiresAt: "soon"), VaultStoreError.badDate), (.init(tags: ["a b"]), .badName(.tag)),
            (.init(tags: [""]), .badName(.tag)), (.init(description: "two\nlines"), .badDescription),
            (.init(description: String(repeating: "x", count: 1001)), .badDescription),
        ] {
            #expect(throws: error) { try put(store, place("A"), wrong) }
            #expect(throws: error) { try put(store, place("NEW"), wrong) }
        }
        #expect(try store.versions(place("A")).count == 3)
        #expect(try store.secrets().count == 1)
    }

    @Test("Bad names are refused, missing places are named", arguments: [
        "", "1A", "A=B", "A B", "A\u{0}", "Ä", "A-B", "A.B", String(repeating: "A", count: 256), "$(x)",
    ])
    func names(key: String) throws {
        let scratch = try Scratch()
        let store = try filled(scratch)
        #expect(throws: VaultStoreError.badName(.key)) { try put(store, place(key)) }
        #expect(throws: VaultStoreError.noSuchEnvironment) { try put(store, place("A", "qa")) }
        #expect(throws: VaultStoreError.noSuchFolder) { try put(store, place("A", folder: "api")) }
        #expect(throws: VaultStoreError.noSuchProject) {
            try put(store, SecretPlace(project: "x", environment: "dev", key: "A"))
        }
    }

    @Test("Names of projects, environments and folders")
    func otherNames() {
        for good in ["a", "Shop-2", "münchen", "a.b_c", "7"] { #expect(VaultNames.isName(good)) }
        for bad in ["", " ", "a b", "a/b", "-a", ".a", "..", "a\n", "a\u{0}", "a\u{202E}b", String(repeating: "a", count: 101)] {
            #expect(!VaultNames.isName(bad))
        }
        for good in ["", "a", "a/b", "a/b/c.d"] { #expect(VaultNames.isFolder(good)) }
        for bad in ["/", "a/", "/a", "a//b", "a/../b", Array(repeating: "a", count: 9).joined(separator: "/")] {
            #expect(!VaultNames.isFolder(bad))
        }
    }

    @Test("A transaction whose body throws leaves no row, and no row of the log")
    func rollback() throws {
        let scratch = try Scratch()
        let store = try filled(scratch)
        let before = try store.actions()
        let place = place("A")
        #expect(throws: Stop.self) {
            try store.change(orElse: { $0 as any Error }) { (change) throws(any Error) in
                try change.put(new: place, frame: "x", version: 1, SecretAttributes(), seal: "x")
                throw Stop()
            } as Void
        }
        #expect(try store.secret(place) == nil && store.actions() == before)
    }

    @Test("Two live secrets of one place cannot be, whatever the caller does")
    func liveOnce() throws {
        let scratch = try Scratch()
        let store = try filled(scratch)
        for _ in 0..<2 {
            try put(store, place("A"))
            try store.change(orElse: { $0 }) { (change) throws(VaultStoreError) in
                guard let secret = try change.secret(place("A")) else { throw .noSuchSecret }
                try change.remove(secret)
                return ((), Action(.remove))
            }
        }
        try put(store, place("A"))
        let removed = try #require(try store.deletedSecret(place("A")))
        #expect(removed.version == 2)
        #expect(throws: VaultStoreError.nameTaken) {
            try store.change(orElse: { $0 }) { (change) throws(VaultStoreError) in
                try change.undelete(removed)
                return ((), Action(.restore))
            }
        }
        #expect(try store.secrets(.init(deleted: true)).count == 2)
    }

    @Test("Environments and folders that held a secret stay; names are taken once")
    func containers() throws {
        let scratch = try Scratch()
        let store = try filled(scratch)
        try put(store, place("A", folder: "api/db"))
        let project = project
        func change(_ body: (borrowing VaultChange) throws(VaultStoreError) -> Void) throws {
            try store.change(orElse: { $0 }) { (change) throws(VaultStoreError) in
                try body(change)
                return ((), Action(.environmentRemove))
            }
        }
        #expect(throws: VaultStoreError.notEmpty) {
            try change { (change) throws(VaultStoreError) in try change.removeEnvironment(project: project, name: "dev") }
        }
        #expect(throws: VaultStoreError.notEmpty) {
            try change { (change) throws(VaultStoreError) in
                try change.removeFolder(project: project, environment: "dev", path: "api/db")
            }
        }
        #expect(throws: VaultStoreError.nameTaken) {
            try change { (change) throws(VaultStoreError) in try change.insertEnvironment(project: project, name: "dev") }
        }
        try change { (change) throws(VaultStoreError) in try change.removeEnvironment(project: project, name: "prod") }
        #expect(try store.environments(of: project) == ["dev"])
        #expect(try store.folders(of: project, "dev") == ["api/db"])
    }

    @Test("The log's chain is that of the format's text")
    func chain() throws {
        let scratch = try Scratch()
        let store = try filled(scratch)
        for number in 0..<20 { #expect(try store.record(Action(.reveal, keys: ["K\(number)"])) == number + 3) }
        #expect(try store.firstBrokenAction() == nil)
        let rows = try store.actions(limit: 3)
        #expect(rows.map(\.seq) == [22, 21, 20] && rows[0].previous == rows[1].hash)
        #expect(try store.actions(limit: 5, before: 20).first?.seq == 19)
        // Computed by hand with sha256sum over the length-prefixed parts.
        #expect(ActionRecord.hash(seq: 1, at: "t", action: "a", detail: "{}", previous: "0")
            == Self.known)
    }

    static let known = "deb198e5072e7641f7c23053f3b7b9ed6038c00719f8eb036db4509470f7defb"
}
