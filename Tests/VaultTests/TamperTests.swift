import Foundation
import PrivateFiles
import SecretMemory
import Testing
@testable import Vault
import VaultCrypto
import VaultStore

extension AllOfTheVault {
    /// Someone who can write the file, and has the SQLite shell, but no password.
    @Suite("A file that someone changed") struct TamperTests {
        private func sql(_ scratch: Scratch, _ statement: String) throws {
            let script = """
                import sqlite3, sys
                db = sqlite3.connect(sys.argv[1])
                db.executescript(sys.stdin.read())
                db.commit()
                """
            let program = try Program(
                "/usr/bin/python3", ["-c", script, try scratch.path().appending("vault.db").text],
                input: Data(statement.utf8))
            _ = program.rest()
            #expect(program.wait() == 0)
        }

        /// One vault that all of these begin with: its file and its project.
        private static let template = Result { () throws -> (Data, String) in
            let scratch = try Scratch()
            let vault = try scratch.vault()
            let project = try vault.project()
            _ = try vault.set(.init(project: project, environment: "dev", key: "A"), text: "first")
            _ = try vault.set(.init(project: project, environment: "dev", key: "A"), text: "second")
            _ = try vault.set(.init(project: project, environment: "dev", key: "B"), text: "other")
            _ = try vault.set(.init(project: project, environment: "prod", key: "A"), text: "prod")
            // The last one to close writes everything into the file itself.
            try vault.locked.store.close()
            return (try Data(contentsOf: URL(fileURLWithPath: try scratch.path().appending("vault.db").text)), project)
        }

        private func filled(_ scratch: Scratch) throws -> String {
            let (file, project) = try Self.template.get()
            try FileManager.default.createDirectory(
                atPath: try scratch.path().text, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o700])
            #expect(FileManager.default.createFile(
                atPath: try scratch.path().appending("vault.db").text, contents: file,
                attributes: [.posixPermissions: 0o600]))
            return project
        }

        @Test("A frame that was moved to another key, environment, folder, version or project does not open", arguments: [
            // To another key, by its name and by its frame.
            "UPDATE secret SET key = 'Z' WHERE key = 'B'",
            "UPDATE secret_version SET frame = (SELECT frame FROM secret_version WHERE secret = 2) WHERE secret = 1 AND version = 2",
            // To another environment, folder or version.
            "UPDATE environment SET name = 'qa' WHERE name = 'prod'",
            "UPDATE secret SET folder = (SELECT id FROM folder) WHERE key = 'B'",
            """
            UPDATE secret_version SET version = 9 WHERE secret = 1 AND version = 1;
            UPDATE secret_version SET version = 1 WHERE secret = 1 AND version = 2;
            UPDATE secret SET current_version = 1 WHERE id = 1
            """,
        ])
        func moved(statement: String) throws {
            let scratch = try Scratch()
            _ = try filled(scratch)
            try sql(scratch, statement)
            let vault = try LockedVault.open(in: try scratch.path()).unlock(password: try secret("password"))
            let report = try vault.check()
            #expect(!report.failures.isEmpty && !report.isSound)
            for failure in report.failures where (try? vault.locked.store.sealed(failure.place, version: failure.version)) != nil {
                #expect(throws: VaultError.authenticationFailed) {
                    _ = try vault.shown(failure.place, version: failure.version)
                }
            }
        }

        @Test("Attributes that someone changed, or an older version made the current one, open nothing and are not sealed anew", arguments: [
            "UPDATE secret SET scope = 'client' WHERE id = 1", "UPDATE secret SET value_type = 'number' WHERE id = 1",
            "UPDATE secret SET expires_at = '2099-01-01T00:00:00.000Z' WHERE id = 1",
            "UPDATE secret SET expires_at = '' WHERE id = 1",
            "UPDATE secret SET rule = '{}' WHERE id = 1", "UPDATE secret SET rule = '' WHERE id = 1",
            "UPDATE secret SET tags = '[\"x\"]' WHERE id = 1", "UPDATE secret SET description = 'safe' WHERE id = 1",
            "UPDATE secret SET current_version = 1 WHERE id = 1", "UPDATE secret SET attributes_seal = '' WHERE id = 1",
            "UPDATE secret SET attributes_seal = (SELECT attributes_seal FROM secret WHERE id = 2) WHERE id = 1",
            "UPDATE secret SET attributes_seal = (SELECT frame FROM secret_version WHERE secret = 1 AND version = 2) WHERE id = 1",
        ])
        func attributes(statement: String) throws {
            let scratch = try Scratch()
            let project = try filled(scratch)
            let place = SecretPlace(project: project, environment: "dev", key: "A")
            let honest = try LockedVault.open(in: try scratch.path())
            let before = try #require(try honest.store.secret(place))
            try honest.store.close()
            try sql(scratch, statement)
            let vault = try LockedVault.open(in: try scratch.path()).unlock(password: try secret("password"))
            let report = try vault.check()
            #expect(report.changedAttributes == [place] && !report.isSound)
            #expect(throws: VaultError.authenticationFailed) { _ = try vault.shown(place) }
            #expect(throws: VaultError.authenticationFailed) { _ = try vault.set(place, text: "third") }
            #expect(throws: VaultError.authenticationFailed) { try vault.describe(place) { $0 } }
            #expect(throws: VaultError.authenticationFailed) { _ = try vault.changeRule(place) { $0 } }
            #expect(throws: VaultError.authenticationFailed) { _ = try vault.clearRule(place) }
            #expect(throws: VaultError.authenticationFailed) { try vault.rename(place, to: "NEW") }
            #expect(throws: VaultError.authenticationFailed) { _ = try vault.restore(place, version: 1) }
            #expect(throws: VaultError.authenticationFailed) { try vault.rekey(project: project) }
            #expect(throws: VaultError.authenticationFailed) {
                try vault.verify([try #require(try vault.locked.store.secret(place))])
            }
            // What was read before the change is still what the owner wrote; other secrets are not touched by it.
            try vault.verify([before])
            let other = try vault.shown(.init(project: project, environment: "prod", key: "A"))
            #expect(other == "prod")
            // The way out: remove it, which needs no seal, and set it anew.
            try vault.locked.remove(place)
            _ = try vault.set(place, text: "mended")
            let mended = try vault.shown(place)
            #expect(mended == "mended")
        }

        @Test("Changed parameters, salt, frame or public key of the vault let nobody in", arguments: [
            "UPDATE key_seal SET kdf_passes = 2", "UPDATE key_seal SET kdf_lanes = 2", "UPDATE key_seal SET kdf_memory_kib = 8200",
            "UPDATE key_seal SET kdf_salt = 'AAAAAAAAAAAAAAAAAAAAAA=='", "UPDATE key_seal SET frame = 'AAAA'",
            "UPDATE key_seal SET frame = 'AAAA' || substr(frame, 5)", "UPDATE vault SET public_key = 'AAAA' || substr(public_key, 5)",
            "UPDATE vault SET vault_id = '00000000000000000000000000000000'",
        ])
        func seals(statement: String) throws {
            let scratch = try Scratch()
            _ = try filled(scratch)
            try sql(scratch, statement)
            let locked = try LockedVault.open(in: try scratch.path())
            #expect(throws: VaultError.authenticationFailed) { _ = try locked.unlock(password: try secret("password")) }
        }

        @Test("Parameters that would cost hours, or nothing, are refused before anything is computed", arguments: [
            "UPDATE key_seal SET kdf_memory_kib = 1073741824", "UPDATE key_seal SET kdf_passes = 1000000",
            "UPDATE key_seal SET kdf_memory_kib = 8", "UPDATE key_seal SET kdf_version = 2", "UPDATE key_seal SET kdf_salt = ''",
            "UPDATE key_seal SET kdf_lanes = -1", "UPDATE key_seal SET kdf_output_length = 9223372036854775807",
            "UPDATE key_seal SET kdf_salt = '?'",
        ])
        func bounds(statement: String) throws {
            let scratch = try Scratch()
            _ = try filled(scratch)
            try sql(scratch, statement)
            let locked = try LockedVault.open(in: try scratch.path())
            #expect(throws: VaultError.crypto(.unacceptableParameters)) {
                _ = try locked.unlock(password: try secret("password"))
            }
        }

        @Test("A project key that someone else wrapped for the public key is refused, for reading and for writing")
        func slippedKey() throws {
            let scratch = try Scratch()
            let project = try filled(scratch)
            let vault = try LockedVault.open(in: try scratch.path()).unlock(password: try secret("password"))
            // Signed by another private key, which is the best a stranger can do.
            let stranger = try PrivateKey.generate(bits: 2048)
            let binding = Binding.projectKey(vault: vault.id, project: project, generation: 1)
            let slipped = try stranger.wrap(try ProjectKey.generate(), binding)
            try sql(scratch, """
                UPDATE project SET wrapped_key = '\(Base64.encode(slipped.wrapped))',
                    key_signature = '\(Base64.encode(slipped.signature))'
                """)
            let place = SecretPlace(project: project, environment: "dev", key: "NEW")
            #expect(throws: VaultError.authenticationFailed) { _ = try vault.set(place, text: "x") }
            #expect(throws: VaultError.authenticationFailed) {
                _ = try vault.shown(.init(project: project, environment: "dev", key: "A"))
            }
            let report = try vault.check()
            #expect(report.failedProjects == [project])
        }

        @Test("A changed, removed or added row of the log is found at its place", arguments: [
            ("UPDATE action_log SET detail = '{}' WHERE seq = 3", 3), ("DELETE FROM action_log WHERE seq = 4", 4),
            ("UPDATE action_log SET at = '2000-01-01T00:00:00.000Z' WHERE seq = 1", 1),
            ("INSERT INTO action_log SELECT seq + 1, at, action, detail, hash, hash FROM action_log ORDER BY seq DESC LIMIT 1", 8),
        ])
        func log(statement: String, seq: Int) throws {
            let scratch = try Scratch()
            _ = try filled(scratch)
            try sql(scratch, statement)
            let report = try LockedVault.open(in: try scratch.path()).check()
            #expect(report.brokenAction == seq && !report.isSound)
        }

        @Test("Flipped bytes in the file never show a wrong value and never crash the reader", arguments: 0..<30)
        func flips(seed: UInt64) throws {
            let scratch = try Scratch()
            let project = try filled(scratch)
            let file = URL(fileURLWithPath: try scratch.path().appending("vault.db").text)
            var bytes = try Data(contentsOf: file)
            var random = SplitMix(state: seed)
            for _ in 0..<(1 + seed % 3) { bytes[Int(random.next() % UInt64(bytes.count))] ^= UInt8(1 << (random.next() % 8)) }
            try bytes.write(to: file)
            guard let locked = try? LockedVault.open(in: try scratch.path()),
                let vault = try? locked.unlock(password: try secret("password"))
            else { return }
            let shown = try? vault.shown(.init(project: project, environment: "dev", key: "A"))
            #expect([nil, "first", "second"].contains(shown))
            _ = try? vault.check()
        }
    }
}
