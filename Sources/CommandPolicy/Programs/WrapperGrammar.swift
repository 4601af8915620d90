/// How a program that starts another one reads its own arguments, so that the other one's place is known.
///
/// A class, so that a look-up hands out a reference and copies no field.
final class WrapperGrammar: Sendable {
    /// Short options that take a value.
    let short: String
    /// Long options that take a value as the next word.
    let long: [String]
    /// Operands in front of the program: the duration of `timeout`.
    let operands: Int
    /// `NAME=value` words may stand in front of the program.
    let assignments: Bool
    /// Short options after which nothing is started: `command -v`.
    let queries: String
    /// Short and long options whose value is a shell command.
    let script: String
    let longScript: String
    /// The remaining words are joined into a shell command: `watch`, `ssh`.
    let joins: Bool
    /// Its input is appended to the command as arguments: `xargs`.
    let appends: Bool
    /// A word that ends the command: `:::` of `parallel`.
    let stop: String
    /// Options may come after operands.
    let permutes: Bool

    /// Starts a shell when no program follows.
    let startsShell: Bool

    init(
        short: String = "", long: [String] = [], operands: Int = 0, assignments: Bool = false, queries: String = "",
        script: String = "", longScript: String = "", joins: Bool = false, appends: Bool = false, stop: String = "",
        permutes: Bool = false, startsShell: Bool = false
    ) {
        self.short = short
        self.long = long
        self.operands = operands
        self.assignments = assignments
        self.queries = queries
        self.script = script
        self.longScript = longScript
        self.joins = joins
        self.appends = appends
        self.stop = stop
        self.permutes = permutes
        self.startsShell = startsShell
    }

    static let all: [(String, WrapperGrammar)] = [
        ("env", .init(short: "uCa", long: ["--unset", "--chdir", "--argv0"], assignments: true, script: "S",
            longScript: "--split-string")),
        ("sudo", .init(
            short: "ugpCDhrTtUR",
            long: ["--user", "--group", "--prompt", "--close-from", "--chdir", "--host", "--role", "--type",
                "--other-user", "--command-timeout", "--chroot"],
            assignments: true, startsShell: true)),
        ("doas", .init(short: "uC", assignments: true, startsShell: true)),
        ("pkexec", .init(long: ["--user"])),
        ("run0", .init(short: "ugDp", long: ["--user", "--group", "--unit", "--property", "--chdir", "--setenv",
            "--nice"])),
        ("systemd-run", .init(
            short: "pMHuE",
            long: ["--property", "--machine", "--host", "--unit", "--setenv", "--uid", "--gid", "--slice",
                "--description", "--working-directory", "--nice"])),
        ("xargs", .init(
            short: "adEILnPsJRS",
            long: ["--arg-file", "--delimiter", "--max-lines", "--max-args", "--max-procs", "--max-chars",
                "--process-slot-var"],
            appends: true)),
        ("parallel", .init(
            short: "jNInLPSaCdEs",
            long: ["--jobs", "--colsep", "--arg-file", "--delay", "--timeout", "--joblog", "--results", "--retries",
                "--sshlogin", "--tmpdir", "--workdir"],
            joins: true, appends: true, stop: ":::")),
        ("nohup", .init()), ("setsid", .init()), ("builtin", .init()), ("fakeroot", .init(short: "lisb")),
        ("eatmydata", .init()), ("unbuffer", .init()),
            ("dbus-run-session", .init(long: ["--config-file", "--dbus-daemon"])),
        ("torsocks", .init()), ("proxychains", .init(short: "f")), ("proxychains4", .init(short: "f")),
        ("catchsegv", .init()), ("linux32", .init()), ("linux64", .init()), ("setarch", .init(operands: 1)),
        ("timeout", .init(short: "ks", long: ["--kill-after", "--signal"], operands: 1)),
        ("nice", .init(short: "n", long: ["--adjustment"])),
        ("ionice", .init(short: "cnpPu", long: ["--class", "--classdata", "--pid", "--pgid", "--uid"])),
        ("chrt", .init(short: "TPD", long: ["--sched-runtime", "--sched-period", "--sched-deadline"], operands: 1)),
        ("taskset", .init(operands: 1)),
        ("numactl", .init(short: "NCmpil", long: ["--cpunodebind", "--physcpubind", "--membind", "--preferred",
            "--interleave"])),
        ("prlimit", .init(short: "p", long: ["--pid"])),
        ("stdbuf", .init(short: "ioe", long: ["--input", "--output", "--error"])),
        ("command", .init(queries: "vV")), ("exec", .init(short: "a")),
        ("time", .init(short: "fo", long: ["--format", "--output"])),
        ("watch", .init(short: "nq", long: ["--interval", "--equexit"], joins: true)),
        ("ssh", .init(short: "BbcDEeFIiJLlmOopQRSWw", operands: 1, joins: true, startsShell: true)),
        ("strace", .init(short: "oeEpPsSuUaIbOX", long: ["--output", "--trace", "--user", "--attach", "--env"])),
        ("ltrace", .init(short: "oeEpsSunaAlDFwx", long: ["--output", "--indent"])),
        ("valgrind", .init()), ("gosu", .init(operands: 1)), ("su-exec", .init(operands: 1)),
        ("script", .init(short: "moBIOTE", script: "c", longScript: "--command", permutes: true)),
        ("su", .init(short: "gGsw", long: ["--group", "--supp-group", "--shell", "--whitelist-environment"],
            script: "c", longScript: "--command", permutes: true, startsShell: true)),
        ("runuser", .init(short: "ugGsw", long: ["--user", "--group", "--supp-group", "--shell"], script: "c",
            longScript: "--command")),
        ("chroot", .init(long: ["--userspec", "--groups"], operands: 1, startsShell: true)),
        ("unshare", .init(short: "SGRw", long: ["--setuid", "--setgid", "--root", "--wd", "--map-user", "--map-group",
            "--propagation", "--setgroups"], startsShell: true)),
        ("nsenter", .init(short: "tSG", long: ["--target", "--setuid", "--setgid"], startsShell: true)),
        ("setpriv", .init(long: ["--reuid", "--regid", "--groups", "--bounding-set", "--inh-caps", "--ambient-caps",
            "--securebits", "--selinux-label"])),
        ("flock", .init(short: "wE", long: ["--timeout", "--wait", "--conflict-exit-code"], operands: 1, script: "c",
            longScript: "--command")),
        ("bwrap", .init()), ("firejail", .init()), ("hyperfine", .init(short: "wmMrpcnL", joins: true)),
        ("entr", .init()), ("cgexec", .init(short: "g")),
        ("nix-shell", .init(short: "pIA", script: "", longScript: "--run")),
    ]

    /// `busybox`: the next word is the program.
    static let plain = WrapperGrammar()

    /// The dynamic loader, given a program: `/lib64/ld-linux-x86-64.so.2 /bin/ls` (ld.so(8)).
    static let loader = WrapperGrammar(long: ["--library-path", "--preload", "--argv0", "--audit", "--inhibit-rpath",
        "--glibc-hwcaps-mask", "--glibc-hwcaps-prepend"])

    static func isLoader(_ name: ArraySlice<UInt8>) -> Bool {
        name.starts(with: "ld-linux".utf8) || name.starts(with: "ld-musl".utf8) || name.starts(with: "ld.so".utf8)
            || name.starts(with: "ld64.so".utf8) || name.starts(with: "ld-2.".utf8)
    }
}
