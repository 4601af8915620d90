/// How a program that starts another one reads its own arguments, so that the other one's place is known.
struct WrapperGrammar: Sendable {
    /// Short options that take a value.
    var short = ""
    /// Long options that take a value as the next word.
    var long: [String] = []
    /// Operands in front of the program: the duration of `timeout`.
    var operands = 0
    /// `NAME=value` words may stand in front of the program.
    var assignments = false
    /// Short options after which nothing is started: `command -v`.
    var queries = ""
    /// Short and long options whose value is a shell command.
    var script = ""
    var longScript = ""
    /// The remaining words are joined into a shell command: `watch`, `ssh`.
    var joins = false
    /// Its input is appended to the command as arguments: `xargs`.
    var appends = false
    /// A word that ends the command: `:::` of `parallel`.
    var stop = ""
    /// Options may come after operands.
    var permutes = false

    static let all: [(String, WrapperGrammar)] = [
        ("env", .init(short: "uCa", long: ["--unset", "--chdir", "--argv0"], assignments: true, script: "S", longScript: "--split-string")),
        ("sudo", .init(
            short: "ugpCDhrTtUR",
            long: ["--user", "--group", "--prompt", "--close-from", "--chdir", "--host", "--role", "--type", "--other-user", "--command-timeout", "--chroot"],
            assignments: true)),
        ("doas", .init(short: "uC", assignments: true)),
        ("pkexec", .init(long: ["--user"])),
        ("run0", .init(short: "ugDp", long: ["--user", "--group", "--unit", "--property", "--chdir", "--setenv", "--nice"])),
        ("systemd-run", .init(
            short: "pMHuE",
            long: ["--property", "--machine", "--host", "--unit", "--setenv", "--uid", "--gid", "--slice", "--description", "--working-directory", "--nice"])),
        ("xargs", .init(
            short: "adEILnPsJRS",
            long: ["--arg-file", "--delimiter", "--max-lines", "--max-args", "--max-procs", "--max-chars", "--process-slot-var"],
            appends: true)),
        ("parallel", .init(
            short: "jNInLPSaCdEs",
            long: ["--jobs", "--colsep", "--arg-file", "--delay", "--timeout", "--joblog", "--results", "--retries", "--sshlogin", "--tmpdir", "--workdir"],
            joins: true, appends: true, stop: ":::")),
        ("nohup", .init()), ("setsid", .init()), ("builtin", .init()), ("fakeroot", .init(short: "lisb")),
        ("eatmydata", .init()), ("unbuffer", .init()), ("dbus-run-session", .init(long: ["--config-file", "--dbus-daemon"])),
        ("torsocks", .init()), ("proxychains", .init(short: "f")), ("proxychains4", .init(short: "f")),
        ("catchsegv", .init()), ("linux32", .init()), ("linux64", .init()), ("setarch", .init(operands: 1)),
        ("timeout", .init(short: "ks", long: ["--kill-after", "--signal"], operands: 1)),
        ("nice", .init(short: "n", long: ["--adjustment"])),
        ("ionice", .init(short: "cnpPu", long: ["--class", "--classdata", "--pid", "--pgid", "--uid"])),
        ("chrt", .init(short: "TPD", long: ["--sched-runtime", "--sched-period", "--sched-deadline"], operands: 1)),
        ("taskset", .init(operands: 1)),
        ("numactl", .init(short: "NCmpil", long: ["--cpunodebind", "--physcpubind", "--membind", "--preferred", "--interleave"])),
        ("prlimit", .init(short: "p", long: ["--pid"])),
        ("stdbuf", .init(short: "ioe", long: ["--input", "--output", "--error"])),
        ("command", .init(queries: "vV")), ("exec", .init(short: "a")),
        ("time", .init(short: "fo", long: ["--format", "--output"])),
        ("watch", .init(short: "nq", long: ["--interval", "--equexit"], joins: true)),
        ("ssh", .init(short: "BbcDEeFIiJLlmOopQRSWw", operands: 1, joins: true)),
        ("strace", .init(short: "oeEpPsSuUaIbOX", long: ["--output", "--trace", "--user", "--attach", "--env"])),
        ("ltrace", .init(short: "oeEpsSunaAlDFwx", long: ["--output", "--indent"])),
        ("valgrind", .init()), ("gosu", .init(operands: 1)), ("su-exec", .init(operands: 1)),
        ("script", .init(short: "moBIOTE", script: "c", longScript: "--command", permutes: true)),
        ("su", .init(short: "gGsw", long: ["--group", "--supp-group", "--shell", "--whitelist-environment"], script: "c", longScript: "--command", permutes: true)),
        ("runuser", .init(short: "ugGsw", long: ["--user", "--group", "--supp-group", "--shell"], script: "c", longScript: "--command")),
        ("chroot", .init(long: ["--userspec", "--groups"], operands: 1)),
        ("unshare", .init(short: "SGRw", long: ["--setuid", "--setgid", "--root", "--wd", "--map-user", "--map-group", "--propagation", "--setgroups"])),
        ("nsenter", .init(short: "tSG", long: ["--target", "--setuid", "--setgid"])),
        ("setpriv", .init(long: ["--reuid", "--regid", "--groups", "--bounding-set", "--inh-caps", "--ambient-caps", "--securebits", "--selinux-label"])),
        ("flock", .init(short: "wE", long: ["--timeout", "--wait", "--conflict-exit-code"], operands: 1, script: "c", longScript: "--command")),
        ("bwrap", .init()), ("firejail", .init()), ("hyperfine", .init(short: "wmMrpcnL", joins: true)),
        ("entr", .init()), ("cgexec", .init(short: "g")),
        ("nix-shell", .init(short: "pIA", script: "", longScript: "--run")),
    ]

    /// The dynamic loader, given a program: `/lib64/ld-linux-x86-64.so.2 /bin/ls` (ld.so(8)).
    static let loader = WrapperGrammar(long: ["--library-path", "--preload", "--argv0", "--audit", "--inhibit-rpath", "--glibc-hwcaps-mask", "--glibc-hwcaps-prepend"])

    static func isLoader(_ name: ArraySlice<UInt8>) -> Bool {
        name.starts(with: "ld-linux".utf8) || name.starts(with: "ld-musl".utf8) || name.starts(with: "ld.so".utf8)
            || name.starts(with: "ld64.so".utf8) || name.starts(with: "ld-2.".utf8)
    }
}
