internal import ArgumentParser

struct CompletionsVerb: Verb {
    static let configuration = CommandConfiguration(
        commandName: "completions",
        abstract: "Write the completion script of a shell.",
        discussion: """
            EXAMPLES
              execkit completions bash > ~/.local/share/bash-completion/completions/execkit
              execkit completions zsh > ~/.zsh/completions/_execkit
              execkit completions fish > ~/.config/fish/completions/execkit.fish
            """)

    @OptionGroup var access: AccessOptions

    @Argument(help: "bash, zsh or fish.")
    var shell: ShellName

    func run(_ person: Person) throws {
        let kind: CompletionShell =
            switch shell {
            case .bash: .bash
            case .zsh: .zsh
            case .fish: .fish
            }
        try person.show(Execkit.completionScript(for: kind))
    }
}

enum ShellName: String, ExpressibleByArgument, CaseIterable { case bash, zsh, fish }
