import Foundation
import PrivateFiles
import SecretMemory
import Testing
@testable import Vault
@testable import VaultCrypto
import VaultStore

extension AllOfTheVault {
    /// What the keeper of a session key keeps beside it, so that a run need not compute RSA.
    @Suite("A project's key that is kept while the vault is unlocked") struct KeptKeysTests {
        /// A vault with one value, its session key, and what is kept beside that.
        private final class Unlocked {
            let scratch: Scratch
            let vault: UnlockedVault
            let session: SecretBytes
            let project: String
            let place: SecretPlace
            var kept = KeptKeys()

            init() throws {
                let scratch = try Scratch()
                let vault = try scratch.vault()
                let project = try vault.project()
                let place = SecretPlace(project: project, environment: "dev", key: "A")
                _ = try vault.set(place, text: "kept")
                self.scratch = scratch
                self.session = try vault.locked.sessionKey(password: try secret("password"))
                self.vault = vault
                self.project = project
                self.place = place
            }

            func unlock(_ project: String? = nil) throws -> UnlockedVault {
                let record = try vault.locked.store.project(id: project ?? self.project)
                return try vault.locked.unlock(sessionKey: try session.duplicate(), for: record, &kept)
            }

            /// Unlocks, shows a value, and tells whether that took the private key.
            func run(_ project: String? = nil, _ place: SecretPlace? = nil) throws -> (shown: String, opened: Bool) {
                let unlocked = try unlock(project)
                let shown = try unlocked.shown(place ?? self.place)
                return (shown, unlocked.privateKey.isOpen)
            }

            /// Unlocks, and tells whether that took the private key.
            func opens(_ project: String? = nil) throws -> Bool { try unlock(project).privateKey.isOpen }
        }

        @Test("The second run opens values without the private key")
        func secondRun() throws {
            let vault = try Unlocked()
            #expect(try vault.run() == ("kept", true))
            let kept = vault.kept
            #expect(kept != KeptKeys() && KeptKeys(kept.bytes) == kept)
            #expect(try vault.run() == ("kept", false))
            #expect(vault.kept == kept)
        }

        @Test("The private key is opened when another project needs it; keys of both are kept")
        func twoProjects() throws {
            let vault = try Unlocked()
            _ = try vault.unlock()
            let unlocked = try vault.unlock()
            let before = unlocked.privateKey.isOpen
            let other = try unlocked.createProject(named: "other", environments: ["dev"]).id
            let after = unlocked.privateKey.isOpen
            #expect(!before && after)
            let place = SecretPlace(project: other, environment: "dev", key: "B")
            _ = try unlocked.set(place, text: "of the other")
            #expect(try vault.run(other, place) == ("of the other", true))
            #expect(try vault.run(other, place) == ("of the other", false))
            #expect(try vault.run() == ("kept", false))
            // Unlocked for the one, the other is still within reach.
            #expect(try vault.run(nil, place) == ("of the other", true))
        }

        @Test("A wrong session key opens nothing, and the old one opens nothing after a change of the password")
        func password() throws {
            let vault = try Unlocked()
            _ = try vault.unlock()
            let kept = vault.kept
            let locked = vault.vault.locked
            let record = try locked.store.project(id: vault.project)
            for wrong in [String(repeating: "k", count: 32), "short"] {
                #expect(throws: VaultError.authenticationFailed) {
                    _ = try locked.unlock(sessionKey: try secret(wrong), for: record, &vault.kept)
                }
            }
            try vault.vault.changePassword(try secret("another"), try cheap())
            #expect(throws: VaultError.authenticationFailed) { _ = try vault.unlock() }
            #expect(vault.kept == kept)
            // The new session key has no use for what the old one sealed.
            let session = try locked.sessionKey(password: try secret("another"))
            let opened = try locked.unlock(sessionKey: session, for: record, &vault.kept).privateKey.isOpen
            #expect(opened && vault.kept != kept)
        }

        @Test("After a rekey the old one is not used, and the new one takes its place")
        func rekey() throws {
            let vault = try Unlocked()
            _ = try vault.unlock()
            let old = vault.kept
            try vault.vault.rekey(project: vault.project)
            #expect(try vault.run() == ("kept", true))
            #expect(vault.kept != old && vault.kept.bytes.count == old.bytes.count)
            #expect(try vault.run() == ("kept", false))
            vault.kept = old
            #expect(try vault.run() == ("kept", true))
        }

        @Test("It is bound to all that led to it: each change of that takes the long way, which refuses it", arguments: [
            "UPDATE key_seal SET kdf_passes = 2", "UPDATE key_seal SET frame = 'AAAA' || substr(frame, 5)",
            "UPDATE vault SET public_key = 'AAAA' || substr(public_key, 5)",
            "UPDATE vault SET vault_id = '00000000000000000000000000000000'",
            "UPDATE project SET key_generation = 2", "UPDATE project SET wrapped_key = 'AAAA' || substr(wrapped_key, 5)",
            "UPDATE project SET key_signature = 'AAAA' || substr(key_signature, 5)",
        ]) func changed(statement: String) throws {
            let vault = try Unlocked()
            _ = try vault.unlock()
            #expect(try vault.run() == ("kept", false))
            let script = "import sqlite3, sys\ndb = sqlite3.connect(sys.argv[1])\ndb.executescript(sys.stdin.read())\ndb.commit()"
            let program = try Program(
                "/usr/bin/python3", ["-c", script, try vault.scratch.path().appending("vault.db").text],
                input: Data(statement.utf8))
            _ = program.rest()
            #expect(program.wait() == 0)
            #expect(throws: VaultError.authenticationFailed) { _ = try vault.run() }
        }

        @Test("Another project's frame, and bytes that are none of ours, open nothing and do no harm")
        func rubbish() throws {
            let vault = try Unlocked()
            _ = try vault.unlock()
            let frame = try #require(String(decoding: vault.kept.bytes, as: UTF8.self).split(separator: " ").last)
            let other = try vault.vault.createProject(named: "other").id
            for text in ["", "\n", "\(other) \(frame)", other, "\(other) AAAA\n", " \u{FFFD}\n\n x y z", "\(other) ="] {
                vault.kept = KeptKeys(Array(text.utf8))
                let opens = [try vault.opens(other), try vault.opens(other)]
                #expect(opens == [true, false], "\(text.debugDescription)")
            }
        }

        @Test("The keys used last are kept, as many as there is room for")
        func many() throws {
            let lines = (0..<40).map { "\($0) AAAA\n" }
            let vault = try Unlocked()
            vault.kept = KeptKeys(Array(lines.joined().utf8))
            #expect(String(decoding: vault.kept.bytes, as: UTF8.self) == lines.prefix(KeptKeys.most).joined())
            _ = try vault.unlock()
            let now = String(decoding: vault.kept.bytes, as: UTF8.self).split(separator: "\n")
            #expect(now.count == KeptKeys.most && now[0].hasPrefix(vault.project) && now[1] == "0 AAAA")
        }
    }
}
