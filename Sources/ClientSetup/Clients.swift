internal import JSON

/// The name of the server in every client's file. No underscore: Gemini splits tool names there.
public let serverName = "execkit"

private func plain(_ binary: String) -> JSONObject { ["command": .string(binary), "args": []] }
private func typed(_ binary: String) -> JSONObject { ["type": "stdio", "command": .string(binary), "args": []] }

private let inMCPServers = Client.Format.json(map: ["mcpServers"])

#if os(macOS)
private let claudeDesktopPlace: Client.Place? = .init("Library/Application Support/Claude", ["claude_desktop_config.json"])
private let codeFolder = "Library/Application Support/Code/User"
#else
private let claudeDesktopPlace: Client.Place? = nil
private let codeFolder = ".config/Code/User"
#endif

extension Client {
    /// Every client that is known, in the order they are shown. Sources: each client's documentation or code.
    public static let all: [Client] = [
        Client(
            "claude", "Claude Code", Place("", [".claude.json"], variable: "CLAUDE_CONFIG_DIR"), inMCPServers,
            note: "For every project of this user. A project can have its own .mcp.json with the same entry.",
            command: "claude mcp add \(serverName) -s user --", entry: typed),
        Client(
            "claude-desktop", "Claude Desktop", claudeDesktopPlace, inMCPServers, note: "Restart Claude Desktop afterwards.",
            entry: plain),
        Client("cursor", "Cursor", Place(".cursor", ["mcp.json"]), inMCPServers, entry: typed),
        Client(
            "vscode", "VS Code", Place(codeFolder, ["mcp.json"]), .json(map: ["servers"]),
            note: "A workspace can have its own .vscode/mcp.json with the same entry.", entry: typed),
        Client(
            "codex", "Codex", Place(".codex", ["config.toml"], variable: "CODEX_HOME"), .tomlTable("mcp_servers"),
            command: "codex mcp add \(serverName) --", entry: plain),
        Client("gemini", "Gemini CLI", Place(".gemini", ["settings.json"]), inMCPServers, entry: plain),
        Client("qwen", "Qwen Code", Place(".qwen", ["settings.json"]), inMCPServers, entry: plain),
        Client(
            "opencode", "OpenCode", Place(".config/opencode", ["opencode.json", "opencode.jsonc"], variable: "XDG_CONFIG_HOME"),
            .json(map: ["mcp"]), note: "Version 2 of OpenCode nests the entry one level deeper, under mcp.servers."
        ) { ["type": "local", "command": [.string($0)], "enabled": true] },
        Client("windsurf", "Windsurf", Place(".codeium/windsurf", ["mcp_config.json"]), inMCPServers, entry: plain),
        Client("vibe", "Mistral Vibe", Place(".vibe", ["config.toml"]), .tomlArray("mcp_servers")) {
            ["name": .string(serverName), "transport": "stdio", "command": .string($0), "args": []]
        },
        Client(
            "zed", "Zed", Place(".config/zed", ["settings.json"], variable: "XDG_CONFIG_HOME"),
            .json(map: ["context_servers"]), entry: plain),
        Client("cline", "Cline", Place(".cline/data/settings", ["cline_mcp_settings.json"]), inMCPServers, entry: plain),
        Client(
            "continue", "Continue", Place(".continue", ["config.yaml"]), .yamlList("mcpServers"),
            note: "Used in agent mode only."
        ) { ["name": .string(serverName), "command": .string($0), "args": []] },
        Client("junie", "JetBrains Junie", Place(".junie/mcp", ["mcp.json"]), inMCPServers, entry: plain),
        Client(
            "goose", "Goose", Place(".config/goose", ["config.yaml"], variable: "XDG_CONFIG_HOME"), .yamlMap("extensions")
        ) {
            [
                "type": "stdio", "name": .string(serverName), "cmd": .string($0), "args": [], "envs": [:], "enabled": true,
                "timeout": 300,
            ]
        },
        Client(
            "amp", "Amp", Place(".config/amp", ["settings.json"], variable: "XDG_CONFIG_HOME"),
            .json(map: ["amp.mcpServers"]), entry: plain),
        Client("kiro", "Kiro", Place(".kiro/settings", ["mcp.json"]), inMCPServers, entry: plain),
        Client(
            "copilot", "GitHub Copilot CLI", Place(".copilot", ["mcp-config.json"], variable: "COPILOT_HOME"), inMCPServers
        ) { ["type": "stdio", "command": .string($0), "args": [], "tools": ["*"]] },
    ]

    /// The client with this name.
    public static func named(_ name: String) -> Client? { all.first { $0.name == name } }
}
