import CommandPolicy
import Testing

@Suite("Corpora")
struct CorpusTests {
    /// Ways to reach one program, with `@` where it stands and no argument of its own needed.
    static let wrappers = """
        @ x
        /bin/@ x
        ./@ x
        ../bin/@ x
        //bin//@ x
        ~/bin/@ x
        "$HOME"/bin/@ x
        "$HOME/bin/@" x
        /proc/self/root/bin/@ x
        /lib64/ld-linux-x86-64.so.2 /bin/@ x
        /lib/ld-musl-x86_64.so.1 --library-path /lib /bin/@ x
        X=1 @ x
        X= Y='a b' @ x
        X=$(true) @ x
        X+=1 @ x
        >f @ x
        <f @ x
        2>&1 @ x
        {fd}>f @ x
        &>f @ x
        ! @ x
        time @ x
        time -p @ x
        /usr/bin/time -v @ x
        /usr/bin/time -f %e -o f @ x
        coproc @ x
        coproc N { @ x; }
        env @ x
        env -i @ x
        env - @ x
        env -u A @ x
        env --unset=A B=1 @ x
        env -C / @ x
        env -S '@ x'
        env -S'@ x'
        env -iS '@ x'
        env --split-string='@ x'
        env --split-string '@ x'
        env -- @ x
        env env env @ x
        /usr/bin/env @ x
        sudo @ x
        sudo -n @ x
        sudo -u root @ x
        sudo -uroot @ x
        sudo -nEu root X=1 @ x
        sudo --user root -- @ x
        sudo --user=root @ x
        sudo -s @ x
        sudo -i @ x
        sudo sh -c '@ x'
        doas @ x
        doas -u root @ x
        pkexec @ x
        pkexec --user root @ x
        su -c '@ x'
        su root -c '@ x'
        su - root -c '@ x'
        su --command='@ x'
        su --command '@ x' root
        runuser -u me -- @ x
        runuser -c '@ x'
        xargs @
        xargs -0 @
        xargs -n 1 -P 4 @
        xargs -n1 -I{} @ {}
        xargs -I % sh -c '@ %'
        xargs -d '\\n' @
        xargs --max-args=1 @
        xargs --max-args 1 @
        xargs -r -- @
        xargs env @
        find . -exec @ {} \\;
        find . -exec @ {} +
        find . -name x -execdir @ {} \\;
        find . -ok @ {} ';'
        find . -okdir @ {} ";"
        find . -exec true {} \\; -exec @ {} +
        find . -exec sh -c '@ "$1"' _ {} \\;
        find . -exec env @ {} \\;
        find -L . \\( -name a -o -name b \\) -exec /bin/@ {} +
        find . -print0 | xargs -0 @
        nohup @ x
        nohup @ x &
        timeout 5 @ x
        timeout -k 1 5s @ x
        timeout -s KILL 5 @ x
        timeout --signal=KILL 5 @ x
        timeout --preserve-status --kill-after 1 5 @ x
        nice @ x
        nice -n 10 @ x
        nice -n10 @ x
        nice -10 @ x
        nice --adjustment=10 @ x
        ionice -c3 @ x
        ionice -c 3 -n 7 @ x
        chrt -f 10 @ x
        taskset 1 @ x
        taskset -c 0 @ x
        numactl -N 0 @ x
        prlimit --nofile=10 @ x
        stdbuf -oL @ x
        stdbuf -o L -e L @ x
        stdbuf --output=L @ x
        unbuffer @ x
        setsid @ x
        setsid -f @ x
        setarch x86_64 -R @ x
        linux32 @ x
        command @ x
        command -p @ x
        command -- @ x
        command command @ x
        builtin command @ x
        exec @ x
        exec -a name @ x
        exec -cl @ x
        watch @ x
        watch -n 1 @ x
        watch -n1 '@ x'
        parallel @ ::: a b
        parallel -j 2 '@ {}' ::: a
        strace @ x
        strace -f -o out -e trace=file @ x
        ltrace -o out @ x
        valgrind @ x
        script -c '@ x' f
        script -qc '@ x' f
        script f -c '@ x'
        script --command '@ x'
        script --command='@ x' f
        flock f @ x
        flock -n f @ x
        flock -w 5 f @ x
        flock f -c '@ x'
        chroot / @ x
        chroot --userspec=a:b / @ x
        unshare -r @ x
        unshare --map-root-user --fork @ x
        nsenter -t 1 -m @ x
        nsenter --target 1 --mount -- @ x
        setpriv --reuid 1 --clear-groups @ x
        busybox @ x
        toybox @ x
        busybox sh -c '@ x'
        systemd-run --scope @ x
        systemd-run -p X=1 --unit u @ x
        dbus-run-session -- @ x
        fakeroot @ x
        gosu me @ x
        torsocks @ x
        ssh host @ x
        ssh -p 22 -i key me@host '@ x'
        ssh localhost "cd / && @ x"
        hyperfine '@ x'
        entr @ x
        sh -c '@ x'
        sh -c "@ x"
        sh -ec '@ x'
        sh -c -e '@ x'
        bash -c '@ x'
        bash -lc '@ x'
        bash -xc '@ x'
        bash -o pipefail -c '@ x'
        bash --norc -c '@ x'
        bash --noprofile --norc -ec '@ x'
        bash +x -c '@ x'
        bash -c '@ "$1"' _ x
        bash -c "bash -c '@ x'"
        bash -c "bash -c \\"bash -c '@ x'\\""
        bash -c 'a; b && (c | @ x)'
        bash -c 'eval "@ x"'
        bash -c $'@\\x20x'
        bash -c "@ $x"
        /bin/sh -c '@ x'
        dash -c '@ x'
        zsh -c '@ x'
        ksh -c '@ x'
        ash -c '@ x'
        dash -c '((@ x))'
        eval @ x
        eval '@ x'
        eval "@ x"
        eval '@' 'x'
        eval eval @ x
        eval 'eval "@ x"'
        eval "a; @ $x"
        eval -- @ x
        trap '@ x' EXIT
        trap "@ x" INT TERM
        trap -- '@ x' 0
        alias y='@ x'
        alias a=b y="@ x"
        hash -p /bin/@ y
        PROMPT_COMMAND='@ x'
        PS4='$(@ x)'; set -x
        source /dev/stdin <<< '@ x'
        . /dev/stdin <<< '@ x'
        bash <<< '@ x'
        bash -s <<< '@ x'
        sh -s -- a <<< "@ x"
        echo '@ x' | sh
        echo "@ x" | bash
        echo @ x | sh
        echo -n '@ x' | bash -s
        echo -e 'a\\n@ x' | bash
        printf '@ x' | sh
        printf '%s' '@ x' | sh
        printf 'a\\n@ x\\n' | sudo bash
        echo '@ x' | cat | sh
        echo '@ x' | (sh)
        echo '@ x' | { bash; }
        echo '@ x' | env bash
        true; @ x
        true;@ x
        true && @ x
        true || @ x
        true | @ x
        true |& @ x
        true & @ x
        true&@ x
        @ x & true
        @ x | true
        (@ x)
        ( @ x )
        { @ x; }
        { { @ x; }; }
        ( { (@ x); } )
        $(@ x)
        $( @ x )
        echo $(@ x)
        echo "$(@ x)"
        echo "a $(echo "b $(@ x)") c"
        echo `@ x`
        echo "`@ x`"
        echo `echo \\`@ x\\``
        echo "`echo \\"\\`@ x\\`\\"`"
        cat <(@ x)
        tee >(@ x)
        diff <(true) <(@ x)
        true > >(@ x)
        true < <(@ x)
        echo ${y:-$(@ x)}
        echo "${y:-$(@ x)}"
        echo ${y:+`@ x`}
        echo ${y/a/$(@ x)}
        echo ${y[$(@ x)]}
        echo "${y:-"$(@ x)"}"
        echo $(( $(@ x) ))
        echo $((1 + `@ x`))
        echo $[ $(@ x) ]
        (( $(@ x) ))
        ((y[$(@ x)]))
        $((@ x); true)
        ((@ x); true)
        $( (@ x) )
        y=$(@ x)
        y=`@ x`
        y="$(@ x)"
        y=($(@ x))
        y=(a b $(@ x) c)
        declare y=$(@ x)
        export y="$(@ x)"
        local y=`@ x`
        echo > $(@ x)
        cat <<< "$(@ x)"
        cat <<< `@ x`
        if @ x; then true; fi
        if true; then @ x; fi
        if true; then true; else @ x; fi
        if true; then true; elif @ x; then true; fi
        if ! @ x; then true; fi
        while @ x; do true; done
        while true; do @ x; done
        until @ x; do true; done
        until true; do @ x; done < f
        for y in a b; do @ x; done
        for y in $(@ x); do true; done
        for y; do @ x; done
        for y do @ x; done
        for ((;;)); do @ x; done
        for ((i=$(@ x);;)); do true; done
        select y in a; do @ x; done
        case a in a) @ x;; esac
        case a in b) true;; *) @ x; esac
        case a in (a|b) @ x;; esac
        case $(@ x) in a) true;; esac
        case a in $(@ x)) true;; esac
        case a in "`@ x`") true;; esac
        case a in a) true;; esac; @ x
        case a in a) case b in b) @ x;; esac;; esac
        [[ -n $(@ x) ]]
        [[ a == b || $(@ x) ]]
        [[ a ]] && @ x
        [ a ] || @ x
        test a && @ x
        f() { @ x; }; f
        f() { @ x; }
        f () ( @ x )
        function f { @ x; }
        function f() { @ x; }
        f() if true; then @ x; fi
        f() for y in a; do @ x; done
        f() { g() { @ x; }; }
        @() { command @ x; }; @ x
        \\@ x
        '@' x
        "@" x
        ''@ x
        @'' x
        ""@"" x
        $'@' x
        $"@" x
        @	x
        "@"	x
        \t@ x
        echo 'a;b'; @ x
        echo "a;b" && @ x
        echo 'it'\\''s'; @ x
        echo "\\""; @ x
        echo '\\'; @ x
        echo $'\\''; @ x
        echo a#b; @ x
        echo ${#y}; @ x
        echo $#; @ x
        echo {a,b}; @ x
        echo ${y#"}"}; @ x
        echo "${y%\\}}"; @ x
        echo $(echo ')'); @ x
        echo $(echo ")"; @ x)
        echo $(case a in a) echo;; esac; @ x)
        echo $(( 1 << 2 )); @ x
        (( 1 << 2 )); @ x
        echo a >f 2>&1; @ x
        echo a \\; @; @ x
        {@,x}
        /bin/{@,y} x
        @${IFS}x
        @$IFS-rf$IFS x
        /bin/@$y
        @$@ x
        $y @ x
        $SUDO @ x
        ${SUDO} @ x
        $(true) @ x
        exec 3>&1; @ x
        set -e; cd /tmp && @ x
        wait; @ x
        : ; @ x
        :; (@ x) &
        nohup sh -c '@ x' >/dev/null 2>&1 &
        sudo env X=1 nice -n 5 timeout 3 bash -c 'eval "@ x"'
        sudo bash -c "$(@ x)"
        git log | xargs sudo @
        setsid nohup env bash -c '(@ x &)'
        """.split(separator: "\n").map { $0.replacing("\\t", with: "\t") }

    /// The same over several lines.
    static let lines = [
        "true\n@ x", "\n\n@ x\n", "# c\n@ x", "true # c\n@ x", "true \\\n; @ x", "@ \\\nx", "if true\nthen\n@ x\nfi",
        "for y in a\ndo\n@ x\ndone",
        "case a\nin\na)\n@ x\n;;\nesac", "f()\n{\n@ x\n}", "cat <<E\na\nE\n@ x", "cat <<'E'\n'\nE\n@ x",
        "cat <<-E\n\ta\n\tE\n@ x", "cat <<E\n$(@ x)\nE",
        "cat <<E\n`@ x`\nE", "cat <<\"E\" | sh\n@ x\nE\n@ x", "bash <<E\n@ x\nE", "bash <<'E'\n@ x\nE",
        "sh -s <<-E\n\t@ x\n\tE", "sudo bash <<E\n@ x\nE", "(bash) <<E\n@ x\nE",
        "{ sh; } <<'E'\n@ x\nE", ". /dev/stdin <<E\n@ x\nE", "cat <<A <<B\nA\n$(@ x)\nB", "cat <<E; @ x\nE",
        "cat <<E && @ x\na\nE", "cat <<'E F'\na\nE F\n@ x", "cat <<E\nE \nE\n@ x",
        "echo 'a\nb'; @ x", "echo \"a\nb\"\n@ x", "a=(b\nc)\n@ x", "(\n@ x\n)", "{\n@ x\n}", "$(\n@ x\n)",
        "true &&\n@ x", "true |\n@ x", "true ||\n\n@ x", "[[ a\n]]\n@ x",
        "echo $(cat <<E\na\nE\n)\n@ x", "\\\n@ x", "env \\\n@ x", "ssh h <<E\n$(@ x)\nE",
        "cat <<E | sh\n@ x\nE", "cat <<'E' | sudo bash\n@ x\nE", "(cat <<E) | bash\n@ x\nE",
        "cat <<'E' | tee f | sh -s\n@ x\nE",
        "ssh h <<E\n@ x\nE", "ssh h bash <<'E'\n@ x\nE", "ssh -T h 'bash -s' <<E\n@ x\nE", "sudo -s <<E\n@ x\nE",
        "su - me <<E\n@ x\nE",
        "chroot /m <<E\n@ x\nE", "bash -c bash <<E\n@ x\nE", "eval sh <<E\n@ x\nE", "echo '@ x' | ssh h",
        "unshare -r <<E\n@ x\nE",
    ]

    @Test("A forbidden program is denied in every wrapper")
    func wrapped() throws {
        let policy = try policy(#"{"deny": ["rm"], "builtin": {"remove-root": "off"}}"#)
        let corpus = Self.wrappers + Self.lines
        #expect(corpus.count >= 300)
        for shape in corpus {
            let command = shape.replacing("@", with: "rm")
            #expect(policy.judge(command).deciding?.rule == .operator(list: .deny, index: 0), "\(command)")
        }
    }

    @Test("Beside a list of allowed programs nothing of the kind gets through either")
    func wrappedAllowed() throws {
        let policy = try policy(#"{"allow": ["echo", "true", "cat", "sh", "bash", "env", "sudo", "find", "xargs"]}"#)
        for shape in Self.wrappers + Self.lines {
            let command = shape.replacing("@", with: "rm")
            #expect(policy.judge(command).outcome == .deny, "\(command)")
        }
    }
}

extension StringProtocol {
    func replacing(_ text: String, with other: String) -> String { components(text).joined(separator: other) }
}
