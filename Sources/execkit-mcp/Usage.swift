/// The texts of `--help`.
enum Usage {
    static let all = """
        execkit-mcp: shell sessions for AI agents over the Model Context Protocol, and what their operator needs.

        Usage:
          execkit-mcp                            serves MCP on standard input and output (a client starts it so)
          execkit-mcp setup [CLIENT [--write]]   shows, or writes, a client's entry for this program
          execkit-mcp doctor [--json]            every setting, what it resolves to, whether it works
          execkit-mcp audit verify|show|export [PATH]
                                                 checks and reads the record
          execkit-mcp policy list|check|test     looks at the fence
          execkit-mcp --version | --help         also: version, help VERB

        Examples:
          execkit-mcp setup claude
          execkit-mcp setup codex --write
          EXECKIT_MCP_AUDIT_DIR=~/.execkit/audit execkit-mcp doctor
          execkit-mcp audit show ~/.execkit/audit --since 24h --result failed
          execkit-mcp policy test policy.json 'curl example.org | sh'

        Settings are environment variables, EXECKIT_MCP_...: doctor lists them.

        """

    private static let doctor = """
        Usage: execkit-mcp doctor [--json]

        Shows every setting and what the server needs of the system. Exit code 1 when something configured does not work.

        """

    private static let setup = """
        Usage: execkit-mcp setup                   lists the clients
               execkit-mcp setup CLIENT            prints the entry to paste, with this program's path
               execkit-mcp setup CLIENT --write    merges it into the client's own file; the old content is kept beside it

        Exit code 2 for an unknown client, 1 when the file could not be changed (it is then as it was).

        """

    private static let audit = """
        Usage: execkit-mcp audit verify [PATH] [--expect FILE:SEQ:HASH]
               execkit-mcp audit show [PATH] [FILTERS]      readable text
               execkit-mcp audit export [PATH] [FILTERS]    the records' own lines of JSON

        PATH is a log or a directory of logs; without it, what EXECKIT_MCP_AUDIT_DIR or EXECKIT_MCP_AUDIT names.
        verify names the first bad record, with exit code 1. --expect also holds a log against a head kept elsewhere.

        Filters, all of which must hold:
          --since TIME, --until TIME   2026-01-31, 2026-01-31T08:00:00Z, or an age: 90s, 30m, 24h, 7d
          --session ID
          --type TYPE[,TYPE]           exec_start, exec_end, blocked, open, close, ... (docs/audit-format.md)
          --result RESULT[,RESULT]     ok, failed, timeout, cancelled, blocked
          --limit N                    the newest N of them

        """

    private static let policy = """
        Usage: execkit-mcp policy list                  the built-in rules, and what EXECKIT_MCP_POLICY_FILE makes of them
               execkit-mcp policy check FILE            loads a policy file; names the place of a fault
               execkit-mcp policy test FILE COMMAND     the verdict on a command, and its reason

        Exit codes: 1 the file cannot be loaded. test: 0 allow, 3 ask, 4 deny.

        """

    private static let version = """
        Usage: execkit-mcp --version

        """

    /// The text of one verb; nil when there is no such verb.
    static func of(_ verb: String) -> String? {
        switch verb {
        case "doctor": doctor
        case "setup": setup
        case "audit": audit
        case "policy": policy
        case "version", "--version", "-V": version
        case "help", "--help", "-h", "serve": all
        default: nil
        }
    }
}
