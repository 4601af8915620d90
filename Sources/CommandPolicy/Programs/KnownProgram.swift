/// Programs whose arguments say more: that start other programs, read scripts, or can do wide damage.
enum KnownProgram {
    case wrapper(WrapperGrammar)
    case shell(ShellDialect)
    case eval, source, trap, alias, hash, unset
    case find, busybox, echo, download
    case remove, move, dd, makeFilesystem, wipe, shutdown, initialize, systemctl, permissions, kill, killAll
    case tee, copy, netcat, interpreter
    case vault, vaultKeys

    static let table: NameTable = {
        NameTable(list.enumerated().map { (Array($0.element.0.utf8), $0.offset) })
    }()

    static func at(_ index: Int) -> KnownProgram { list[index].1 }

    private static let list: [(String, KnownProgram)] = wrappers + shells + others

    private static let shells: [(String, KnownProgram)] =
        ["bash", "rbash", "zsh", "ksh", "ksh93", "mksh", "fish"].map { ($0, .shell(.bash)) }
        + ["sh", "dash", "ash", "yash", "posh", "csh", "tcsh"].map { ($0, .shell(.posix)) }

    private static let others: [(String, KnownProgram)] = [
        ("eval", .eval), ("source", .source), (".", .source), ("trap", .trap), ("alias", .alias), ("hash", .hash),
        ("unset", .unset), ("find", .find), ("gfind", .find), ("busybox", .busybox), ("toybox", .busybox),
        ("echo", .echo), ("printf", .echo), ("curl", .download), ("wget", .download), ("fetch", .download),
        ("aria2c", .download), ("rm", .remove), ("grm", .remove), ("mv", .move), ("dd", .dd),
            ("mkswap", .makeFilesystem),
        ("mke2fs", .makeFilesystem), ("wipefs", .wipe), ("blkdiscard", .wipe), ("shred", .wipe), ("sgdisk", .wipe),
        ("shutdown", .shutdown), ("reboot", .shutdown), ("halt", .shutdown), ("poweroff", .shutdown),
        ("init", .initialize), ("telinit", .initialize), ("systemctl", .systemctl), ("chmod", .permissions),
        ("chown", .permissions), ("chgrp", .permissions), ("kill", .kill), ("killall5", .killAll), ("tee", .tee),
        ("cp", .copy), ("nc", .netcat), ("ncat", .netcat), ("netcat", .netcat), ("execkit", .vault),
        ("execkit-keeper", .vaultKeys), ("keyctl", .vaultKeys), ("secret-tool", .vaultKeys),
    ] + ["python", "python2", "python3", "perl", "ruby", "node", "php", "lua", "tclsh"].map { ($0, .interpreter) }

    private static let wrappers: [(String, KnownProgram)] = WrapperGrammar.all.map { ($0.0, .wrapper($0.1)) }
}
