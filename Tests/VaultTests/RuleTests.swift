import Foundation
import PrivateFiles
import SecretMemory
import Testing
import UseRule
@testable import Vault
import VaultCrypto
@testable import VaultStore

extension AllOfTheVault {
    @Suite("The rule of a secret") struct RuleTests {
        private func rule(_ change: (inout UseRule) -> Void) -> UseRule {
            var rule = UseRule()
            change(&rule)
            return rule
        }

        @Test("A rule is made, changed in part and taken away; each is a row of the log, and the value opens as before")
        func changes() throws {
            let scratch = try Scratch()
            let vault = try scratch.vault()
            let place = SecretPlace(project: try vault.project(), environment: "dev", key: "A")
            _ = try vault.set(place, text: "value")
            let store = vault.locked.store
            #expect(try store.secret(place)?.useRule() == nil)
            let cleared = try vault.clearRule(place)
            #expect(!cleared)

            let first = try vault.changeRule(place) { old in
                #expect(old == UseRule())
                return rule { $0.programs = ["psql", "/usr/bin/psql", "psql"] }
            }
            #expect(first.programs == ["/usr/bin/psql", "psql"])
            let second = try vault.changeRule(place) { old in
                var new = old
                new.ask = .every(seconds: 60)
                return new
            }
            #expect(second.programs == first.programs && second.ask == .every(seconds: 60))
            let record = try #require(try store.secret(place))
            #expect(try record.useRule() == second && record.rule == second.text)
            try vault.verify([record])
            #expect(record.version == 1)
            let shown = try vault.shown(place)
            #expect(shown == "value")

            let gone = try vault.clearRule(place)
            #expect(gone)
            #expect(try store.secret(place)?.rule == nil)
            let rows = try store.actions().filter { $0.action == "secret.rule" }
            #expect(rows.count == 4)
            #expect(rows.map { $0.detail.contains("\"rule\":") } == [false, true, true, false])
            #expect(rows[1].detail.contains("psql") && rows.allSatisfy { $0.detail.contains("\"keys\":[\"A\"]") })
            let report = try vault.check()
            #expect(report.isSound)
        }

        @Test("What can be no rule, and a secret that is not there, change nothing and log nothing")
        func refused() throws {
            let scratch = try Scratch()
            let vault = try scratch.vault()
            let place = SecretPlace(project: try vault.project(), environment: "dev", key: "A")
            _ = try vault.set(place, text: "value")
            _ = try vault.changeRule(place) { _ in rule { $0.ask = .always } }
            let before = try vault.locked.store.actions().count
            #expect(throws: VaultError.rule(.emptyList(.programs))) {
                _ = try vault.changeRule(place) { _ in rule { $0.programs = [] } }
            }
            #expect(throws: VaultError.rule(.badName(.programs))) {
                _ = try vault.changeRule(place) { _ in rule { $0.programs = ["bin/psql"] } }
            }
            #expect(throws: VaultError.rule(.outOfRange(.ask))) {
                _ = try vault.changeRule(place) { _ in rule { $0.ask = .every(seconds: Int.max) } }
            }
            let other = SecretPlace(project: place.project, environment: "dev", key: "B")
            #expect(throws: VaultError.store(.noSuchSecret)) { _ = try vault.changeRule(other) { $0 } }
            #expect(throws: VaultError.store(.noSuchSecret)) { _ = try vault.clearRule(other) }
            #expect(try vault.locked.store.secret(place)?.useRule()?.ask == .always)
            #expect(try vault.locked.store.actions().count == before)
        }

        @Test("A rule stays with its secret: new versions, tags, import, rename, removal and return, rekey, backup and password")
        func kept() throws {
            let scratch = try Scratch()
            let vault = try scratch.vault()
            let project = try vault.project()
            var place = SecretPlace(project: project, environment: "dev", folder: "api", key: "A")
            _ = try vault.set(place, text: "one")
            let made = try vault.changeRule(place) { _ in rule { $0.projects = ["shop"] } }
            let store = vault.locked.store
            func expectKept(_ step: Comment) throws {
                let record = try #require(try store.secret(place), step)
                #expect(try record.useRule() == made, step)
                try vault.verify([record])
            }
            _ = try vault.set(place, text: "two")
            try expectKept("set")
            try vault.describe(place) { _ in SecretAttributes(scope: .server, tags: ["x"]) }
            try expectKept("describe")
            _ = try vault.importing(project: project, environment: "dev", folder: "api", orElse: { $0 }) {
                (set) throws(VaultError) in
                do { try set("A", try secret("three"), nil) } catch let error as VaultError { throw error } catch { throw .notRecorded }
            }
            try expectKept("import")
            try vault.rename(place, to: "NEW")
            place = SecretPlace(project: project, environment: "dev", folder: "api", key: "NEW")
            try expectKept("rename")
            try vault.locked.remove(place)
            _ = try vault.restore(place)
            try expectKept("restore")
            let versions = try store.versions(place)
            _ = try vault.restore(place, version: try #require(versions.last).version)
            try expectKept("restore of a version")
            try vault.rekey(project: project)
            try expectKept("rekey")
            try vault.changePassword(try secret("another"), try cheap())
            try expectKept("password")
            let report = try vault.check()
            #expect(report.isSound)

            let backup = try scratch.path("backup.db")
            try vault.locked.backup(to: backup)
            let copy = try LockedVault.restore(from: backup, in: try scratch.path("elsewhere"))
                .unlock(password: try secret("another"))
            let record = try #require(try copy.locked.store.secret(place))
            #expect(try record.useRule() == made)
            try copy.verify([record])

            // A secret that is set anew after its removal is another secret: nobody said anything about its use yet.
            try vault.locked.remove(place)
            _ = try vault.set(place, text: "anew")
            #expect(try store.secret(place)?.rule == nil)
        }

        @Test("A sealed rule that this program cannot read is no permission, is not overwritten in part, and can be cleared", arguments: [
            #"{"programs":["psql"],"hours":"9-17"}"#, "", "{", "[]", #"{"programs":[]}"#, #"{"ask":"maybe"}"#,
        ])
        func unreadable(text: String) throws {
            let scratch = try Scratch()
            let vault = try scratch.vault()
            let place = SecretPlace(project: try vault.project(), environment: "dev", key: "A")
            _ = try vault.set(place, text: "value")
            // As a newer program would write it: sealed, too.
            try vault.locked.store.change(orElse: VaultError.store) { (change) throws(VaultError) in
                let record = try stored { () throws(VaultStoreError) in try change.secret(place) }
                guard let record else { throw .store(.noSuchSecret) }
                let project = try stored { () throws(VaultStoreError) in try change.project(id: place.project) }
                let seal = try vault.seal(
                    place, record.attributes, rule: text, version: record.version, try vault.key(project))
                try stored { () throws(VaultStoreError) in try change.setRule(record, text, seal: seal) }
                return ((), Action(.rule, place, rule: text))
            }
            let record = try #require(try vault.locked.store.secret(place))
            try vault.verify([record])
            #expect(throws: UseRuleError.self) { _ = try record.useRule() }
            let error = #expect(throws: VaultError.self) { _ = try vault.changeRule(place) { _ in UseRule() } }
            guard case .rule? = error else {
                Issue.record("\(String(describing: error))")
                return
            }
            #expect(try vault.locked.store.secret(place) == record)
            let shown = try vault.shown(place)
            #expect(shown == "value")
            _ = try vault.clearRule(place)
            #expect(try vault.locked.store.secret(place)?.rule == nil)
            let report = try vault.check()
            #expect(report.isSound)
        }
    }
}
