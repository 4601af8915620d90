import ClientSetup
import ConfigText
import Foundation
import JSON
import PrivateFiles
import Testing

@Suite("Client setup writes one entry and nothing else")
struct ClientTests {
    private let binary = "/opt/execkit/bin/execkit-mcp"

    @Test("Clients are named once, and every one is found by its name")
    func names() {
        #expect(Set(Client.all.map(\.name)).count == Client.all.count)
        #expect(Client.all.count == 18)
        for client in Client.all { #expect(Client.named(client.name)?.title == client.title) }
        #expect(Client.named("nobody") == nil)
    }

    @Test("Every snippet holds the path and can be read back in its format", arguments: Client.all.map(\.name))
    func snippets(_ name: String) throws {
        let client = try #require(Client.named(name))
        let path = "/opt/it's \"q\"/execkit-mcp"
        let text = client.snippet(binary: path)
        switch client.format {
        case .json(let map):
            let entry = try #require(try JSONParser.parse(text).object.flatMap { try JSONConfig($0.serialized()).value(at: map + [serverName]) })
            let command = entry["command"]
            #expect(command?.string == path || command?.array == [.string(path)])
        case .tomlTable, .tomlArray:
            _ = try TOMLConfig(Array(text.utf8))
            #expect(text.contains(#"command = "/opt/it's \"q\"/execkit-mcp""#))
        case .yamlMap(let key), .yamlList(let key):
            #expect(text.hasPrefix(key + ":\n") && text.contains(#""/opt/it's \"q\"/execkit-mcp""#))
        }
    }

    @Test("Commands quote the path for a shell")
    func commands() throws {
        let claude = try #require(Client.named("claude"))
        #expect(claude.command(binary: binary) == "claude mcp add execkit -s user -- /opt/execkit/bin/execkit-mcp")
        #expect(claude.command(binary: "/a b/it's") == "claude mcp add execkit -s user -- '/a b/it'\\''s'")
        #expect(Client.named("zed")?.command(binary: binary) == nil)
    }

    @Test("A missing file is made with the snippet as its text, and a second run changes nothing", arguments: Client.all.filter(\.isWritable).map(\.name))
    func create(_ name: String) throws {
        let client = try #require(Client.named(name))
        try withHome { home in
            let first = try client.write(home: home, binary: binary)
            #expect(first.change == .created && first.backup == nil)
            let text = try contents(first.file.text)
            #expect(text == client.snippet(binary: binary))
            let second = try client.write(home: home, binary: binary)
            #expect(second.file == first.file && second.change == .unchanged && second.backup == nil)
            let moved = try client.write(home: home, binary: "/usr/bin/execkit-mcp")
            #expect(moved.change == .changed)
            #expect(try contents(first.file.text) == client.snippet(binary: "/usr/bin/execkit-mcp"))
            let backup = try #require(moved.backup)
            #expect(try contents(backup.text) == text)
        }
    }

    @Test("Settings of the user in the file and in the entry stay")
    func merge() throws {
        try withHome { home in
            let file = home.text + "/.config/zed/settings.json"
            let old = """
                // Zed settings
                {
                    "theme": "One", // mine
                    "context_servers": {
                        "other": { "command": "x" },
                        "execkit": {
                            /* the old one */
                            "command": "uvx",
                            "args": ["execkit-mcp"],
                            "env": { "A": "1" },
                        },
                    },
                }

                """
            try write(old, to: file)
            try FileManager.default.setAttributes([.posixPermissions: 0o640], ofItemAtPath: file)
            let result = try #require(Client.named("zed")).write(home: home, binary: binary)
            #expect(result.change == .changed)
            let new = old.replacingOccurrences(of: "\"uvx\"", with: "\"\(binary)\"").replacingOccurrences(of: "[\"execkit-mcp\"]", with: "[]")
            #expect(try contents(file) == new)
            #expect(try contents(file + Client.backupEnding) == old)
            #expect(try FileManager.default.attributesOfItem(atPath: file)[.posixPermissions] as? Int == 0o640)
            #expect(Set(try FileManager.default.contentsOfDirectory(atPath: home.text + "/.config/zed")) == ["settings.json", "settings.json.execkit-backup"])
        }
    }

    @Test("A file that cannot be parsed is left as it is", arguments: [
        ("cursor", ".cursor/mcp.json", "{ \"mcpServers\": "), ("cursor", ".cursor/mcp.json", "{\"a\":1,\"a\":2}"),
        ("cursor", ".cursor/mcp.json", "{\"mcpServers\": []}"), ("codex", ".codex/config.toml", "a = \n"),
        ("codex", ".codex/config.toml", "mcp_servers = { execkit = {} }\n"), ("vibe", ".vibe/config.toml", "[mcp_servers]\n"),
    ])
    func refused(_ name: String, _ path: String, _ text: String) throws {
        try withHome { home in
            let file = home.text + "/" + path
            try write(text, to: file)
            let client = try #require(Client.named(name))
            #expect {
                try client.write(home: home, binary: binary)
            } throws: { error in
                guard case .text? = error as? SetupError else { return false }
                return true
            }
            #expect(try contents(file) == text)
            #expect(!FileManager.default.fileExists(atPath: file + Client.backupEnding))
        }
    }

    @Test("Symbolic links are refused and what they stand for is left as it is, for the file and for its folder")
    func links() throws {
        try withHome { home in
            try write("{}", to: home.text + "/dotfiles/mcp.json")
            try FileManager.default.createDirectory(atPath: home.text + "/.cursor", withIntermediateDirectories: true)
            try FileManager.default.createSymbolicLink(atPath: home.text + "/.cursor/mcp.json", withDestinationPath: home.text + "/dotfiles/mcp.json")
            try FileManager.default.createSymbolicLink(atPath: home.text + "/.gemini", withDestinationPath: home.text + "/dotfiles")
            for name in ["cursor", "gemini"] {
                let client = try #require(Client.named(name))
                #expect(throws: SetupError.file(.symbolicLink)) { try client.write(home: home, binary: binary) }
            }
            #expect(try contents(home.text + "/dotfiles/mcp.json") == "{}")
            #expect(try FileManager.default.contentsOfDirectory(atPath: home.text + "/dotfiles") == ["mcp.json"])
        }
    }

    @Test("A client whose file is YAML is not edited, and a relative path is refused")
    func printedOnly() throws {
        try withHome { home in
            for name in ["goose", "continue"] {
                let client = try #require(Client.named(name))
                #expect(throws: SetupError.printedOnly) { try client.write(home: home, binary: binary) }
            }
            let cursor = try #require(Client.named("cursor"))
            #expect(throws: SetupError.binaryNotAbsolute) { try cursor.write(home: home, binary: "execkit-mcp") }
            #expect(try FileManager.default.contentsOfDirectory(atPath: home.text) == [])
        }
    }

    @Test("Variables move a client's folder, and the second name of a file is used when it is the one that is there")
    func places() throws {
        try withHome { home in
            let codex = try #require(Client.named("codex"))
            #expect(try codex.files(home: home, environment: { $0 == "CODEX_HOME" ? "/srv/codex" : nil }).map(\.text) == ["/srv/codex/config.toml"])
            #expect(try codex.files(home: home, environment: { _ in "relative" }).map(\.text) == [home.text + "/.codex/config.toml"])
            let zed = try #require(Client.named("zed"))
            #expect(try zed.files(home: home, environment: { $0 == "XDG_CONFIG_HOME" ? "/srv/xdg" : nil }).map(\.text) == ["/srv/xdg/zed/settings.json"])
            let file = home.text + "/.config/opencode/opencode.jsonc"
            try write("{}\n", to: file)
            let result = try #require(Client.named("opencode")).write(home: home, binary: binary)
            #expect(result.file.text == file && result.change == .changed)
        }
    }

    @Test("Every error has a sentence, and a symbolic link's says what to do")
    func explanations() {
        let errors: [SetupError] = [.printedOnly, .binaryNotAbsolute, .file(.symbolicLink), .file(.changed), .text(.otherForm(depth: 1)), .text(.notTOML(line: 3))]
        #expect(Set(errors.map(\.explanation)).count == errors.count)
        #expect(SetupError.file(.symbolicLink).explanation.contains("paste"))
        #expect(SetupError.text(.notTOML(line: 3)).explanation.contains("line 3"))
    }
}
