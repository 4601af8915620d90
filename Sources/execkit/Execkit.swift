internal import ArgumentParser
internal import SecretIO
internal import SecretMemory
internal import Spawn

/// The root of the commands.
struct Execkit: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "execkit",
        abstract: "Keeps secrets encrypted on this machine and hands them to the programs that need them.",
        discussion: """
            EXAMPLES
              execkit init                      make the vault, link this directory, take over its .env
              execkit run -- npm start          run a program with this project's secrets
              execkit set STRIPE_KEY            set a value, typed and not shown
              execkit list                      names, never values
            """,
        version: "execkit 1.0.0-dev",
        groupedSubcommands: [
            CommandGroup(name: "Secrets", subcommands: [
                InitVerb.self, SetVerb.self, GetVerb.self, ListVerb.self, RemoveVerb.self, RestoreVerb.self,
                HistoryVerb.self, RenameVerb.self, TagVerb.self, RuleVerb.self,
            ]),
            CommandGroup(name: "Files and programs", subcommands: [
                ImportVerb.self, ExportVerb.self, RunVerb.self, ShellVerb.self, ScanVerb.self,
            ]),
            CommandGroup(name: "Places", subcommands: [ProjectsVerb.self, EnvironmentsVerb.self, FoldersVerb.self]),
            CommandGroup(name: "The vault", subcommands: [
                StatusVerb.self, DoctorVerb.self, LogVerb.self, VaultVerb.self, PasswordVerb.self, RekeyVerb.self, UnlockVerb.self,
                LockVerb.self,
            ]),
            CommandGroup(name: "The program", subcommands: [CompletionsVerb.self, ExitCodesVerb.self]),
        ])

    /// Parses the arguments of a verb by that verb alone: the parser looks at every command below the one it starts from,
    /// which takes longer than all else of a short run. Whatever that does not accept (a mistake, a request for help), the
    /// parse from the root judges.
    private static func parse(_ arguments: [String]) throws -> any ParsableCommand {
        // The command that starts programs all day, without options: nothing is left to parse.
        if arguments.count > 2, arguments[0] == RunVerb.configuration.commandName, arguments[1] == "--" {
            return RunVerb(plain: Array(arguments[2...]))
        }
        for subcommand in configuration.subcommands {
            let known = subcommand.configuration
            guard known.subcommands.isEmpty, known.commandName == arguments.first else { continue }
            if let verb = try? subcommand.parseAsRoot(Array(arguments.dropFirst())) as? any Verb { return verb }
            break
        }
        return try parseAsRoot(arguments)
    }

    /// Parses the arguments, runs the command, ends the program.
    static func start(environmentPassword: consuming SecretBytes?) -> Never {
        do {
            var command = try parse(Array(ThisProcess.arguments.dropFirst()))
            guard let verb = command as? any Verb else {
                try command.run()
                ThisProcess.exit(0)
            }
            // Before the vault is opened: what was inherited is of no use here.
            if !verb.readsDescriptors { try? ThisProcess.closeInheritedDescriptors() }
            try verb.run(try Person(verb.access, environmentPassword: environmentPassword.take()))
        } catch let code as ExitCode {
            ThisProcess.exit(code.rawValue)
        } catch {
            if !Stop.isKnown(error) {
                let usage = usage(for: error, ThisProcess.arguments)
                try? SecretIO.write((usage ?? fullMessage(for: error)) + "\n", to: usage == nil ? 1 : 2)
                ThisProcess.exit(exitCode(for: error).rawValue)
            }
            Stop(error).end()
        }
        ThisProcess.exit(0)
    }
}

/// A command that does something. Its options say how the vault may be unlocked.
protocol Verb: ParsableCommand {
    var access: AccessOptions { get }
    /// Whether the command line names inherited descriptors.
    var readsDescriptors: Bool { get }
    func run(_ person: Person) throws
}

extension Verb {
    var readsDescriptors: Bool { access.passwordDescriptor != nil }
}

/// Options that every command has.
struct AccessOptions: ParsableArguments {
    @Option(
        name: .customLong("password-fd"),
        help: ArgumentHelp("Read the master password from this file descriptor.", valueName: "number"))
    var passwordDescriptor: Int32?

    /// As when none of them is given.
    static var none: AccessOptions {
        var options = AccessOptions()
        options.passwordDescriptor = nil
        return options
    }
}
