import Foundation
import PrivateFiles
import Settings
import Testing

@Suite("Settings")
struct SettingsTests {
    func settings(_ values: [String: String], passwd: String? = "/home/passwd") throws -> Settings {
        try Settings(lookup: { values[$0] }, passwdHome: { passwd })
    }

    @Test("nothing set gives the documented values")
    func standards() throws {
        let settings = try settings(["HOME": "/home/ann"])
        #expect(settings.home?.text == "/home/ann")
        #expect(settings.audit == .off && settings.auditRetentionDays == 14 && settings.auditMaximumBytes == 1 << 30)
        #expect(settings.auditSync == false)
        #expect(settings.execTimeout == .seconds(120) && settings.yield == .seconds(50))
        #expect(settings.maximumSessions == 64 && settings.maximumJobs == 16 && settings.sessionTTL == .seconds(1_800))
        #expect(settings.environmentNames == [] && settings.policyFile == nil && settings.acceptsAnyHostKey == false)
        #expect(settings.docker == "docker")
        #expect(settings.keyDirectory?.text == "/home/ann/.ssh")
        #expect(settings.knownHosts?.text == "/home/ann/.ssh/known_hosts")
        #expect(settings.watchWeb == false && settings.watchPort == 7_878 && settings.watchOpen == false)
    }

    @Test("the home is HOME, unless it is empty or no path, then the passwd entry", arguments: [
        (["HOME": "/h"], "/p", "/h"), (["HOME": ""], "/p", "/p"), ([:], "/p", "/p"), (["HOME": "relative"], "/p", "/p"),
        (["HOME": ""], "", nil), ([:], nil, nil),
    ] as [([String: String], String?, String?)])
    func home(values: [String: String], passwd: String?, expected: String?) throws {
        let settings = try settings(values, passwd: passwd)
        #expect(settings.home?.text == expected)
        #expect(settings.knownHosts?.text == expected.map { $0 + "/.ssh/known_hosts" })
    }

    @Test("numbers are moved into their range, and zero means what the documents say")
    func clamps() throws {
        func timeout(_ text: String) throws -> Duration { try settings(["EXECKIT_MCP_EXEC_TIMEOUT": text]).execTimeout }
        #expect(try timeout("0") == .seconds(1))
        #expect(try timeout("-7") == .seconds(1))
        #expect(try timeout("3601") == .seconds(3_600))
        #expect(try timeout("99999999999999999999999") == .seconds(3_600))
        #expect(try timeout("-99999999999999999999999") == .seconds(1))
        #expect(try timeout("") == .seconds(120))
        let zero = try settings([
            "EXECKIT_MCP_AUDIT_RETENTION_DAYS": "0", "EXECKIT_MCP_AUDIT_MAX_BYTES": "0", "EXECKIT_MCP_YIELD": "0",
            "EXECKIT_MCP_SESSION_TTL": "0", "EXECKIT_MCP_MAX_SESSIONS": "0", "EXECKIT_MCP_WATCH_PORT": "70000",
        ])
        #expect(zero.auditRetentionDays == nil && zero.auditMaximumBytes == nil && zero.yield == nil)
        #expect(zero.sessionTTL == nil && zero.maximumSessions == 1 && zero.watchPort == 65_535)
    }

    @Test("a value that cannot be used names the variable and its form, and not the value")
    func badValues() {
        for setting in Setting.all {
            for value in ["token-text", "12abc", "../x", "/a/../b", "~user/x", "1,5", "A-B", "\u{1F600}", " "] {
                let usable = isUsable(value, for: setting)
                do {
                    _ = try settings([setting.name: value, "HOME": "/h"])
                    #expect(usable, "\(setting.name) took \(value)")
                } catch let error as SettingsError {
                    #expect(!usable, "\(setting.name) refused \(value)")
                    #expect(error.setting == setting)
                    #expect(error.explanation == "\(setting.name) must be \(setting.form.description)")
                } catch {
                    Issue.record("another error: \(error)")
                }
            }
        }
    }

    private func isUsable(_ value: String, for setting: Setting) -> Bool {
        // Of those values only a lone space is a list of names: an empty one.
        if case .names = setting.form { return value == " " }
        return false
    }

    @Test("a directory wins over a file, and ~/ is the home")
    func paths() throws {
        let settings = try settings([
            "EXECKIT_MCP_AUDIT": "/var/log/a.jsonl", "EXECKIT_MCP_AUDIT_DIR": "~/audit/", "HOME": "/h",
            "EXECKIT_MCP_POLICY_FILE": "/etc/policy.json",
        ])
        #expect(settings.audit == .directory(try AbsolutePath("/h/audit")))
        #expect(settings.policyFile?.text == "/etc/policy.json")
        #expect(try self.settings(["EXECKIT_MCP_AUDIT": "/a.jsonl"]).audit == .file(try AbsolutePath("/a.jsonl")))
        let error = #expect(throws: SettingsError.self) {
            try self.settings(["EXECKIT_MCP_AUDIT": "~/a.jsonl"], passwd: nil)
        }
        #expect(error?.explanation == "EXECKIT_MCP_AUDIT: there is no home directory for ~/ (set HOME)")
    }

    @Test("flags and words")
    func flags() throws {
        for (text, value) in [("1", true), ("TRUE", true), ("on", true), ("0", false), ("no", false), ("", false)] {
            #expect(try settings(["EXECKIT_MCP_INSECURE_ACCEPT_ANY_HOSTKEY": text]).acceptsAnyHostKey == value)
        }
        #expect(try settings(["EXECKIT_MCP_AUDIT_SYNC": "each"]).auditSync)
    }

    @Test("the containers' program is a known name or a path, and no other name")
    func program() throws {
        func docker(_ text: String) throws -> String { try settings(["EXECKIT_MCP_DOCKER": text, "HOME": "/h"]).docker }
        #expect(try docker("podman") == "podman" && docker("docker") == "docker" && docker("") == "docker")
        #expect(try docker("/opt/x/docker") == "/opt/x/docker" && docker("~/bin/docker") == "/h/bin/docker")
        for bad in ["nerdctl", "Docker", "./docker", "docker ps", "bin/docker", "/", "-H"] {
            #expect(throws: SettingsError.self, "\(bad)") { try docker(bad) }
        }
    }

    @Test("names to pass on, without the operator's own")
    func names() throws {
        func names(_ text: String) throws -> [String] { try settings(["EXECKIT_MCP_ENV": text]).environmentNames }
        #expect(try names("A,_b2 C,,A") == ["A", "_b2", "C"])
        for bad in ["1A", "A=b", "EXECKIT_MCP_POLICY_FILE", "a;b", "é"] {
            #expect(throws: SettingsError.self) { try names(bad) }
        }
    }

    @Test("an unknown name is told with the nearest known one")
    func unknown() {
        let found = Settings.unknown(among: [
            "PATH", "EXECKIT_MCP_AUDIT", "EXECKIT_MCP_AUDITDIR", "EXECKIT_MCP_POLICYFILE", "EXECKIT_MCP_QQQQQQQQQQ", "execkit_mcp_audit",
        ])
        #expect(found.map(\.name) == ["EXECKIT_MCP_AUDITDIR", "EXECKIT_MCP_POLICYFILE", "EXECKIT_MCP_QQQQQQQQQQ"])
        #expect(found.map(\.nearest) == ["EXECKIT_MCP_AUDIT_DIR", "EXECKIT_MCP_POLICY_FILE", nil])
    }

    @Test("every setting is read: its variable is asked for, and no other but HOME")
    func everySettingIsRead() throws {
        final class Asked { var names: Set<String> = [] }
        let asked = Asked()
        _ = try Settings(
            lookup: {
                asked.names.insert($0)
                return nil
            }, passwdHome: { nil })
        // The single audit file is asked for only when there is no directory, which here is so.
        #expect(asked.names == Set(Setting.all.map(\.name) + ["HOME"]))
        #expect(Setting.all.map(\.name) == Setting.all.map(\.name).sorted())
    }

    @Test("the documented standard value is the one that holds")
    func standardValues() throws {
        for setting in Setting.all {
            guard case .number = setting.form else { continue }
            let given = try settings([setting.name: setting.standard, "HOME": "/h"])
            #expect("\(given)" == "\(try settings(["HOME": "/h"]))", "\(setting.name)")
        }
    }

    @Test("docs/operator-settings.md has the table as it is in the program")
    func documentation() throws {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let text = try String(contentsOf: root.appendingPathComponent("docs/operator-settings.md"), encoding: .utf8)
        let rows = text.split(separator: "\n").filter { $0.hasPrefix("| `EXECKIT_") }.map(String.init)
        #expect(rows == Setting.all.map { "| `\($0.name)` | \($0.standard) | \($0.meaning) | \($0.form.description) |" })
    }

    @Test("an operator file is read only when nobody else could have written it")
    func operatorFile() throws {
        let base = URL(fileURLWithPath: NSTemporaryDirectory()).resolvingSymlinksInPath().path
        let directory = base + "/execkit-settings-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: false)
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let path = try AbsolutePath(directory + "/policy.json")
        #expect(throws: FileError.self) { try OperatorFile.read(path) }
        #expect(FileManager.default.createFile(atPath: path.text, contents: Data("{}".utf8)))
        chmod(path.text, 0o644)
        #expect(try OperatorFile.read(path) == Array("{}".utf8))
        chmod(path.text, 0o664)
        #expect(throws: FileError.writableByOthers(mode: 0o664)) { try OperatorFile.read(path) }
    }
}
