import Foundation
import JSON
import SecretMemory
import Testing
import UseRule
import VaultStore

@testable import SecretRunTools

@Suite("Logins with secrets", .serialized)
struct LoginTests {
    private static let value = "the password of ann, 7Q"
    private static let arguments: JSONObject = ["password": "PASSWORD", "project": "shop", "environment": "dev"]

    private func text(_ value: consuming SecretBytes?) -> String? {
        guard let value else { return nil }
        return value.withBytes { bytes in String(decoding: bytes.byteOffsets.map { bytes.byte(at: $0) }, as: UTF8.self) }
    }

    private func changed(_ name: String, _ value: JSONValue) -> JSONObject {
        var arguments = Self.arguments
        arguments[name] = value
        return arguments
    }

    @Test("A login gets its value once; every text is searched for it from then on, and the record tells names, host and user")
    func opens() throws {
        try LoginBench.run { bench in
            try bench.set("PASSWORD", Self.value + "\n")
            var taken: [String?] = []
            bench.opened = { secrets in
                taken = [self.text(secrets.take("PASSWORD")), self.text(secrets.take("PASSWORD"))]
                secrets.ended(didBegin: true)
            }
            #expect(bench.texts.string(Self.value) == Self.value)
            #expect(try bench.result(bench.call(Self.arguments)) == nil)
            #expect(taken == [Self.value, nil])
            #expect(bench.texts.string("is \(Self.value)?") == "is [REDACTED:PASSWORD]?")
            let start = try #require(try bench.records("login_secrets").first)
            #expect(start["secrets"] == ["PASSWORD"] && start["host"] == "db.example.org" && start["port"] == 22)
            #expect(start["user"] == "ann" && start["session"] == "run" && start["environment"] == "dev")
            let end = try #require(try bench.records("run_end").first)
            #expect(end["start"] == start["seq"] && end["result"] == "ok" && end["reason"] == "closed")
            #expect(try !bench.records().contains { String(decoding: $0.serialized(), as: UTF8.self).contains("password of ann") })
        }
    }

    @Test("The user is asked who logs in where with what; a yes opens it, and anything else does not")
    func asks() throws {
        try LoginBench.run { bench in
            try bench.set("PASSWORD", Self.value) { $0.ask = .always }
            try bench.set("PHRASE", "the phrase of the key, 8W")
            var arguments = changed("passphrase", "PHRASE")
            arguments["host"] = "2001:db8::1"
            for isYes in [true, false] {
                let call = try bench.call(arguments)
                let asked = try bench.question()
                #expect(asked.text.contains("log in to ann@[2001:db8::1]:22 with ssh"))
                #expect(asked.text.contains("which the server gets: PASSWORD\n") && asked.text.contains("which stays here: PHRASE\n"))
                #expect(asked.text.contains("Project: shop (") && asked.text.contains("environment dev"))
                #expect(bench.openings == (isYes ? 0 : 1))
                try bench.reply(asked.id, isYes)
                let failure = try bench.result(call)
                #expect(isYes ? failure == nil : failure?.contains("not agree to this login") == true)
            }
            #expect(try bench.records("run_end").map { $0["result"] } == ["ok", "failed"])
            #expect(try bench.records("run_end").first?["reason"] == "not_started")
        }
    }

    @Test("A client that cannot ask gets no login that a rule asks about, and hears why")
    func cannotAsk() throws {
        try LoginBench.run(asks: false) { bench in
            try bench.set("PASSWORD", Self.value) { $0.ask = .always }
            #expect(try bench.result(bench.call(Self.arguments))?.contains("cannot ask. No login was made.") == true)
            #expect(try !bench.log().contains { $0.action == "mcp.login_secrets" })
        }
    }

    @Test("Without a handshake the call ends with the question, and one answer is for one login once")
    func deferred() throws {
        try LoginBench.run(asks: nil) { bench in
            try bench.set("PASSWORD", Self.value) { $0.ask = .always }
            func asked() throws -> JSONObject {
                let first = try bench.modernCall(Self.arguments)["result"]
                #expect(first?["resultType"] == "input_required")
                return [
                    "inputResponses": ["run": ["action": "accept", "content": ["run": true]]],
                    "requestState": first?["requestState"] ?? .null,
                ]
            }
            func isStale(_ arguments: JSONObject, _ answers: JSONObject) throws -> Bool {
                try bench.modernCall(arguments, answers)["result"]?["content"]?[0]?["text"]?.string?.contains("ask the user anew") == true
            }
            // The server of this test takes any state for any call: what refuses these is what the answer is bound to.
            try bench.set("OTHER", Self.value) { $0.ask = .always }
            for change in [("host", "evil.example.org"), ("port", 2222), ("user", "bob"), ("password", "OTHER"), ("passphrase", "OTHER")]
                as [(String, JSONValue)]
            {
                #expect(try isStale(changed(change.0, change.1), asked()))
            }
            let answers = try asked()
            #expect(bench.openings == 5)
            #expect(try bench.modernCall(Self.arguments, answers)["result"]?["structuredContent"]?["isOpen"] == true)
            #expect(try isStale(Self.arguments, answers))
            #expect(try bench.records("run_end").map { $0["result"] }.suffix(3) == ["cancelled", "ok", "failed"])
            #expect(try bench.records("login_secrets").map { $0["seq"] } == bench.records("run_end").map { $0["start"] })
        }
    }

    @Test("A rule for other programs, a secret that is missing, and one that cannot be hidden are said, and nothing is opened")
    func refused() throws {
        try LoginBench.run { bench in
            try bench.set("PASSWORD", Self.value) { $0.programs = ["psql"] }
            try bench.set("PIN", "84512")
            #expect(try bench.result(bench.call(Self.arguments))?.contains("these programs only: psql") == true)
            #expect(try bench.result(bench.call(changed("password", "NO_SUCH")))?.contains("NO_SUCH") == true)
            #expect(try bench.result(bench.call(changed("password", "PIN")))?.contains("execkit rule set PIN --allow-weak") == true)
            try bench.set("PIN", "84512") { $0.allowsWeakValue = true }
            #expect(try bench.result(bench.call(changed("password", "PIN"))) == nil)
            try bench.set("PASSWORD", Self.value) { $0.programs = ["psql", "ssh"] }
            #expect(try bench.result(bench.call(Self.arguments)) == nil)
        }
    }

    @Test("An environment that is not named is not guessed: nobody is asked about a place that is not plain")
    func placeless() throws {
        try LoginBench.run { bench in
            try bench.set("PASSWORD", Self.value) { $0.ask = .always }
            var arguments = Self.arguments
            arguments["environment"] = nil
            #expect(try bench.result(bench.call(arguments)) != nil)
            #expect(bench.openings == 1)
        }
    }

    @Test("A host or user that looks like a credential is recorded and shown without it")
    func hostile() throws {
        try LoginBench.run { bench in
            let token = "ghp_" + String(repeating: "aB3", count: 12)
            try bench.set("PASSWORD", Self.value) { $0.ask = .always }
            let call = try bench.call(changed("user", .string("x\u{202E}\n\(token)")))
            let asked = try bench.question()
            #expect(!asked.text.contains(token) && !asked.text.contains("\u{202E}") && asked.text.contains("\\u{202E}"))
            try bench.reply(asked.id, true)
            #expect(try bench.result(call) == nil)
            #expect(try !bench.records().contains { String(decoding: $0.serialized(), as: UTF8.self).contains(token) })
            #expect(try !bench.log().contains { $0.detail.contains(token) })
        }
    }

    @Test("A call that is cancelled while the user thinks opens nothing, and is on record as that")
    func cancelled() throws {
        try LoginBench.run { bench in
            try bench.set("PASSWORD", Self.value) { $0.ask = .always }
            let call = try bench.call(Self.arguments)
            let asked = try bench.question()
            try bench.send(["jsonrpc": "2.0", "method": "notifications/cancelled", "params": ["requestId": .int(call)]])
            try bench.wait { try bench.records("run_end").count == 1 }
            try bench.reply(asked.id, true)
            #expect(try !bench.log().contains { $0.action == "mcp.login_secrets" })
        }
    }

    @Test("Secrets that nobody takes are wiped with their holder, and with the server", arguments: [true, false])
    func dropped(byHolder: Bool) throws {
        try LoginBench.run { bench in
            // Long, so that its memory counts by itself.
            try bench.set("PASSWORD", (0..<8_000).map { "word\($0)" }.joined().prefix(40_000).description)
            var kept: LoginSecrets?
            bench.opened = { kept = $0 }
            #expect(try bench.result(bench.call(Self.arguments)) == nil)
            let held = SecretMemory.heldBytes
            if byHolder { kept = nil } else { bench.host.shutdown() }
            #expect(SecretMemory.heldBytes < held && text(kept?.take("PASSWORD")) == nil)
            kept = nil
            let end = try #require(try bench.records("run_end").first)
            #expect(end["result"] == "failed" && end["reason"]?.string == (byHolder ? "lost" : "the server ended"))
            if !byHolder { #expect(try bench.records().last?["type"] == "close") }
            #expect(try bench.records("run_end").count == 1)
        }
    }
}
