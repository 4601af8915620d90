import JSON
import MCPProtocol
import MCPServer
import ToolSchema

/// `run-with-secrets`: runs a program with secrets that the agent uses and never sees.
struct RunTool {
    let host: SecretRunHost

    var tool: Tool {
        Tool(
            name: "run-with-secrets", title: "Run a command with secrets",
            description: """
                Runs one command with secrets of the user's vault in its environment; you use them and never see them. Look \
                names up with list-secrets first. Write $NAME inside `sh -c`, so that no value stands in an argument: \
                {"command": ["sh", "-c", "curl -sS -H \\"Authorization: Bearer $API_TOKEN\\" https://example.org"]}. Injected \
                are exactly `secrets`, or else those whose name the command mentions; never all. Each call is a process of its \
                own: directory and variables of sessions are not its. Runs go in parallel. Values in the output are \
                replaced by [REDACTED:NAME]: never write such a marker into a file. A refusal says what the user can do \
                about it (unlock the vault, confirm, change a rule): tell the user, do not try another way to the value.
                """,
            input: RunWish.input, output: RunResult.schema,
            annotations: ToolAnnotations(readOnly: false, destructive: true, idempotent: false, openWorld: true),
            meta: ["anthropic/maxResultSizeChars": 100_000, "anthropic/searchHint": "use API keys, tokens, passwords in a command"],
            run: run)
    }

    private func run(_ context: ToolContext) {
        do throws(RunWish.Fault) {
            RunCall(try RunWish(context.arguments, origin: host.origin), host: host, context: context).begin()
        } catch {
            context.fail(error.text)
        }
    }
}
