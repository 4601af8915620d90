import ClientSetup
import PrivateFiles
import Spawn

/// `setup [CLIENT [--write]]`: shows a client's entry for this program, or merges it into the client's own file.
enum VerbSetup {
    static func run(_ arguments: [String], console: Console) -> Int32 {
        guard let words = Arguments(arguments, verb: "setup", flags: ["--write"], most: 1, console: console) else {
            return Commands.usageFault
        }
        guard let name = words.words.first else {
            guard !words.has("--write") else {
                Arguments.complain("--write needs a client", "setup", console)
                return Commands.usageFault
            }
            console.say(list())
            return 0
        }
        guard let client = Client.named(name) else {
            console.complain("execkit-mcp: unknown client '\(Printable.line(name))'.\n\n" + list())
            return Commands.usageFault
        }
        guard let binary = ThisProcess.executablePath, binary.hasPrefix("/"), !binary.hasSuffix(" (deleted)") else {
            console.complain("execkit-mcp: the path of this program is not known; start it from where it is installed.\n")
            return 1
        }
        return words.has("--write") ? write(client, binary, console) : show(client, binary, console)
    }

    private static func list() -> String {
        let width = Client.all.map(\.name.count).max() ?? 0
        let lines = Client.all.map { client in
            let space = String(repeating: " ", count: width - client.name.count)
            return "  \(client.name)\(space)  \(client.title)\(client.isWritable ? "" : " (shown only)")\n"
        }
        return "Clients, for execkit-mcp setup CLIENT [--write]:\n" + lines.joined()
    }

    /// Standard output gets the entry and nothing else; where it belongs is said on standard error.
    private static func show(_ client: Client, _ binary: String, _ console: Console) -> Int32 {
        let snippet = client.snippet(binary: binary)
        var hint = "\(client.title)"
        if let file = file(of: client) { hint += ": merge this into \(Printable.line(file.text))" }
        if client.isWritable { hint += " (or: execkit-mcp setup \(client.name) --write)" }
        console.complain(hint + "\n")
        if let command = client.command(binary: binary) { console.complain("or run: \(Printable.line(command))\n") }
        if let note = client.note { console.complain(note + "\n") }
        console.say(snippet.hasSuffix("\n") ? snippet : snippet + "\n")
        return 0
    }

    private static func write(_ client: Client, _ binary: String, _ console: Console) -> Int32 {
        guard let home = home() else {
            console.complain("execkit-mcp: there is no home directory; set HOME.\n")
            return 1
        }
        do throws(SetupError) {
            let done = try client.write(home: home, environment: ThisProcess.environmentText, binary: binary)
            let file = Printable.line(done.file.text)
            switch done.change {
            case .created: console.say("\(file): made, with the entry of execkit\n")
            case .changed:
                console.say("\(file): the entry of execkit is up to date\n")
                if let backup = done.backup { console.say("\(Printable.line(backup.text)): the old content\n") }
            case .unchanged: console.say("\(file): nothing to do, the entry is there\n")
            }
            if let note = client.note { console.say(note + "\n") }
            return 0
        } catch {
            let place = file(of: client).map { Printable.line($0.text) + ": " } ?? ""
            console.complain(
                "execkit-mcp: \(place)\(error.explanation) (execkit-mcp setup \(client.name) shows the entry)\n")
            return 1
        }
    }

    /// The home directory by the rule of the settings: `HOME` unless it is of no use, else the passwd entry.
    static func home() -> AbsolutePath? {
        let candidates = [ThisProcess.environmentText("HOME"), ThisProcess.homeDirectory].compactMap { $0 }
        return candidates.lazy.compactMap { try? AbsolutePath($0) }.first
    }

    private static func file(of client: Client) -> AbsolutePath? {
        home().flatMap { try? client.files(home: $0, environment: ThisProcess.environmentText).first }
    }
}
