import Foundation
import PrivateFiles
import SecretMemory
import Testing
import UseRule
@testable import Vault
import VaultStore

/// Where an interpreter with the twin's two packages is.
enum Twin {
    static let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("vault_twin.py").path

    static let python: String? = {
        let named = ProcessInfo.processInfo.environment["EXECKIT_TWIN_PYTHON"]
        for python in [named, "/usr/bin/python3"].compactMap({ $0 }) {
            if let program = try? Program(python, ["-W", "ignore", "-c", "import cryptography, argon2; print('both')"]),
                program.line() == "both", program.wait() == 0
            {
                return python
            }
        }
        return nil
    }()

    static func run(_ act: String, _ file: AbsolutePath, _ input: String) throws -> [[String: Any]] {
        let program = try Program(try #require(python), [script, act, file.text], input: Data(input.utf8))
        let output = program.rest()
        #expect(program.wait() == 0)
        return try #require(try JSONSerialization.jsonObject(with: output) as? [[String: Any]])
    }
}

extension AllOfTheVault {
    @Suite(
        "The twin: a second implementation, in Python",
        .enabled(if: Twin.python != nil, "no Python with cryptography and argon2-cffi (EXECKIT_TWIN_PYTHON names one)"))
    struct TwinTests {
        @Test("The twin opens a vault made here, by password and by recovery code, after everything a vault goes through")
        func reads() throws {
            let scratch = try Scratch()
            let vault = try scratch.vault()
            let project = try vault.project()
            let a = SecretPlace(project: project, environment: "dev", folder: "api", key: "A")
            let b = SecretPlace(project: project, environment: "prod", key: "B")
            for value in ["one", "zwei ß 🔑\n", ""] { _ = try vault.set(a, text: value) }
            _ = try vault.set(b, text: String(repeating: "long ", count: 5000))
            try vault.rekey(project: project)
            try vault.rename(b, to: "C")
            try vault.locked.remove(a)
            _ = try vault.set(a, text: "after")
            try vault.describe(a) { _ in
                SecretAttributes(scope: .client, type: .number, tags: ["z", "t"], description: "ü", expiresAt: "2031-01-31")
            }
            // Under the seal that the twin checks.
            try vault.changeRule(a) { _ in
                var rule = UseRule()
                (rule.programs, rule.ask) = (["/usr/bin/grün"], .every(seconds: 900))
                return rule
            }
            try vault.changePassword(try secret("another pässword"), try cheap())
            let code = text(try vault.createRecoveryCode(try cheap()))
            let file = try scratch.path().appending("vault.db")
            let found = try Twin.run("read", file, "another pässword")
            let lines = found.map { entry in
                let value = entry["value"] as? String ?? "-"
                return "\(entry["environment"]!)/\(entry["folder"]!)/\(entry["key"]!) \(entry["version"]!) "
                    + "\(entry["live"]!) \(value.prefix(30)) \(value.count)"
            }
            func hex(_ text: String) -> String { text.utf8.map { String(format: "%02x", $0) }.joined() }
            func line(_ place: String, _ live: Bool, _ value: String) -> String {
                "\(place) \(live ? 1 : 0) \(hex(value).prefix(30)) \(hex(value).count)"
            }
            #expect(lines.map { $0.replacingOccurrences(of: "true", with: "1").replacingOccurrences(of: "false", with: "0") } == [
                line("dev/api/A 1", false, "one"), line("dev/api/A 2", false, "zwei ß 🔑\n"), line("dev/api/A 3", false, ""),
                line("dev/api/A 4", true, "after"), line("prod//C 1", true, String(repeating: "long ", count: 5000)),
            ])
            #expect(try Twin.run("recover", file, code).count == found.count)
        }

        @Test("A vault made by the twin opens here, is sound, and can be written to")
        func writes() throws {
            let scratch = try Scratch()
            try FileManager.default.createDirectory(
                atPath: try scratch.path().text, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o700])
            let file = try scratch.path().appending("vault.db")
            let made = try Twin.run("write", file, "password")
            #expect(made.count == 3)
            let vault = try LockedVault.open(in: try scratch.path()).unlock(password: try secret("password"))
            let project = try #require(try vault.locked.store.projects().first)
            #expect(project.name == "twin" && project.key.generation == 3)
            for entry in made {
                let place = SecretPlace(
                    project: project.id, environment: "prod", folder: try #require(entry["folder"] as? String),
                    key: try #require(entry["key"] as? String))
                let receipt = try vault.record(.reveal, [place])
                let value = try vault.open(place, version: try #require(entry["version"] as? Int), receipt)
                let hex = value.withBytes { span in
                    span.byteOffsets.map { String(format: "%02x", span.byte(at: $0)) }.joined()
                }
                #expect(hex == entry["value"] as? String)
            }
            let place = SecretPlace(project: project.id, environment: "prod", folder: "api/db", key: "URL")
            let version = try vault.set(place, text: "third")
            #expect(version == 3)
            try vault.rekey(project: project.id)
            let report = try vault.check()
            #expect(report.isSound && report.frames == 4)
            #expect(try Twin.run("read", file, "password").count == 4)
        }
    }
}
