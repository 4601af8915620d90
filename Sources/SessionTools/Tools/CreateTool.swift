import AuditLog
import CommandCalls
import CommandPolicy
import JSON
import MCPProtocol
import MCPServer
import Sessions
import Spawn
import ToolSchema

/// `session_create`: opens a session.
struct CreateTool {
    let host: SessionHost

    var tool: Tool {
        Tool(
            name: "session_create", title: "Open a shell session",
            description: """
                Starts a shell (bash, else a POSIX sh) that keeps its directory, exported and shell variables, functions and \
                options between calls of session_exec. Returns session_id, which any later call names; calls on different \
                sessions run in parallel. An unused session is closed after a while (idle_limit_secs). It starts in `cwd`, by \
                default where the client started the server, with a small clean environment and what `env` adds. `allow` and \
                `deny` narrow what may run in it. Only transport "local" is in this build.
                """,
            input: Self.input, output: Self.output,
            annotations: ToolAnnotations(readOnly: false, destructive: false, idempotent: false, openWorld: true),
            meta: ["anthropic/alwaysLoad": true], run: run)
    }

    private static let input: Schema = .object([
        .required("transport", .choice(["local", "ssh", "docker"], "where the shell runs; only \"local\" is in this build")),
        .optional("cwd", Schema.string("absolute directory to start in").orNull),
        .optional("env", Schema.map(of: .string(), "variables to set; visible to the agent, so never credentials").orNull),
        .optional("allow", Schema.array(of: .string(), "when given, only these programs may run in the session").orNull),
        .optional("deny", Schema.array(of: .string(), "programs that may not run in the session").orNull),
        .optional("output_budget", CompiledBudget.schema.orNull),
        .optional("secrets", Schema.array(of: .string(), "names of secrets of the user's vault that the shell gets as variables, for as long as it lives; see list-secrets").orNull),
        .optional("secrets_from", Schema.object([
            .optional("projectId", Schema.string().orNull), .optional("environment", Schema.string().orNull),
            .optional("folder", Schema.string().orNull),
        ], "where they stand, unless execkit.toml says it").orNull),
        .optional("container", Schema.string("docker: not in this build yet").orNull),
        .optional("host", Schema.string("ssh: not in this build yet").orNull),
        .optional("port", Schema.integer("ssh: not in this build yet", minimum: 0, maximum: 65535).orNull),
        .optional("user", Schema.string("ssh: not in this build yet").orNull),
        .optional("password", Schema.string("ssh: not in this build yet").orNull),
        .optional("key_path", Schema.string("ssh: not in this build yet").orNull),
        .optional("fingerprint", Schema.string("ssh: not in this build yet").orNull),
        .optional("auto_snapshot", Schema.boolean("checkpoints: not in this build yet").orNull),
        .optional("workspace", Schema.string("checkpoints: not in this build yet").orNull),
        .optional("paths", Schema.array(of: .string(), "checkpoints: not in this build yet").orNull),
        .optional("checkpoint_ignores", Schema.array(of: .string(), "checkpoints: not in this build yet").orNull),
    ])

    private static let output: Schema = .object([
        .required("session_id", .string("names the session in every other call")),
        .required("transport", .string()),
        .required("idle_limit_secs", .integer("unused so long, the session is closed; 0: never")),
        .optional("secrets", .array(of: .string(), "names of the secrets that the shell has")),
        .required("fence", .choice(["advisory"], "commands are judged by their text; nothing confines what runs")),
    ])

    /// What belongs to rooms that are not built. A client that is configured for them hears so at once.
    private static let later = ["workspace", "paths", "checkpoint_ignores"]

    private func run(_ context: ToolContext) {
        let arguments = context.arguments
        let transport = arguments.requiredString("transport")
        guard transport == "local" else {
            return context.fail("transport: \"\(transport)\" sessions are not in this build yet. Use \"local\".")
        }
        for name in Self.later where arguments.has(name) && arguments.value(name)?.array?.isEmpty != true {
            return context.fail("\(name): checkpoints are not in this build yet. Leave it out.")
        }
        guard arguments.bool("auto_snapshot") != true else {
            return context.fail("auto_snapshot: checkpoints are not in this build yet. Leave it out.")
        }
        let fence: SessionFence
        do throws(PolicyError) {
            fence = try SessionFence(allow: arguments.strings("allow") ?? [], deny: arguments.strings("deny") ?? [])
        } catch {
            return context.fail("\(error.path): a program is named by its file name, without blanks; at most \(SessionFence.mostNames) names.")
        }
        let budget: CompiledBudget?
        do throws(CompiledBudget.Fault) {
            budget = try arguments.object("output_budget").map { (value) throws(CompiledBudget.Fault) in try CompiledBudget(value) }
        } catch {
            return context.fail("output_budget: " + error.text)
        }
        guard let shell = LocalShellOptions.findShell(path: ThisProcess.environmentText("PATH") ?? "") else {
            return context.fail(Explanation.text(SessionStartFailure.noShell))
        }
        var options = LocalShellOptions(shell: shell, workingDirectory: arguments.string("cwd"))
        options.inheritedNames = host.limits.inheritedNames
        for (name, value) in arguments.stringMap("env") ?? [] {
            guard Self.isName(name), !value.utf8.contains(0) else {
                return context.fail("env: a name is letters, digits and _ and does not start with a digit; a value holds no NUL.")
            }
            guard !Self.isRunByShell(name) else {
                return context.fail("env: \(name) would make the shell run something before any command. Set it with a command of the session.")
            }
            options.environment.append(LocalShellOptions.Variable(name: name, value: value))
        }
        let keys = arguments.strings("secrets") ?? []
        guard !keys.isEmpty else { return create(options, fence, budget, nil, context) }
        guard let source = host.secretSource else {
            return context.fail("secrets: the operator has switched the vault off for this server. Leave it out.")
        }
        guard !keys.contains(where: Self.isRunByShell) else {
            return context.fail("secrets: a secret of that name would make the shell run something. Use it with run-with-secrets.")
        }
        let place = arguments.object("secrets_from")
        let wish = SessionSecretWish(
            keys: keys, project: place?["projectId"]?.string, environment: place?["environment"]?.string,
            folder: place?["folder"]?.string, shell: shell, workingDirectory: options.workingDirectory)
        source.open(wish, context: context) { [options] result in
            switch result {
            case .failure(let refusal): context.fail("secrets: " + refusal.text)
            case .success(let secrets): create(options, fence, budget, secrets, context)
            }
        }
    }

    private func create(
        _ options: LocalShellOptions, _ fence: SessionFence, _ budget: CompiledBudget?, _ secrets: HandedSecrets?,
        _ context: ToolContext
    ) {
        guard !context.isOver else {
            secrets?.ended(didBegin: false)
            return
        }
        var isCancelled = false
        context.onCancel = { isCancelled = true }
        host.sessions.createLocal(options, secrets: secrets?.takeEnvironment() ?? EnvironmentBlock()) { [host] result in
            switch result {
            case .success(let session):
                opened(session, fence, budget, secrets, context, host)
                if isCancelled { session.close(.destroyed) }
            case .failure(let failure):
                secrets?.ended(didBegin: false)
                host.record(.openFailed(transport: "local", reason: Explanation.word(failure)))
                context.fail(Explanation.text(failure))
            }
        }
    }

    private func opened(
        _ session: any Session, _ fence: SessionFence, _ budget: CompiledBudget?, _ secrets: HandedSecrets?, _ context: ToolContext,
        _ host: SessionHost
    ) {
        do {
            try host.recorder.write(.open(session: session.identifier, transport: session.label, cwd: nil))
        } catch {
            session.close(.destroyed)
            secrets?.ended(didBegin: false)
            return context.fail(Recorder.refusal(error))
        }
        host.add(OpenSession(session: session, side: host.localSide, fence: fence, budget: budget, secrets: secrets))
        var result: JSONObject = [
            "session_id": .string(session.identifier), "transport": .string(session.label),
            "idle_limit_secs": .int(host.limits.idleSeconds),
        ]
        if let secrets { result["secrets"] = .array(secrets.keys.map { .string($0) }) }
        result["fence"] = "advisory"
        context.finish(.structured(result))
    }

    /// Variables whose value a shell, or the loader of every program, runs or obeys by itself. Here nobody would have judged
    /// or recorded that; in a command it is both.
    private static func isRunByShell(_ name: String) -> Bool {
        switch name {
        case "PROMPT_COMMAND", "PS0", "PS1", "PS2", "PS4", "ENV", "BASH_ENV", "SHELLOPTS", "BASHOPTS", "BASH_XTRACEFD": true
        default: name.hasPrefix("LD_")
        }
    }

    private static func isName(_ name: String) -> Bool {
        let bytes = Array(name.utf8)
        guard let first = bytes.first, !(0x30...0x39).contains(first) else { return false }
        return bytes.allSatisfy { $0 == 0x5F || (0x30...0x39).contains($0) || (0x41...0x5A).contains($0) || (0x61...0x7A).contains($0) }
    }
}
