import CommandCalls
import CommandPolicy
import JSON
import MCPServer
import Sessions
import ToolSchema

/// What `session_create` is asked for, whatever the transport.
struct CreateWish {
    /// Why a call cannot be meant, in words for the agent.
    struct Fault: Error {
        let text: String

        init(_ text: String) { self.text = text }
    }

    let workingDirectory: String?
    let environment: [LocalShellOptions.Variable]
    let fence: SessionFence
    let budget: CompiledBudget?
    /// Names of secrets for the shell.
    let secrets: [String]

    /// Which arguments belong to one transport alone.
    private static let own = [
        "local": ["secrets"], "docker": ["container"],
        "ssh": ServerWish.names,
    ]

    init(_ arguments: ArgumentReader) throws(Fault) {
        let transport = arguments.requiredString("transport")
        for (owner, names) in Self.own where owner != transport {
            for name in names where arguments.has(name) && arguments.value(name)?.array?.isEmpty != true {
                throw Fault("\(name): is for sessions with transport \"\(owner)\" only. Leave it out.")
            }
        }
        do throws(PolicyError) {
            fence = try SessionFence(allow: arguments.strings("allow") ?? [], deny: arguments.strings("deny") ?? [])
        } catch {
            throw Fault("\(error.path): a program is named by its file name, without blanks; at most \(SessionFence.mostNames) names.")
        }
        do throws(CompiledBudget.Fault) {
            budget = try arguments.object("output_budget").map { (value) throws(CompiledBudget.Fault) in try CompiledBudget(value) }
        } catch {
            throw Fault("output_budget: " + error.text)
        }
        workingDirectory = arguments.string("cwd")
        var variables: [LocalShellOptions.Variable] = []
        for (name, value) in arguments.stringMap("env") ?? [] {
            guard Self.isName(name), !value.utf8.contains(0) else {
                throw Fault("env: a name is letters, digits and _ and does not start with a digit; a value holds no NUL.")
            }
            guard !Self.isRunByShell(name) else {
                throw Fault("env: \(name) would make the shell run something before any command. Set it with a command of the session.")
            }
            variables.append(LocalShellOptions.Variable(name: name, value: value))
        }
        environment = variables
        secrets = arguments.strings("secrets") ?? []
        guard !secrets.contains(where: Self.isRunByShell) else {
            throw Fault("secrets: a secret of that name would make the shell run something. Use it with run-with-secrets.")
        }
    }

    /// How a shell in another place starts.
    var remoteShell: RemoteShellOptions {
        var options = RemoteShellOptions()
        options.workingDirectory = workingDirectory
        options.environment = environment
        return options
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
