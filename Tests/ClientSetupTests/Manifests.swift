import ClientSetup
import ConfigText
import Foundation
import JSON

/// Everything in `mcp-manifests/` but its README, from the table of clients and the facts below.
enum Manifests {
    /// Where a package puts the program. Users of another place run `execkit-mcp setup`.
    static let binary = "/usr/local/bin/execkit-mcp"
    static let registryName = "io.github.execkit/execkit"
    static let title = "execkit"
    static let description = "Stateful shell sessions for AI agents: structured results, redaction, policy and audit."

    static let tools: [(name: String, description: String)] = [
        ("session_create", "Starts a shell that keeps its directory, variables and functions."),
        ("session_exec", "Runs a command in a session and returns stdout, stderr, exit code and directory."),
        ("session_list", "Lists the open sessions."),
        ("session_destroy", "Ends a session and everything it started."),
        ("session_job", "Polls, reads, writes to or stops a command that runs in the background."),
        ("session_output", "Slices or searches the whole text behind a cut result."),
    ]

    /// The version of the newest section of the changelog, so that the two cannot differ.
    static func version() throws -> String {
        let line = try contents(checkout + "/CHANGELOG.md").split(separator: "\n").first { $0.hasPrefix("## ") }
        return String(line?.dropFirst(3).prefix { $0.isNumber || $0 == "." } ?? "")
    }

    static func files() throws -> [String: String] {
        var files: [String: String] = [:]
        for client in Client.all { files[path(of: client)] = client.snippet(binary: binary) }
        files["server.json"] = document(try server())
        files["mcpb/manifest.json"] = document(try bundle())
        let entry: JSONValue = ["command": .string(binary), "args": []]
        files["gemini/gemini-extension.json"] = document([
            "name": .string(title), "version": .string(try version()),
            "mcpServers": .object(JSONObject([(serverName, entry)])),
        ])
        files["links.md"] = links()
        return files
    }

    static func path(of client: Client) -> String {
        switch client.name {
        case "claude": "claude/.mcp.json"
        case "claude-desktop": "claude-desktop/claude_desktop_config.json"
        case "continue": "continue/execkit.yaml"
        default: "\(client.name)/\(client.place?.names[0] ?? "")"
        }
    }

    private static func server() throws -> JSONValue {
        [
            "$schema": "https://static.modelcontextprotocol.io/schemas/2025-12-11/server.schema.json",
            "name": .string(registryName), "title": .string(title), "description": .string(description),
            "version": .string(try version()),
        ]
    }

    private static func bundle() throws -> JSONValue {
        [
            "manifest_version": "0.3", "name": .string(title), "display_name": .string(title), "version": .string(try version()),
            "description": .string(description), "author": ["name": "The execkit authors"],
            "server": [
                "type": "binary", "entry_point": "bin/execkit-mcp",
                "mcp_config": ["command": "${__dirname}/bin/execkit-mcp", "args": [], "env": [:]],
            ],
            "tools": .array(tools.map { ["name": .string($0.name), "description": .string($0.description)] }),
            "compatibility": ["platforms": ["linux"]], "license": "Apache-2.0",
        ]
    }

    private static func links() -> String {
        var text = """
            # Install links

            Each offers `\(binary)` to a client, which asks before it adds anything. For another path run
            `execkit-mcp setup CLIENT`.

            | client | link |
            |---|---|

            """
        for link in InstallLink.all(binary: binary) { text += "| \(link.title) | `\(link.link)` |\n" }
        text += "\nFrom a shell:\n\n```sh\n"
        for client in Client.all { if let command = client.command(binary: binary) { text += command + "\n" } }
        let code: JSONValue = ["name": .string(serverName), "type": "stdio", "command": .string(binary), "args": []]
        text += "code --add-mcp '\(String(decoding: code.serialized(), as: UTF8.self))'\n```\n"
        return text
    }

    private static func document(_ value: JSONValue) -> String { String(decoding: JSONText.document(value), as: UTF8.self) }
}
