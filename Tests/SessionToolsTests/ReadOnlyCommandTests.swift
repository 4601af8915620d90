import Testing

@testable import SessionTools

@Suite("Which commands surely change no file")
struct ReadOnlyCommandTests {
    @Test("Looking around is proven", arguments: [
        "ls", "ls -la src", "cat a.txt", "pwd; ls", "cd src && ls --color=never", "cat a | grep -c x | head -n 1", "cat < a.txt",
        "grep -rn 'needle' .", "head -n 5 a\ntail -n 5 b", "if true; then ls; fi", "for f in a b; do cat x; done", "! ls", "ls &",
        "# nothing\nls", "'ls' \"a b\"", "echo done", "cat *.txt",
    ])
    func proven(_ command: String) { #expect(ReadOnlyCommand.isProven(command)) }

    @Test("Everything else is not", arguments: [
        "", "#", ":", "touch a", "ls; rm a", "ls > a", "ls >> a", "ls 2> a", "cat <> a", "ls >&2", "ls | tee a", "find . -delete",
        "sed -i s/a/b/ x", "sort -o a a", "uniq a b", "git status", "echo $(rm a)", "echo `rm a`", "cat <(rm a)", "echo $x", "echo ${x@P}",
        "ls() { rm a; }; ls", "function ls { rm a; }; ls", "alias ls='rm a'", "PATH=. ls", "x=1", "ls; PATH=.", "LD_PRELOAD=./x ls",
        "./ls", "bin/cat a", "/tmp/ls", "./'ls'", "./l\"s\"", "~/ls", "./l\\s", "./{ls,x}", "./l?", "ls -la && ./cat", "env ls", "sudo ls",
        "xargs ls", "eval ls", "bash -c ls", "sh script", ". ./ls", "source ls", "exec ls", "command ls", "trap 'rm a' EXIT", "[[ x -eq 1 ]] && ls",
        "test -v x && ls", "printf -v x y", "(ls)", "cat <<E\n$(rm a)\nE", "ls 'open", "printenv\0", "hash -p ./x ls", "ls;wc=3", "$EDITOR", "unset x",
        "case x in ls) rm a;; esac", "coproc rm a", "busybox rm a", "file -C -m x",
    ])
    func notProven(_ command: String) { #expect(!ReadOnlyCommand.isProven(command)) }

    @Test("A long text is a script")
    func long() {
        #expect(ReadOnlyCommand.isProven(Array(repeating: "ls", count: 200).joined(separator: ";")))
        #expect(!ReadOnlyCommand.isProven(Array(repeating: "ls", count: 2_000).joined(separator: ";")))
    }

    /// What the pieces mean is known, whatever the analysis finds in the whole.
    @Test("No mixture with a harmful piece is proven")
    func mixtures() {
        let harmless = ["ls", "cat a", "pwd", "echo x", "head -n 1 b"]
        let harmful = ["rm a", "touch b", "echo x > y", "sed -i s/a/b/ c", "find . -delete", "./ls", "tee x", "A=1 ls", "echo $(rm a)", "mv a b"]
        let joints = ["; ", " && ", " || ", " | ", "\n", " & "]
        for first in harmless {
            for joint in joints {
                #expect(harmless.allSatisfy { ReadOnlyCommand.isProven(first + joint + $0) })
                for bad in harmful {
                    #expect(!ReadOnlyCommand.isProven(first + joint + bad))
                    #expect(!ReadOnlyCommand.isProven(bad + joint + first))
                    #expect(!ReadOnlyCommand.isProven("if \(first); then \(bad); fi"))
                }
            }
        }
    }
}
