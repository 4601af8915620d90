import CommandPolicy
import Doctor
import Foundation
import JSON
import Settings
import Testing

@Suite("The doctor's report", .serialized)
struct DoctorTests {
    @Test("With nothing configured nothing is broken, and every setting is in the report")
    func nothingConfigured() {
        let report = Doctor(surroundings()).examine()
        #expect(report.findings.filter { $0.state == .broken } == [])
        #expect(report.exitCode == 0)
        for setting in Setting.all { #expect(report.finding(setting.name) != nil, "\(setting.name)") }
        #expect(report.state("EXECKIT_MCP_AUDIT") == .off)
        #expect(report.state("EXECKIT_MCP_POLICY_FILE") == .off)
        #expect(report.finding("EXECKIT_MCP_EXEC_TIMEOUT")?.value == "120 seconds (standard)")
    }

    @Test("A value that cannot be used is broken, and every other setting is still looked at", arguments: Setting.all.map(\.name))
    func badValue(_ name: String) throws {
        // No form takes this: no number, path, flag, word or name.
        let report = Doctor(surroundings([name: "not/a-value"])).examine()
        #expect(report.state(name) == .broken)
        #expect(report.advice(name).hasPrefix(name))
        #expect(report.exitCode == 1 && report.state == .broken)
        #expect(!report.text.contains("not/a-value"))
        #expect(report.findings.filter { $0.state == .broken }.map(\.name) == [name])
    }

    @Test("The keeper and the vault are looked at as what they answer, and not at all when the operator wants none")
    func keeper() {
        let locked = Surroundings.KeeperState.answered(vault: "locked", isUsable: false, advice: "run execkit unlock")
        let answered = Doctor(surroundings(keeper: locked)).examine()
        #expect(answered.state("keeper") == .ok && answered.state("vault") == .warn && answered.advice("vault") == "run execkit unlock")
        #expect(answered.exitCode == 0)
        let missing = Doctor(surroundings(keeper: .missing)).examine()
        #expect(missing.state("keeper") == .warn && missing.finding("vault") == nil && missing.exitCode == 0)
        let named = Doctor(surroundings(["EXECKIT_MCP_KEEPER": "/nowhere/keeper"], keeper: .missing)).examine()
        #expect(named.state("keeper") == .broken && named.exitCode == 1)
        let failed = Doctor(surroundings(keeper: .failed(reason: "it died"))).examine()
        #expect(failed.state("keeper") == .broken && failed.advice("keeper") == "it died")
        let off = Doctor(surroundings(["EXECKIT_MCP_VAULT": "off"], keeper: .missing)).examine()
        #expect(off.state("keeper") == .off && off.exitCode == 0 && off.state("EXECKIT_MCP_VAULT") == .off)
    }

    @Test("A number outside its range is shown as what it became")
    func clamped() {
        let report = Doctor(surroundings(["EXECKIT_MCP_EXEC_TIMEOUT": "99999", "EXECKIT_MCP_SESSION_TTL": "0"])).examine()
        #expect(report.state("EXECKIT_MCP_EXEC_TIMEOUT") == .warn)
        #expect(report.finding("EXECKIT_MCP_EXEC_TIMEOUT")?.value == "3600 seconds")
        #expect(report.state("EXECKIT_MCP_SESSION_TTL") == .ok)
        #expect(report.finding("EXECKIT_MCP_SESSION_TTL")?.value == "never")
    }

    @Test("A name that is no setting is a warning with the nearest one")
    func unknownName() {
        let report = Doctor(surroundings(["EXECKIT_MCP_AUDIT_DIRS": "/x", "EXECKIT_OTHER": "1"])).examine()
        #expect(report.state("EXECKIT_MCP_AUDIT_DIRS") == .warn)
        #expect(report.advice("EXECKIT_MCP_AUDIT_DIRS").contains("EXECKIT_MCP_AUDIT_DIR"))
        #expect(report.finding("EXECKIT_OTHER") == nil)
        #expect(report.exitCode == 0)
    }

    @Test("The home comes from HOME, then from the passwd database")
    func home() throws {
        try withScratch { place throws in
            let own = Doctor(surroundings(home: place)).examine()
            #expect(own.finding("home") == Finding(.program, "home", .ok, "\(place) (from HOME)"))
            let empty = Doctor(surroundings(home: "", passwdHome: place)).examine()
            #expect(empty.state("home") == .warn && empty.finding("home")?.value == "\(place) (from the passwd database)")
            let none = Doctor(surroundings(home: "", passwdHome: nil)).examine()
            #expect(none.state("home") == .warn)
            let gone = Doctor(surroundings(home: place + "/missing")).examine()
            #expect(gone.state("home") == .warn)
            let tilde = Doctor(surroundings(["EXECKIT_MCP_AUDIT": "~/a.jsonl"], home: "", passwdHome: nil)).examine()
            #expect(tilde.state("EXECKIT_MCP_AUDIT") == .broken)
        }
    }

    @Test("A program in a directory that is cleaned is a warning", arguments: [
        ("/tmp/x/execkit-mcp", true), ("/dev/shm/execkit-mcp", true), ("/home/a/.cache/uv/bin/execkit-mcp", true),
        ("/opt/execkit-mcp (deleted)", true), ("/opt/tmp/execkit-mcp", false), ("/tmpfs/execkit-mcp", false),
        ("/scratch/b/execkit-mcp", true),
    ])
    func executable(path: String, isWarned: Bool) {
        let report = Doctor(surroundings(["TMPDIR": "/scratch"], executable: path)).examine()
        #expect(report.state("program") == (isWarned ? .warn : .ok))
        #expect(report.finding("program")?.value == path)
    }

    @Test("A process is started and ended, and the shell is the one in PATH")
    func shell() throws {
        let report = Doctor(surroundings()).examine()
        #expect(report.state("shell") == .ok)
        #expect(report.state("processes") == .ok)
        try withScratch { place throws in
            let fake = place + "/bash"
            try put(Data("#!/bin/sh\nexit 3\n".utf8), fake)
            try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: fake)
            let report = Doctor(surroundings(["PATH": place])).examine()
            #expect(report.finding("shell")?.value == fake)
            #expect(report.state("processes") == .broken)
            #expect(report.exitCode == 1)
        }
    }

    @Test("A policy that loads shows its counts; one that does not is broken with the place")
    func policy() throws {
        let policy = try CommandPolicy(
            parsing: Array(#"{"allow":["ls","git"],"deny":["nc"],"builtin":{"shutdown":"off"}}"#.utf8),
            compiler: { _ in { _ in false } })
        let set = ["EXECKIT_MCP_POLICY_FILE": "/etc/p.json"]
        let good = Doctor(surroundings(set, policy: .loaded(policy))).examine()
        #expect(good.state("EXECKIT_MCP_POLICY_FILE") == .ok)
        #expect(good.advice("EXECKIT_MCP_POLICY_FILE") == "2 allow, 1 deny, 1 built-in changed, unknown commands: deny")
        let bad = Doctor(surroundings(set, policy: .refused(reason: "/etc/p.json:3:9: bad"))).examine()
        #expect(bad.state("EXECKIT_MCP_POLICY_FILE") == .broken)
        #expect(bad.advice("EXECKIT_MCP_POLICY_FILE") == "/etc/p.json:3:9: bad")
        #expect(bad.exitCode == 1)
    }

    @Test("Settings without effect say so")
    func noEffect() {
        let report = Doctor(surroundings([
            "EXECKIT_MCP_AUDIT_SYNC": "each", "EXECKIT_MCP_AUDIT_RETENTION_DAYS": "7", "EXECKIT_MCP_WATCH_WEB": "1",
            "EXECKIT_MCP_ENV": "PATH,NO_SUCH_VARIABLE",
        ])).examine()
        for name in ["AUDIT_SYNC", "AUDIT_RETENTION_DAYS", "WATCH_WEB", "ENV"] {
            #expect(report.state("EXECKIT_MCP_" + name) == .warn, "\(name)")
        }
        #expect(report.advice("EXECKIT_MCP_ENV").contains("NO_SUCH_VARIABLE"))
        #expect(!report.advice("EXECKIT_MCP_ENV").contains("PATH"))
        #expect(report.state("EXECKIT_MCP_AUDIT_MAX_BYTES") == .off)
    }

    @Test("Clients are shown with what to do")
    func clients() {
        let report = Doctor(surroundings(clients: [
            .init(name: "cursor", file: "/h/a", state: .ready), .init(name: "codex", file: "/h/b", state: .different),
            .init(name: "zed", file: "/h/c", state: .absent),
            .init(name: "qwen", file: "/h/d", state: .unread(reason: "not JSON")),
        ])).examine()
        #expect(["cursor", "codex", "zed", "qwen"].map(report.state) == [.ok, .warn, .off, .warn])
        #expect(report.advice("codex").contains("execkit-mcp setup codex"))
        #expect(report.advice("qwen") == "not JSON")
        #expect(Doctor(surroundings()).examine().state("clients") == .off)
    }

    @Test("Memory files that cannot be made are broken: no output could be captured")
    func memoryFiles() {
        #expect(Doctor(surroundings(hasMemoryFiles: false)).examine().exitCode == 1)
    }

    @Test("JSON and text hold every finding; control characters in paths are written out")
    func renders() throws {
        let report = DoctorReport(version: "1", findings: [
            Finding(.program, "a", .ok, "x\u{1b}[31m\n", advice: "do\u{202e}it"), Finding(.clients, "bb", .broken, "v"),
        ])
        let json = try JSONParser.parse(report.json.serialized())
        #expect(json["version"]?.string == "1" && json["state"]?.string == "broken")
        let checks = try #require(json["checks"]?.array)
        #expect(checks.map { $0["name"]?.string } == ["a", "bb"])
        #expect(checks[0]["value"]?.string == "x\u{1b}[31m\n" && checks[0]["state"]?.string == "ok")
        #expect(checks[0]["section"]?.string == "program" && checks[0]["advice"]?.string == "do\u{202e}it")
        #expect(report.text == """
            execkit-mcp 1

            program
            [ ok ] a   x\\u{1b}[31m\\u{a}
                       do\\u{202e}it

            clients
            [FAIL] bb  v

            1 broken, 0 to look at.

            """)
    }
}
