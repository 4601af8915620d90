/// The scripts. POSIX sh, and of utilities what coreutils and BusyBox have in common.
enum FileScripts {
    /// `$1`: the path, absolute. Ends with a code of `FileFailure` when it is no file that can be read.
    private static let check = """
        p=$1
        if [ ! -e "$p" ]; then [ -L "$p" ] && exit 71; exit 70; fi
        [ -d "$p" ] && exit 72
        [ -f "$p" ] || exit 73

        """

    /// `$2`: the first byte, from 1; `$3`: the most bytes. The size on standard error, the content on standard output.
    static let read = check + """
        [ -r "$p" ] || exit 74
        wc -c <"$p" >&2 || exit 74
        tail -c "+$2" <"$p" | head -c "$3"

        """

    /// `$2`: `create`, `replace` or `any`; `$3`: the number of bytes on standard input; `$4`: the SHA-256 that the old content
    /// must have, or nothing. Says `new` or `old`. What is written appears as a whole or not at all; of an old file mode and owner stay, and
    /// through a link its target is written, if that is there: BusyBox's readlink takes one that leads nowhere for another place.
    static let write = """
        p=$1
        if [ -L "$p" ]; then [ -e "$p" ] || exit 71; p=$(readlink -f -- "$p" && echo .) || exit 71; p=${p%??}; fi
        case $p in */*) d=${p%/*}/ ;; *) exit 77 ;; esac
        [ -d "$d" ] || exit 77
        [ -d "$p" ] && exit 72
        k=old
        if [ -e "$p" ]; then
          [ -f "$p" ] || exit 73
          [ "$2" = create ] && exit 78
          [ -w "$p" ] || exit 74
        else
          k=new
          [ "$2" = replace ] && exit 70
          [ -z "$4" ] || exit 79
        fi
        [ -w "$d" ] && [ -x "$d" ] || exit 74
        t=
        trap '[ -z "$t" ] || rm -f -- "$t"' EXIT
        trap 'exit 83' HUP INT TERM
        t=$(mktemp "${d}.execkit-XXXXXXXX") || exit 80
        if [ -e "$p" ]; then
          cp -p -- "$p" "$t" || exit 80
        else
          m=$(umask) && chmod "$(printf %o "$((0666 & ~0$m))")" "$t"
        fi
        cat >"$t" || exit 80
        n=$(wc -c <"$t") && [ "$n" -eq "$3" ] || exit 81
        if [ -n "$4" ]; then
          command -v sha256sum >/dev/null || exit 82
          s=$(sha256sum <"$p") || exit 79
          [ "${s%% *}" = "$4" ] || exit 79
        fi
        mv -f -- "$t" "$p" || exit 74
        t=
        printf %s "$k"

        """
}
