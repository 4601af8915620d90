import KeeperProtocol
import SecretMemory
import Testing
import Vault
import VaultStore

@testable import SecretRun

extension WithVault {
    @Suite("Secrets of a login", .serialized)
    struct Logins {
        static let whole = SecretLoginRequest(
            host: "db.example.org", port: 22, user: "ann", password: "PASSWORD", passphrase: nil,
            recorded: ["ssh", "-p", "22", "ann@db.example.org"],
            secrets: SecretSelection(keys: [], project: "shop", environment: "dev", origin: "/"))

        func open(_ bench: Bench, _ request: SecretLoginRequest = whole) throws -> Result<HeldSecrets, SecretRunFailure> {
            var result: Result<HeldSecrets, SecretRunFailure>?
            bench.secrets.open(request, steps: bench.steps) { result = $0 }
            #expect(result == nil)
            try bench.wait { result != nil }
            return result!
        }

        func failure(_ bench: Bench, _ request: SecretLoginRequest = whole) throws -> SecretRunFailure? {
            if case .failure(let failure) = try open(bench, request) { failure } else { nil }
        }

        func text(_ value: consuming SecretBytes?) -> String? {
            guard let value else { return nil }
            return value.withBytes { bytes in String(decoding: bytes.byteOffsets.map { bytes.byte(at: $0) }, as: UTF8.self) }
        }

        @Test("A value is taken once, and is known to the redactor by then; the log tells who logs in where, and no value")
        func taken() throws {
            try Bench.run { bench in
                try bench.set(["PASSWORD": "the password of ann", "OTHER": "another value"])
                let secrets = try open(bench).get()
                #expect(bench.recorded == ["/usr/bin/ssh"])
                #expect(bench.known.contains("PASSWORD", try secret(Array("the password of ann".utf8))))
                #expect(text(secrets.take("OTHER")) == nil)
                #expect(text(secrets.take("PASSWORD")) == "the password of ann")
                #expect(text(secrets.take("PASSWORD")) == nil)
                secrets.ended(.closed)
                try bench.waitForEnd(.closed)
                let row = try #require(try bench.log().first { $0.action == "mcp.login_secrets" })
                #expect(row.detail.contains("ann@db.example.org") && row.detail.contains("PASSWORD") && row.detail.contains("ssh"))
                #expect(try !bench.log().contains { $0.detail.contains("the password of") })
            }
        }

        @Test("One line end behind a value is no part of it, and nothing else is taken off", arguments: [
            ("a password of ann\n", "a password of ann"), ("a password of ann\r\n", "a password of ann"),
            ("a password of ann\n\n", "a password of ann\n"), (" a password of ann ", " a password of ann "),
            ("a password\nof ann", "a password\nof ann"), ("a password of ann\r", "a password of ann\r"),
        ])
        func lineEnd(stored: String, expected: String) throws {
            try Bench.run { bench in
                try bench.set(["PASSWORD": stored])
                let secrets = try open(bench).get()
                #expect(text(secrets.take("PASSWORD")) == expected)
            }
        }

        @Test("A secret that is password and passphrase is opened once and taken twice")
        func both() throws {
            try Bench.run { bench in
                try bench.set(["KEY": "a value for both"])
                let request = SecretLoginRequest(
                    host: "h", port: 22, user: "u", password: "KEY", passphrase: "KEY", recorded: ["ssh"], secrets: Self.whole.secrets)
                let secrets = try open(bench, request).get()
                #expect(secrets.opened?.entries.count == 1)
                #expect(text(secrets.take("KEY")) == "a value for both")
                #expect(text(secrets.take("KEY")) == "a value for both")
                #expect(text(secrets.take("KEY")) == nil)
            }
        }

        @Test("What is left is wiped with its end and with its holder, and the log is told which")
        func wiped() throws {
            try Bench.run { bench in
                bench.registers = false
                // Long, so that its memory counts by itself.
                try bench.set(["PASSWORD": String(repeating: "a long password ", count: 4_000)])
                let held = SecretMemory.heldBytes
                let secrets = try open(bench).get()
                #expect(SecretMemory.heldBytes > held)
                secrets.ended(.notStarted)
                #expect(SecretMemory.heldBytes == held && text(secrets.take("PASSWORD")) == nil)
                secrets.ended(.closed)
                try bench.waitForEnd(.notStarted)
                _ = try open(bench).get()
                try bench.waitForEnd(.lost)
                #expect(SecretMemory.heldBytes == held)
                #expect(try !bench.log().contains { $0.detail.contains("\"closed\"") }, "an end is told once")
            }
        }

        @Test("A rule that names ssh allows a login, by name or path; one that names other programs refuses it", arguments: [
            (["ssh"], true), (["/usr/bin/ssh"], true), (["git", "ssh"], true), (["psql"], false), (["/usr/local/bin/ssh"], false),
        ])
        func programs(_ programs: [String], isAllowed: Bool) throws {
            try Bench.run { bench in
                try bench.set(["PASSWORD": "the password of ann"])
                try bench.rule("PASSWORD") { $0.programs = programs }
                let failure = try failure(bench)
                guard !isAllowed else { return #expect(failure == nil) }
                guard case .refused(let refusal) = failure else { throw Bench.Missing() }
                #expect(refusal.code == .rule && refusal.keys == ["PASSWORD"])
            }
        }

        @Test("No rule of delivery makes a file or a variable of it")
        func delivery() throws {
            try Bench.run { bench in
                try bench.set(["PASSWORD": "the password of ann"])
                for way in [OpenedEntry.Delivery.file, .descriptor] {
                    try bench.rule("PASSWORD") { $0.delivery = .init(rawValue: way.rawValue) }
                    let secrets = try open(bench).get()
                    #expect(bench.valueFiles().isEmpty && text(secrets.take("PASSWORD")) == "the password of ann")
                }
            }
        }

        @Test("Of scope client, expired, or too weak to be hidden: refused; a weak one that the person marked is not")
        func unusable() throws {
            try Bench.run { bench in
                try bench.set(["PASSWORD": "84512"])
                #expect(try failure(bench) == .unusable(key: "PASSWORD", .weak))
                try bench.waitForEnd(.notStarted)
                try bench.rule("PASSWORD") { $0.allowsWeakValue = true }
                #expect(try failure(bench) == nil)
                for (code, change) in [
                    (Refusal.Code.clientScope, { $0.scope = .client }),
                    (.expired, { ($0.scope, $0.expiresAt) = (.server, "2020-01-01") }),
                ] as [(Refusal.Code, (inout SecretAttributes) -> Void)] {
                    try bench.byPerson { vault in
                        try vault.describe(bench.place("PASSWORD")) { old in
                            var new = old
                            change(&new)
                            return new
                        }
                    }
                    guard case .refused(let refusal) = try failure(bench) else { throw Bench.Missing() }
                    #expect(refusal.code == code)
                }
            }
        }

        @Test("Nothing is opened when it cannot be recorded, when the person says no, and when it is cancelled")
        func nothing() throws {
            try Bench.run { bench in
                try bench.set(["PASSWORD": "the password of ann"])
                try bench.rule("PASSWORD") { $0.ask = .always }
                bench.recordFails = true
                #expect(try failure(bench) == .notRecorded)
                bench.recordFails = false
                bench.answer = false
                #expect(try failure(bench) == .declined(keys: ["PASSWORD"]))
                bench.answer = nil
                var result: Result<HeldSecrets, SecretRunFailure>?
                let opening = bench.secrets.open(Self.whole, steps: bench.steps) { result = $0 }
                try bench.wait { bench.pending.count == 1 }
                opening.cancel()
                bench.pending[0](true)
                guard case .failure(.cancelled) = result else { throw Bench.Missing() }
                #expect(try !bench.log().contains { $0.action == "mcp.login_secrets" })
            }
        }

        @Test("A yes that is remembered holds for one login: every other host, port, user and use of the secret asks anew")
        func remembered() throws {
            try Bench.run { bench in
                try bench.set(["PASSWORD": "the password of ann"])
                try bench.rule("PASSWORD") { $0.ask = .every(seconds: 900) }
                _ = try open(bench).get()
                _ = try open(bench).get()
                #expect(bench.asked.count == 1)
                var others: [SecretLoginRequest] = []
                for change: (inout SecretLoginRequest) -> Void in [
                    { $0.host = "evil.example.org" }, { $0.port = 2222 }, { $0.user = "bob" },
                ] {
                    var other = Self.whole
                    change(&other)
                    others.append(other)
                }
                others.append(SecretLoginRequest(
                    host: Self.whole.host, port: 22, user: "ann", password: nil, passphrase: "PASSWORD", recorded: Self.whole.recorded,
                    secrets: Self.whole.secrets))
                for (index, other) in others.enumerated() {
                    _ = try open(bench, other).get()
                    #expect(bench.asked.count == index + 2)
                }
                #expect(Set(([Self.whole] + others).map { $0.digest() }).count == others.count + 1)
            }
        }
    }
}
