import CommandPolicy
import Testing

@Suite("Programs found in a command")
struct ProgramsTests {
    static let table: [(command: String, programs: [String])] = [
        ("", []), ("   ", []), ("# rm x", []), ("ls", ["ls"]), ("ls # rm", ["ls"]), ("a#b c", ["a#b"]),
        ("ls -l; rm x", ["ls", "rm"]), ("ls & rm x &", ["ls", "rm"]),
        ("a && b || c | d |& e", ["a", "b", "c", "d", "e"]),
        ("a\nb\n\nc", ["a", "b", "c"]), ("a \\\nb", ["a"]), ("r\\\nm x", ["rm"]),
        ("/bin/rm x", ["rm"]), ("\\rm x", ["rm"]), ("r''m x", ["rm"]), ("\"rm\" x", ["rm"]), ("'r'\"m\" x", ["rm"]),
        ("$'\\x72\\155' x", ["rm"]), ("$'r\\u006d' x", ["rm"]), ("$\"rm\" x", ["rm"]),
        ("/proc/self/root/bin/rm x", ["rm"]),
        ("X=1 Y=2 rm x", ["rm"]), ("X=1", []), ("X+=1 a", ["a"]), ("X[0]=1 a", ["a"]), ("'X=1' a", ["X=1"]),
        ("X=$(a) b", ["a", "b"]),
        ("X=(a $(b) c) d", ["b", "d"]), ("X=(a $(b) c); d", ["b", "d"]),
        ("declare -a X=($(b)); d", ["b", "declare", "d"]),
        (">f rm x", ["rm"]), ("2>&1 rm x >f", ["rm"]), ("<f rm", ["rm"]), ("a 2>/dev/null 3<&- >|f <>g b", ["a"]),
        ("{fd}>f rm", ["rm"]),
        ("a &>f b", ["a"]), ("a &>>f; b", ["a", "b"]), ("a >$(b) c", ["b", "a"]),
        ("echo 'a;b' \"c|d\"", ["echo"]), ("echo \"rm -rf x\"", ["echo"]), ("echo $(rm x)", ["rm", "echo"]),
        ("echo `rm x`", ["rm", "echo"]),
        ("echo \"$(rm \"x\")\" y", ["rm", "echo"]), ("echo `a \\`b\\` c`", ["b", "a", "echo"]),
        ("echo \"`a \\\"x\\\"`\"", ["a", "echo"]),
        ("echo '$(rm)' '`rm`'", ["echo"]), ("echo \\$(rm)", ["echo", "rm"]), ("echo \"\\$(rm)\" \\`", ["echo"]),
        ("cat <(a) >(b)", ["a", "b", "cat"]), ("echo ${x:-$(a)} ${y:+`b`}", ["a", "b", "echo"]),
        ("echo ${x/'}'/b}; c", ["echo", "c"]),
        ("echo \"${x:-\"$(a)\"}\"; b", ["a", "echo", "b"]), ("echo $((1 + $(a))) $[ $(b) ]", ["a", "b", "echo"]),
        ("((x = $(a) + (2))); b", ["a", "b"]),
        ("((a); b)", ["a", "b"]), ("$((a); b)", ["a", "b", "$…"]), ("echo $((a) | b)", ["a", "b", "echo"]),
        ("(a; (b)) | c", ["a", "b", "c"]),
        ("{ a; b; } > f; c", ["a", "b", "c"]), ("echo { a }", ["echo"]), ("{a,b} c", ["a"]), ("{rm,-rf,x}", ["rm"]),
        ("/bin/{rm,x} y", ["rm"]),
        ("if a; then b; elif c; then d; else e; fi; f", ["a", "b", "c", "d", "e", "f"]), ("echo if then fi", ["echo"]),
        ("\"if\" a", ["if"]),
        ("while a; do b; done < f | c", ["a", "b", "c"]), ("until ! a; do b; done", ["a", "b"]),
        ("for x in a $(b) c; do d; done", ["b", "d"]),
        ("for x do a; done", ["a"]), ("for x\nin a b\ndo c\ndone", ["c"]),
        ("for ((i=0; i<$(a); i++)); do b; done", ["a", "b"]), ("select x in a; do b; done", ["b"]),
        ("for x in do done; do a; done", ["a"]), ("case a in a) b;; (c|d) e;& *) f;; esac; g", ["b", "e", "f", "g"]),
        ("case $(a) in b) ;; esac", ["a"]),
        ("case x\nin\n# y\nz) a ;; esac", ["a"]), ("case x in a) b; esac | c", ["b", "c"]),
        ("case x in a) case y in b) c;; esac;; d) e; esac", ["c", "e"]),
        ("case x in \"$(a)\") b; esac", ["a", "b"]), ("(case x in a) b;; esac); c", ["b", "c"]),
        ("echo $(case x in a) b;; esac) c", ["b", "echo"]),
        ("[[ a && b || c < d ]] && e", ["e"]), ("[[ -n $(a) ]]; b", ["a", "b"]), ("[ a ] && b", ["[", "b"]),
        ("[[ x =~ (a|b) ]] && c", ["c"]), ("! a", ["a"]),
        ("f() { rm x; }; f", ["rm", "f"]), ("function f { a; }", ["a"]), ("function f() { a; }", ["a"]),
        ("f () (a)", ["a"]), ("f()\n{ a; }", ["a"]), ("f() if a; then b; fi", ["a", "b"]),
        ("time a", ["a"]), ("time -p a | b", ["a", "b"]), ("time { a; }", ["a"]), ("coproc a b", ["a"]),
        ("coproc N { a; }", ["a"]), ("coproc { a; }", ["a"]), ("coproc N (a)", ["a"]),
        ("cat <<E\nrm x\nE\na", ["cat", "a"]), ("cat <<-E\n\trm\n\tE\na", ["cat", "a"]),
        ("cat <<'E'\n$(rm)\nE\na", ["cat", "a"]), ("cat <<E\n$(b)`c`\nE\na", ["cat", "b", "c", "a"]),
        ("cat <<A <<B; c\n1\nA\n$(d)\nB\ne", ["cat", "c", "d", "e"]), ("cat <<\\E | b\n$(x)\nE", ["cat", "b"]),
        ("(cat <<E)\n$(a)\nE\nb", ["cat", "a", "b"]),
        ("bash <<E\nrm x\nE", ["bash", "rm"]), ("sh -s a <<'E'\nrm x\nE", ["sh", "rm"]),
        ("{ sh; } <<E\nrm\nE", ["sh", "rm"]), ("echo $(cat <<E\na\nE\n); b", ["cat", "echo", "b"]),
        ("bash <<< 'rm x'", ["bash", "rm"]), ("cat <<< 'rm x'", ["cat"]), ("cat <<< $(a)", ["a", "cat"]),
        ("source /dev/stdin <<E\nrm\nE", ["source", "rm"]),
        ("echo 'rm x' | sh", ["echo", "sh", "rm"]),
        ("printf 'rm\\nls' | cat | bash", ["printf", "cat", "bash", "rm", "ls"]),
        ("echo rm | { sh; }", ["echo", "sh", "rm"]),
        ("env rm x", ["env", "rm"]), ("env -i -u A X=1 rm x", ["env", "rm"]), ("env -S 'rm -rf x' y", ["env", "rm"]),
        ("env --split-string='rm x'", ["env", "rm"]), ("env -uA - rm", ["env", "rm"]),
        ("sudo -u root -n rm x", ["sudo", "rm"]), ("sudo -nu root X=1 -- rm x", ["sudo", "rm"]),
        ("doas -u a rm", ["doas", "rm"]), ("xargs", ["xargs"]), ("ls | xargs -0 -n 1 rm -f", ["ls", "xargs", "rm"]),
        ("xargs -I{} sh -c 'rm {}'", ["xargs", "sh", "rm"]),
        ("find . -name x -exec rm {} \\;", ["find", "rm"]),
        ("find . -execdir a {} + -ok b ';' -delete", ["find", "b", "a"]),
        ("find . -exec sh -c 'rm \"$1\"' _ {} \\;", ["find", "sh", "rm"]),
        ("nohup rm x &", ["nohup", "rm"]), ("timeout -s KILL 5 rm", ["timeout", "rm"]),
        ("timeout --signal=KILL -k 1 5s rm", ["timeout", "rm"]), ("nice -n 5 rm", ["nice", "rm"]),
        ("nice -5 rm", ["nice", "rm"]), ("ionice -c 3 rm", ["ionice", "rm"]),
        ("stdbuf -oL rm", ["stdbuf", "rm"]), ("setsid -w rm", ["setsid", "rm"]), ("command rm", ["command", "rm"]),
        ("command -v rm", ["command"]), ("builtin eval 'rm'", ["builtin", "eval", "rm"]),
        ("exec -a x rm", ["exec", "rm"]), ("exec 3>f", ["exec"]),
        ("/usr/bin/time -f %e rm", ["time", "rm"]), ("watch -n 1 'a | rm'", ["watch", "a", "rm"]),
        ("parallel -j 4 rm ::: a b", ["parallel", "rm"]), ("ssh -p 22 h rm x", ["ssh", "rm"]), ("ssh h", ["ssh"]),
        ("ssh h 'a; b'", ["ssh", "a", "b"]),
        ("bash -c 'rm x'", ["bash", "rm"]), ("sh -ec \"rm x\"", ["sh", "rm"]),
        ("bash -o pipefail -c 'a | b'", ["bash", "a", "b"]), ("bash -c \"bash -c 'rm'\"", ["bash", "bash", "rm"]),
        ("eval rm x", ["eval", "rm"]), ("eval 'a;' \"b\"", ["eval", "a", "b"]),
        ("eval eval rm", ["eval", "eval", "rm"]),
        ("trap 'rm x' EXIT", ["trap", "rm"]), ("trap - EXIT", ["trap", "-"]), ("busybox rm x", ["busybox", "rm"]),
        ("chroot --userspec=a / rm", ["chroot", "rm"]), ("unshare -r rm", ["unshare", "rm"]),
        ("nsenter -t 1 -m rm", ["nsenter", "rm"]), ("flock -n f rm", ["flock", "rm"]),
        ("flock f -c 'rm'", ["flock", "rm"]),
        ("strace -f -o f rm", ["strace", "rm"]), ("script -c 'rm' f", ["script", "rm"]),
        ("script f -qc rm", ["script", "rm"]), ("su root -c 'rm x'", ["su", "rm"]), ("su - -c rm", ["su", "rm"]),
        ("/lib64/ld-linux-x86-64.so.2 /bin/rm x", ["ld-linux-x86-64.so.2", "rm"]),
        ("alias x='rm y'", ["alias", "rm"]), ("hash -p /bin/rm ls", ["hash", "rm"]), ("PROMPT_COMMAND='rm x'", ["rm"]),
        ("PS4='$(rm)'; set -x", ["rm", "set"]), ("rm${IFS}-rf", ["rm"]), ("${ rm x; }", ["rm"]),
        ("echo ${| rm x; }", ["rm", "echo"]),
        ("sh -c '((rm x))'", ["sh", "rm"]), ("sh -c '[[ a || rm x ]]'", ["sh", "[[", "rm"]),
        ("sh -c 'a &> rm'", ["sh", "a"]), ("~/bin/rm x", ["rm"]), ("a=b c=d", []), ("a >f; >g b", ["a", "b"]),
        ("$x rm y", ["$…", "rm"]),
    ]

    @Test("The table of constructs", arguments: table.indices)
    func constructs(_ index: Int) {
        let row = Self.table[index]
        #expect(programs(row.command) == row.programs, "\(row.command)")
    }

    @Test("What cannot be known is named")
    func unknownThings() {
        let table: [(String, UnknownReason?)] = [
            ("$x", .expandedProgram), ("$(a) b", .expandedProgram), ("\"$x\" a", .expandedProgram),
                ("`a` b", .expandedProgram), ("\"$HOME\"/bin/ls", nil),
            ("/bin/r? x", .patternProgram), ("[ a ]", nil), ("eval \"$x\"", .expandedScript),
                ("bash -c \"$x\"", .expandedScript), ("bash -c 'echo $x'", nil),
            ("source f", .scriptFile), (". ./f", .scriptFile), ("bash f.sh", .scriptFile), ("a | sh", .pipedScript),
                ("bash < f", .scriptFile), ("base64 -d f | bash", .pipedScript),
            ("ls | xargs -I{} {} x", .appendedArguments), ("ls | xargs env", .appendedArguments),
                ("ls | xargs sh -c", .appendedArguments), ("ls | xargs rm", nil),
            ("echo 'a", .malformed), ("echo \"a", .malformed), ("echo $(a", .malformed), ("cat <<E\na", .malformed),
                ("a\0b", .malformed), ("echo ${a", .malformed), ("echo `a", .malformed),
            ("echo $x", nil), ("ls", nil), ("find . -exec {} \\;", .appendedArguments),
        ]
        for (command, reason) in table {
            if let reason {
                #expect(unknowns(command).contains(reason), "\(command)")
            } else {
                #expect(unknowns(command).isEmpty, "\(command): \(unknowns(command))")
            }
        }
    }
}
