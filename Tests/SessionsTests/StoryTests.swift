import Foundation
import Spawn
import Testing

@testable import Sessions

/// One command of a story, and what must come of it.
struct Step: Sendable {
    var command: String
    var out: String?
    var err: String?
    var code: Int?
    /// Its time is up when its output is there: for commands that never end.
    var expires = false
    /// Whether the session ends with it; `nil` where that is up to the moment in which a signal arrives.
    var ends: Bool? = false
    var stdin: String?

    init(
        _ command: String, out: String? = "", err: String? = "", code: Int? = 0, expires: Bool = false,
        ends: Bool? = false, stdin: String? = nil
    ) {
        (self.command, self.out, self.err, self.code) = (command, out, err, code)
        (self.expires, self.ends, self.stdin) = (expires, ends, stdin)
    }
}

struct Story: Sendable, CustomTestStringConvertible {
    var name: String
    var shells: [TestShell] = [.bash, .dash, .ash]
    var steps: [Step]
    /// Of the local framing alone.
    var isLocal = false
    var isRemote = false

    var testDescription: String { name }

    static let any: [Story] = [
        Story(name: "streams, status and directory", steps: [
            Step("echo hi; echo err >&2; false", out: "hi\n", err: "err\n", code: 1),
            Step("echo $?", out: "1\n"), Step("(exit 7)", code: 7), Step("echo $?", out: "7\n"),
            Step("x=5; y='a  b'"), Step("echo \"$x $y\"", out: "5 a  b\n"),
            Step("cd /; pwd", out: "/\n"), Step("pwd", out: "/\n"),
            Step("f() { echo \"f $1\"; }"), Step("f 1", out: "f 1\n"),
            Step("printf 'no newline'", out: "no newline"), Step("printf 'a\\r\\nb\\000c\\377'", out: nil),
            Step("true", out: ""),
        ]),
        Story(name: "syntax errors leave no residue", steps: [
            Step("echo 'unmatched", err: nil, code: 2), Step("echo ok", out: "ok\n"),
            Step("if true", err: nil, code: 2), Step("echo ok", out: "ok\n"),
            Step("echo )", err: nil, code: 2), Step("echo ok", out: "ok\n"),
            Step("}", err: nil, code: nil), Step("echo ok", out: "ok\n"),
        ]),
        Story(name: "here-documents and many lines", steps: [
            Step("cat <<END\nline $((1+1))\nEND\necho after", out: "line 2\nafter\n"),
            Step("# only a comment"), Step(""), Step("   \n\n"), Step("echo a\necho b\n", out: "a\nb\n"),
            Step("echo a # comment", out: "a\n"), Step("echo \\\nb", out: "b\n"),
        ]),
        Story(name: "standard input is empty, or the given text", steps: [
            Step("cat; read a; echo $?", out: "1\n"), Step("cat", out: "text\nmore", stdin: "text\nmore"),
            Step("read a; echo \"<$a>\"; cat", out: "<one>\ntwo\n", stdin: "one\ntwo\n"), Step("cat"),
            Step("cat", out: "x", stdin: "x"), Step("cat", out: "", stdin: ""),
        ]),
        // Not in busybox: its applets read through the buffer of the shell they were forked from; see the README.
        Story(name: "a program that reads a part of its input", shells: [.bash, .dash], steps: [
            Step("head -c 3", out: "abc", stdin: "abcdef"), Step("head -n 1", out: "a\n", stdin: "a\nb\n"), Step("cat"),
        ]),
        Story(name: "descriptors that are closed or turned", steps: [
            Step("exec 1>&-"), Step("echo ok", out: "ok\n"), Step("exec 1>&2; echo e", err: "e\n"),
            Step("echo ok", out: "ok\n"), Step("exec 9>&- 8>&- 3>&- 2>&-"), Step("echo e >&2", err: "e\n"),
            Step("exec 0<&-; exec 1>/dev/null 2>&1"), Step("echo ok; echo e >&2", out: "ok\n", err: "e\n"),
            Step("exec 7>&1 6<&0; exec 0</dev/zero"), Step("cat; echo ok", out: "ok\n"),
        ]),
        Story(name: "set -x, -v, -u", steps: [
            Step("set -x"), Step("echo x", out: "x\n", err: nil), Step("set +x", err: nil), Step("echo y", out: "y\n"),
            Step("set -v"), Step("echo v", out: "v\n", err: nil), Step("set +v", err: nil), Step("echo y", out: "y\n"),
            Step("set -u; echo $nope; echo not", err: nil, code: nil), Step("echo after", out: "after\n"),
            Step("set +u; echo \"<$nope>\"", out: "<>\n"),
        ]),
        Story(name: "set -e ends the session where a script would end, and says so", steps: [
            Step("set -e; true"), Step("! true; true"), Step("false || (exit 0)"), Step("echo still; false || true", out: "still\n"),
            Step("echo before; false; echo not", out: "before\n", err: nil, code: 1, ends: true),
        ]),
        Story(name: "set -e goes on where a script would go on", steps: [
            Step("set -e; [ -f nope ] && echo not", code: 1), Step("echo $?", out: "1\n"),
            Step("! true", code: 1), Step("if false; then :; fi; false && true", code: 1),
            Step("cat <<E\n$((1<<2))\nE\n[ -f nope ] && echo not", out: "4\n", code: 1),
            Step("true"), Step("# only a comment\n"), Step("false && true # with one", code: 1),
            Step("echo a; false; echo not", out: "a\n", err: nil, code: 1, ends: true),
        ]),
        Story(name: "set -e does not change what a command means", steps: [
            Step("set -e"), Step("cat <<E\ntext", out: nil, err: nil, code: 0),
            Step("echo $-; set +e", out: nil), Step("false", code: 1), Step("echo $?", out: "1\n"),
        ]),
        Story(name: "set -ex adds no line of ours", steps: [
            Step("set -ex; false && true", err: nil, code: 1), Step("set +x", err: nil),
            Step("false", code: 1, ends: true),
        ]),
        Story(name: "exit, with its output and its traps", shells: [.bash, .dash], steps: [
            Step("trap 'echo bye' EXIT"), Step("echo before; exit 5", out: "before\nbye\n", code: 5, ends: true),
        ]),
        Story(name: "a killed shell", steps: [
            Step("echo before; kill -KILL $$; echo not", out: nil, err: nil, code: 137, ends: true)
        ]),
        Story(name: "another program in the shell's place", steps: [
            Step("exec sh -c 'echo in its place; exit 3'", out: "in its place\n", code: 3, ends: true)
        ]),
        Story(name: "variables the shell itself uses", steps: [
            Step("IFS=0123456789E_; unset PATH"), Step("echo ok", out: "ok\n"),
            Step("PWD=/nowhere; PS1='$(echo x) '; PS2='more '; PS4='trace '"), Step("echo ok", out: "ok\n"),
            Step("readonly PS1 PS2 PS4 IFS PATH"), Step("echo ok", out: "ok\n"), Step("false", code: 1),
            Step("TMPDIR=/nowhere; export TMPDIR"), Step("echo ok", out: "ok\n"),
        ]),
        // Not busybox ash, which now and then ends itself when it is interrupted; that is told, and stands in the README.
        Story(name: "interrupted commands leave the state", shells: [.bash, .dash], steps: [
            Step("cd /; x=5"), Step("echo part; sleep 1000; echo not", out: "part\n", err: nil, code: 124, expires: true),
            Step("echo $x; pwd", out: "5\n/\n"),
            // Interrupted once it runs: what dash does with a line it is still reading is told in the room's README.
            Step("echo up; while :; do :; done", out: "up\n", err: nil, code: 124, expires: true),
            Step("echo $x; pwd", out: "5\n/\n"),
        ]),
        Story(name: "a command that ignores SIGINT and SIGTERM", shells: [.bash, .dash], steps: [
            Step("sh -c 'trap \"\" INT TERM; echo deaf; while :; do sleep 1; done'", out: "deaf\n", err: nil, code: 124,
                expires: true),
            Step("echo ok", out: "ok\n", err: nil),
        ]),
        Story(name: "children that keep the pipes open", steps: [
            Step("sleep 1000 & echo started", out: "started\n", err: nil), Step("echo ok", out: "ok\n"),
        ]),
        Story(name: "wrong uses of control words", steps: [
            Step("break", err: nil, code: nil), Step("echo ok", out: "ok\n"),
            Step("nosuchcommand", err: nil, code: 127), Step("echo ok", out: "ok\n"),
            Step("${nope?message}", err: nil, code: nil), Step("echo ok", out: "ok\n"),
        ]),
        Story(name: "traps for INT", steps: [
            Step("trap 'echo trapped' INT; kill -INT $$; echo on", out: "trapped\non\n"), Step("trap - INT"),
            Step("kill -INT $$; echo not", out: nil, err: nil, code: 130), Step("echo ok", out: "ok\n"),
        ]),
    ]

    static let bash: [Story] = [
        Story(name: "functions in place of builtins", shells: [.bash], steps: [
            Step("eval() { echo no; }; printf() { :; }; builtin() { :; }; command() { :; }; test() { return 1; }"),
            Step("echo ok", out: "ok\n"), Step("(exit 9)", code: 9), Step("echo $?", out: "9\n"),
            Step("declare() { :; }; export() { :; }; read() { :; }; trap() { :; }; echo() { :; }; exec() { :; }"),
            Step("/bin/echo ok", out: "ok\n"),
        ]),
        Story(name: "aliases", shells: [.bash, .dash, .ash], steps: [
            Step("alias eval='echo no' if='echo no' exit='echo no' unset='echo no' e2='echo aliased'; false", code: 1),
            Step("e2", out: "aliased\n"), Step("/bin/echo ok", out: "ok\n"),
        ]),
        Story(name: "traps for DEBUG, ERR and RETURN", shells: [.bash], steps: [
            Step("trap 'echo D >&2' DEBUG"), Step("echo d", out: "d\n", err: "D\n"),
            Step("trap 'echo $BASH_COMMAND >&2' DEBUG", err: nil), Step("echo d", out: "d\n", err: nil),
            Step("trap - DEBUG", err: nil), Step("trap 'echo E' ERR; false", out: "E\n", code: 1),
            Step("trap - ERR"), Step("echo ok", out: "ok\n"),
        ]),
        // The interruption ends the session, or just the trap, and the shell answers.
        Story(name: "a trap that skips every command is told", shells: [.bash], steps: [
            Step("shopt -s extdebug; trap 'false' DEBUG", err: nil, code: 124, expires: true, ends: nil)
        ]),
        Story(name: "prompts", shells: [.bash], steps: [
            Step("PROMPT_COMMAND='echo prompt; echo prompt >&2'; PS0='zero'; PS1='\\u \\w \\$ '; PS2="),
            Step("echo ok", out: "ok\n"), Step("readonly PROMPT_COMMAND PS0 PS1"), Step("echo ok", out: "ok\n"),
            Step("false", code: 1),
        ]),
        Story(name: "options that change how lines are read", shells: [.bash], steps: [
            Step("set -n"), Step("echo n", out: "n\n"), Step("set -o history; set -H; shopt -s histverify"),
            Step("echo 'hi!!' \"!x\"", out: "hi!! !x\n"), Step("fc -l", out: nil, err: nil, code: nil),
            Step("set -o posix"), Step("echo ok; false", out: "ok\n", code: 1), Step("echo $?", out: "1\n"),
            Step("set +o posix"), Step("set -f; set -k; shopt -s nullglob failglob"), Step("echo ok", out: "ok\n"),
            Step("LC_ALL=C; LANG=xx"), Step("echo ok", out: "ok\n"),
        ]),
        Story(name: "job control", shells: [.bash], steps: [
            Step("set -m", err: nil), Step("echo ok", out: "ok\n"),
            Step("echo up; sleep 1000", out: "up\n", err: nil, code: 124, expires: true), Step("echo ok", out: "ok\n"),
            Step("sleep 0.01 & wait; echo done", out: "done\n", err: nil), Step("echo ok", out: "ok\n"),
        ]),
        Story(name: "limits", shells: [.bash], steps: [
            Step("ulimit -c 0; ulimit -f 0; echo ok", out: "ok\n"), Step("echo ok", out: "ok\n"),
        ]),
        Story(name: "no room for descriptors is told", shells: [.bash], steps: [
            Step("ulimit -n 4", code: 0), Step("echo not", out: nil, err: nil, code: nil, ends: true),
        ], isLocal: true),
        // Over a channel the shell cannot even put back what it had redirected.
        Story(name: "no room for descriptors is told by a remote session", shells: [.bash], steps: [
            Step("ulimit -n 4", err: nil, code: nil, ends: true),
        ], isRemote: true),
        Story(name: "descriptors of the framing closed by the shell's own code", shells: [.bash], steps: [
            Step("exec 40>&- 41>&-"), Step("echo not", err: nil, code: nil, ends: true),
        ], isLocal: true),
        Story(name: "one command and out", shells: [.bash], steps: [
            Step("set -t; echo last", out: nil, err: nil, code: nil, ends: true)
        ], isLocal: true),
        // A remote shell reports on the line of the command, which it reads to its end before it goes.
        Story(name: "one remote command and out", shells: [.bash], steps: [
            Step("set -t; echo last", out: "last\n", err: nil, code: nil, ends: nil)
        ], isRemote: true),
    ]
}

extension RealShells {
    @Suite("Stories", .serialized)
    struct Stories {
        @Test("Every step of a story gives what it must", arguments: Story.any + Story.bash)
        func story(_ story: Story) throws {
            for transport in Transport.present where story.shells.contains(transport.shell) {
                if transport.kind == .local ? story.isRemote : story.isLocal { continue }
                try Harness.run { harness in
                    let session = try harness.open(transport)
                    for (number, step) in story.steps.enumerated() {
                        let request = ExecRequest(step.command, stdin: step.stdin.map { Array($0.utf8) })
                        let outcome = step.expires
                            ? try harness.expire(session, request, after: step.out ?? "")
                            : try harness.run(session, request)
                        let place = Comment("\(transport) step \(number): \(step.command)")
                        if let out = step.out { #expect(outcome.out == out, place) }
                        if let err = step.err { #expect(outcome.err == err, place) }
                        if let code = step.code { #expect(outcome.exitCode == code, place) }
                        #expect(outcome.timedOut == step.expires, place)
                        #expect(session.isOpen == (outcome.sessionEnd == nil), place)
                        if let ends = step.ends { #expect((outcome.sessionEnd != nil) == ends, place) }
                        if outcome.sessionEnd != nil { break }
                    }
                }
            }
        }
    }
}
