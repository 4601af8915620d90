import Foundation
import PrivateFiles
import SecretMemory
import Testing
@testable import Vault
import VaultCrypto
import VaultStore

/// Secret memory belongs to one thread: the suites of the vault stand in line.
@Suite(.serialized) struct AllOfTheVault {}

extension AllOfTheVault {
    @Suite("A vault") struct VaultTests {
        @Test("A value that was set opens again after the vault was closed, and its names are seen without a password")
        func roundTrip() throws {
            let scratch = try Scratch()
            let project: String
            do {
                let vault = try scratch.vault()
                project = try vault.project()
                _ = try vault.set(.init(project: project, environment: "dev", key: "A"), text: "one")
                _ = try vault.set(.init(project: project, environment: "dev", folder: "api", key: "A"), text: "")
            }
            let locked = try LockedVault.open(in: try scratch.path())
            #expect(try locked.store.secrets().map(\.place.folder) == ["", "api"])
            let vault = try locked.unlock(password: try secret("password"))
            let shown = [
                try vault.shown(.init(project: project, environment: "dev", key: "A")),
                try vault.shown(.init(project: project, environment: "dev", folder: "api", key: "A")),
            ]
            #expect(shown == ["one", ""])
            let report = try vault.check()
            #expect(report.isSound && report.frames == 2)
        }

        @Test("A wrong password, an empty one and a wrong session key open nothing")
        func wrongPassword() throws {
            let scratch = try Scratch()
            _ = try scratch.vault()
            let locked = try LockedVault.open(in: try scratch.path())
            #expect(throws: VaultError.authenticationFailed) { _ = try locked.unlock(password: try secret("Password")) }
            #expect(throws: VaultError.emptyPassword) { _ = try locked.unlock(password: try secret("")) }
            #expect(throws: VaultError.authenticationFailed) { _ = try locked.sessionKey(password: try secret("x")) }
            let wrongKey = String(repeating: "k", count: 32)
            #expect(throws: VaultError.authenticationFailed) { _ = try locked.unlock(sessionKey: try secret(wrongKey)) }
            #expect(throws: VaultError.authenticationFailed) { _ = try locked.unlock(sessionKey: try secret("short")) }
            #expect(throws: VaultError.noRecoveryCode) { _ = try locked.unlock(recoveryCode: try secret("x")) }
        }

        @Test("A session key unlocks until the password is changed; a changed password keeps every value")
        func password() throws {
            let scratch = try Scratch()
            let vault = try scratch.vault()
            let place = SecretPlace(project: try vault.project(), environment: "dev", key: "A")
            _ = try vault.set(place, text: "kept")
            let frame = try vault.locked.store.sealed(place).version.frame
            let key = try vault.locked.sessionKey(password: try secret("password"))
            _ = try vault.locked.unlock(sessionKey: try key.duplicate())
            try vault.changePassword(try secret("another"), try cheap())
            #expect(throws: VaultError.authenticationFailed) {
                _ = try vault.locked.unlock(sessionKey: try key.duplicate())
            }
            #expect(throws: VaultError.authenticationFailed) {
                _ = try vault.locked.unlock(password: try secret("password"))
            }
            let again = try vault.locked.unlock(password: try secret("another"))
            let shown = try again.shown(place)
            #expect(shown == "kept")
            #expect(try vault.locked.store.sealed(place).version.frame == frame)
        }

        @Test("A recovery code unlocks as it is typed, only while there is one")
        func recovery() throws {
            let scratch = try Scratch()
            let vault = try scratch.vault()
            #expect(try vault.locked.store.vault().recovery == nil)
            let code = text(try vault.createRecoveryCode(try cheap()))
            #expect(code.count == 39 && code.split(separator: "-").count == 8)
            let sloppy = code.lowercased().replacingOccurrences(of: "-", with: " ").replacingOccurrences(of: "0", with: "o")
            _ = try vault.locked.unlock(recoveryCode: try secret(sloppy + "\n"))
            let other = (code.first == "7" ? "8" : "7") + code.dropFirst()
            for wrong in [other, "", String(code.dropLast()), code + "0"] {
                #expect(throws: VaultError.authenticationFailed) {
                    _ = try vault.locked.unlock(recoveryCode: try secret(wrong))
                }
            }
            try vault.removeRecoveryCode()
            #expect(throws: VaultError.noRecoveryCode) { _ = try vault.locked.unlock(recoveryCode: try secret(code)) }
            #expect(try vault.locked.store.actions().map(\.action).prefix(2) == [
                "vault.recovery.remove", "vault.recovery.create",
            ])
        }

        @Test("Versions are kept, a removal is taken back, an old version becomes the newest")
        func history() throws {
            let scratch = try Scratch()
            let vault = try scratch.vault()
            let place = SecretPlace(project: try vault.project(), environment: "dev", key: "A")
            for value in ["one", "two", "three"] { _ = try vault.set(place, text: value) }
            #expect(try vault.locked.store.versions(place).map(\.version) == [3, 2, 1])
            let old = try vault.shown(place, version: 1)
            #expect(old == "one")
            let current = try vault.restore(place, version: 2)
            #expect(current == 4)
            let restored = try vault.shown(place)
            #expect(restored == "two")
            try vault.locked.remove(place)
            #expect(try vault.locked.store.secret(place) == nil)
            #expect(throws: VaultError.store(.noSuchSecret)) { _ = try vault.shown(place) }
            #expect(throws: VaultError.store(.noSuchSecret)) { try vault.locked.remove(place) }
            _ = try vault.restore(place)
            let back = try vault.shown(place)
            #expect(back == "two")
            // A new secret of a removed one's key never uses a version number again.
            try vault.locked.remove(place)
            let version = try vault.set(place, text: "new")
            #expect(version == 5)
            #expect(try vault.locked.store.versions(place).map(\.version) == [5])
            let report = try vault.check()
            #expect(report.isSound && report.frames == 5)
        }

        @Test("A renamed secret keeps its values and attributes, and its frames open at the new key only")
        func rename() throws {
            let scratch = try Scratch()
            let vault = try scratch.vault()
            let project = try vault.project()
            let place = SecretPlace(project: project, environment: "dev", key: "OLD")
            let target = SecretPlace(project: project, environment: "dev", key: "NEW")
            // Numbers of the target that are in use already, by a removed secret.
            for value in ["x", "y"] { _ = try vault.set(target, text: value) }
            try vault.locked.remove(target)
            for value in ["one", "two", "three"] { _ = try vault.set(place, text: value) }
            try vault.describe(place) { _ in SecretAttributes(scope: .server, tags: ["b", "a", "b"]) }
            try vault.rename(place, to: "NEW")
            let shown = [
                try vault.shown(target), try vault.shown(target, version: 3), try vault.shown(target, version: 4),
            ]
            #expect(shown == ["three", "one", "two"])
            #expect(try vault.locked.store.secret(target)?.attributes.tags == ["a", "b"])
            #expect(throws: VaultError.store(.noSuchSecret)) { try vault.rename(place, to: "OTHER") }
            _ = try vault.set(place, text: "again")
            #expect(throws: VaultError.store(.nameTaken)) { try vault.rename(place, to: "NEW") }
            #expect(throws: VaultError.store(.badName(.key))) { try vault.rename(place, to: "A=B") }
            let report = try vault.check()
            #expect(report.isSound && report.frames == 6)
        }

        @Test("A new project key seals every version anew; the old key opens none of them")
        func rekey() throws {
            let scratch = try Scratch()
            let vault = try scratch.vault()
            let project = try vault.project()
            let place = SecretPlace(project: project, environment: "dev", key: "A")
            let gone = SecretPlace(project: project, environment: "prod", key: "B")
            for value in ["one", "two"] { _ = try vault.set(place, text: value) }
            _ = try vault.set(gone, text: "three")
            try vault.locked.remove(gone)
            let before = try vault.locked.store.versions(place).map(\.frame)
            let oldKey = try vault.key(try vault.locked.store.project(id: project))
            let count = try vault.rekey(project: project)
            #expect(count == 3)
            #expect(try vault.locked.store.project(id: project).key.generation == 2)
            let after = try vault.locked.store.versions(place)
            #expect(Set(after.map(\.frame)).isDisjoint(with: before))
            #expect(throws: VaultError.authenticationFailed) {
                _ = try oldKey.open(after[0].frame, vault.binding(place, after[0].version))
            }
            let shown = [try vault.shown(place), try vault.shown(place, version: 1)]
            #expect(shown == ["two", "one"])
            let again = try vault.locked.unlock(password: try secret("password"))
            let report = try again.check()
            #expect(report.isSound && report.frames == 3)
        }

        @Test("An import is all or nothing, with one row of the log")
        func importing() throws {
            struct Stop: Error {}
            let scratch = try Scratch()
            let vault = try scratch.vault()
            let project = try vault.project()
            #expect(throws: Stop.self) {
                try vault.importing(project: project, environment: "dev", orElse: { $0 as any Error }) { (set) throws(any Error) in
                    try set("A", try secret("1"), nil)
                    throw Stop()
                }
            }
            #expect(try vault.locked.store.secrets().isEmpty)
            let before = try vault.locked.store.actions().count
            let count = try vault.importing(project: project, environment: "dev", orElse: { $0 as any Error }) { (set) throws(any Error) in
                for number in 0..<100 { try set("KEY_\(number)", try secret("value \(number)"), nil) }
            }
            #expect(count == 100)
            let actions = try vault.locked.store.actions()
            #expect(actions.count == before + 1 && actions[0].action == "secret.import")
            #expect(!actions[0].detail.contains("value"))
            let shown = try vault.shown(.init(project: project, environment: "dev", key: "KEY_42"))
            #expect(shown == "value 42")
        }

        @Test("Nothing opens without its row of the log")
        func receipts() throws {
            let scratch = try Scratch()
            let vault = try scratch.vault()
            let project = try vault.project()
            let places = ["A", "B", "C"].map { SecretPlace(project: project, environment: "dev", key: $0) }
            for place in places { _ = try vault.set(place, text: "x") }
            let receipt = try vault.record(.run, Array(places.prefix(2)), command: ["make", "it so"])
            let row = try vault.locked.store.actions()[0]
            #expect(row.seq == receipt.seq && row.action == "run.executed")
            #expect(row.detail.contains(#""command":["make","it so"]"#) && row.detail.contains(#""keys":["A","B"]"#))
            _ = try vault.open(places[1], receipt)
            #expect(throws: VaultError.notRecorded) { _ = try vault.open(places[2], receipt) }
            let other = try scratch.vault("other")
            #expect(throws: VaultError.notRecorded) { _ = try other.open(places[0], receipt) }
            let same = try vault.matches(places[0], try secret("x"))
            let different = try vault.matches(places[0], try secret("y"))
            let missing = try vault.matches(.init(project: project, environment: "dev", key: "D"), try secret("x"))
            #expect(same == true && different == false && missing == nil)
        }

        @Test("A vault that is there is never replaced")
        func exists() throws {
            let scratch = try Scratch()
            _ = try scratch.vault()
            let before = try scratch.path().appending("vault.db").text
            let bytes = try Data(contentsOf: URL(fileURLWithPath: before))
            #expect(throws: VaultError.store(.vaultExists)) { _ = try scratch.vault() }
            #expect(throws: VaultError.store(.vaultExists)) {
                _ = try LockedVault.create(in: try scratch.path(), password: try secret("x"))
            }
            #expect(throws: VaultError.emptyPassword) {
                _ = try LockedVault.create(in: try scratch.path("new"), password: try secret(""))
            }
            #expect(try !VaultStore.exists(in: try scratch.path("new")))
            #expect(try Data(contentsOf: URL(fileURLWithPath: before)) == bytes)
        }

        @Test("A backup restores; what was there before lies aside")
        func backup() throws {
            let scratch = try Scratch()
            let vault = try scratch.vault()
            let project = try vault.project()
            let place = SecretPlace(project: project, environment: "dev", key: "A")
            _ = try vault.set(place, text: "one")
            try vault.locked.backup(to: try scratch.path("copy.db"))
            let mode = try FileManager.default.attributesOfItem(atPath: try scratch.path("copy.db").text)[.posixPermissions]
            #expect(mode as? Int == 0o600)
            #expect(throws: VaultError.self) { try vault.locked.backup(to: try scratch.path("copy.db")) }
            _ = try vault.set(place, text: "two")
            try vault.locked.restore(from: try scratch.path("copy.db"), aside: try scratch.path("aside.db"))
            let shown = try vault.shown(place)
            #expect(shown == "one")
            #expect(try vault.locked.store.actions().contains { $0.action == "vault.restore" })
            try vault.locked.restore(from: try scratch.path("aside.db"), aside: try scratch.path("aside2.db"))
            let again = try vault.shown(place)
            #expect(again == "two")
            let report = try vault.check()
            #expect(report.isSound)
            try Data(repeating: 65, count: 9000).write(to: scratch.url.appendingPathComponent("junk.db"))
            #expect(throws: VaultError.store(.foreignFile)) {
                try vault.locked.restore(from: try scratch.path("junk.db"), aside: try scratch.path("aside3.db"))
            }
            // Into a directory without a vault, and not over one.
            #expect(throws: VaultError.store(.vaultExists)) {
                _ = try LockedVault.restore(from: try scratch.path("copy.db"), in: try scratch.path())
            }
            let second = try LockedVault.restore(from: try scratch.path("copy.db"), in: try scratch.path("second"))
            let there = try second.unlock(password: try secret("password")).shown(place)
            #expect(there == "one")
            let still = try vault.shown(place)
            #expect(still == "two")
        }
    }
}
