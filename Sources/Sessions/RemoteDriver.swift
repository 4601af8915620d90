/// The shell text that frames a session where only a POSIX shell can be reached. Pure text.
///
/// It becomes three processes around the session's shell, joined by pipes that the shell itself makes:
///
///     channel's input ─ feeder ─ session's shell ─ (what it says itself) ─ teller ─ marks on the channel's outputs
///                                      └ a command's output goes to the channel's outputs directly
///
/// The **feeder** hands the lines for the shell on, and acts on all others: it signals processes, keeps a command's input in
/// a private file, marks where a command begins, and ends every process of the session when the channel's input ends,
/// also when that happens because this program or the connection has died. The **teller** reads what the session's shell
/// prints for itself, finds the reports in it, and repeats them on both outputs behind everything the command has printed.
/// Neither has anything in its arguments or environment, and what a command starts inherits no end of their pipes.
///
/// The text is one line without comments, since it is itself sent as one.
enum RemoteDriver {
    /// What a channel runs: a shell that reads one line and evaluates it. Nothing of the driver shows in a process list.
    static let bootstrap = Array("IFS= read -r x&&eval \"$x\"".utf8)

    /// Stands before and behind every mark.
    static let markByte: UInt8 = 0x1E
    /// Separates the fields of a mark.
    static let fieldByte: UInt8 = 0x1F

    /// What the driver is told first, in this order.
    struct Greeting {
        /// Stands in the marks for the shell's end and for what is left at the end: secret until then.
        var secret: String
        /// Stands in the answer to the greeting.
        var hello: String
        /// Path of the shell; `nil` takes bash, else sh.
        var shell: String?
        /// Values of `coredump_filter`, the first that no process has is taken: the tag of the session's processes.
        var tags: [String]
        /// Whole seconds from SIGTERM to SIGKILL.
        var grace: Int

        var line: [UInt8] {
            Array("\(secret) \(hello) \(grace) \(shell ?? "-") \(tags.joined(separator: " "))\n".utf8)
        }
    }

    /// The line that makes a session's driver.
    static let session: [UInt8] = line(setup + census + ending + feeder + teller + shell)

    /// The line that makes a background command's shell.
    static let job: [UInt8] = line(jobText)

    /// The line that ends what is left of a session whose own driver is gone. Prints the same mark.
    static let cleaner: [UInt8] = line(
        "IFS=\" \" read -r s G t A K J;exec 8>&2 2>/dev/null;" + census + ending + "c;")

    /// The line that ends a process of ours, what came from it, and what is in its session.
    ///
    /// - Parameter grace: whole seconds from SIGTERM to SIGKILL.
    static func ending(process: Int32, grace: Int) -> [UInt8] {
        line("exec >/dev/null 2>&1;P=\(process);j=\(grace * 20);" + census + treeEnding)
    }

    /// The pieces above in one line: each of their lines ends where a shell may read a blank.
    private static func line(_ text: String) -> [UInt8] {
        let lines = text.split(separator: "\n").map { $0.drop { $0 == " " } }
        return Array((lines.joined(separator: " ") + "\n").utf8)
    }

    // Variables: s secret, h hello, G grace, w shell, t tag, d directory for private files, A the shell's process and K
    // its start time, J background commands' processes, b when the command began, Q all processes, R a tree, L lines.

    private static let setup = """
        IFS=" " read -r s h G w c||exit;
        exec 7>&1 8>&2 >/dev/null 2>&1;
        d=;
        for i in /dev/shm "${TMPDIR:-/tmp}" /tmp /var/tmp;do
        case $i in /*)[ -d "$i" ]&&[ -w "$i" ]&&{ d=$i;break;};;esac;done;
        u=;
        for i in /proc/[0-9]*/coredump_filter;do IFS= read -r v <"$i"&&u="$u $v";done 2>/dev/null;
        t=;
        if [ -w /proc/self/coredump_filter ];then
        for i in $c;do case "$u " in *" $i "*);;*)t=$i;break;;esac;done;fi;
        if [ "$w" = - ];then w=$(command -v bash)||w=/bin/sh;fi;
        A=;K=;J=;b=0;

        """

    /// Who is there (process, parent, session, start, state; without `/proc` the group for the session), and who of them
    /// belongs to a process: its descendants and whoever is in its session.
    private static let census = """
        q(){ Q=;if [ -r "/proc/$$/stat" ];then for i in /proc/[0-9]*/stat;do IFS= read -r v <"$i"||continue;
        p=${v%% *};v=${v##*") "};set -- $v;Q="$Q $p:$2:$4:${20}:$1";done 2>/dev/null;
        else set -- $(ps -A -o pid= -o ppid= -o pgid= -o stat= 2>/dev/null);
        while [ $# -gt 3 ];do Q="$Q $1:$2:$3:0:${4%"${4#?}"}";shift 4;done;fi;};
        e(){ S=$1;while :;do o=$R;for i in $Q;do p=${i%%:*};
        case $R in *" $p "*)continue;;esac;
        x=${i#*:};y=${x%%:*};x=${x#*:};z=${x%%:*};
        case $R in *" $y "*)R="$R$p ";continue;;esac;
        case $S in *" $z "*)R="$R$p ";;esac;done;
        [ "$R" = "$o" ]&&break;done;};

        """

    /// c ends the session's processes: those with its tag, in its sessions, or below one of them.
    private static let ending = """
        r(){ q;R=" ";S=" $A $J ";
        for i in $Q;do p=${i%%:*};x=${i#*:*:*:};
        case $x in "$K":*)[ "$p" = "$A" ]&&R="$R$p ";;esac;
        [ -n "$t" ]&&IFS= read -r v <"/proc/$p/coredump_filter"&&[ "$v" = "$t" ]&&R="$R$p ";done 2>/dev/null;
        e "$S";
        L=" ";for i in $Q;do case $i in *:Z|*:X)continue;;esac;p=${i%%:*};
        case $R in *" $p "*)L="$L$p ";;esac;done;};
        k(){ for p in $2;do kill -s "$1" "$p";done 2>/dev/null;};
        o(){ O=;for p in $L;do [ "$p" = "$A" ]||O="$O $p";done;};
        n(){ sleep 0.0$1 2>/dev/null||sleep 1;};
        U(){ IFS=". " read -r i j v </proc/uptime&&T=$i$j||T=$((T+9));};
        c(){ T=0;r;o;if [ -n "$O" ];then k TERM "$O";k CONT "$O";U;X=$((T+G*100));
        while [ "$T" -lt "$X" ];do n 5;r;o;[ -n "$O" ]||break;U;done;fi;
        j=0;while [ "$L" != " " ]&&[ $j -lt 100 ];do k KILL "$L";[ $j -lt 3 ]&&n 1||n 5;r;j=$((j+1));done;
        set -- $L;printf "\\036%s\\037L%s\\036" "$s" $# >&8;};

        """

    /// Who it is about is known by number and start, so that no other is met.
    private static let treeEnding = """
        h(){ q;L=;for i in $Q;do case $i in *:Z|*:X)continue;;esac;p=${i%%:*};x=${i#*:*:*:};
        case $F in *" $p:${x%:*} "*)L="$L $p";;esac;done;};
        q;R=" $P ";e " $P ";F=" ";
        for i in $Q;do p=${i%%:*};x=${i#*:*:*:};case $R in *" $p "*)F="$F$p:${x%:*} ";;esac;done;
        h;for p in $L;do kill -s TERM "$p";done;
        while [ -n "$L" ]&&[ $j -gt 0 ];do sleep 0.05||{ sleep 1;j=$((j-19));};j=$((j-1));h;done;
        for p in $L;do kill -s KILL "$p";done;
        """

    /// f reads lines: a letter and what it is about.
    private static let feeder = """
        D(){ q;R=" $1 ";e " $1 ";M=;for i in $Q;do p=${i%%:*};[ "$p" = "$1" ]&&continue;
        case $i in *:Z|*:X)continue;;esac;
        x=${i#*:*:*:};x=${x%:*};[ "$x" -ge $((b-2)) ]||continue;
        case $R in *" $p "*)M="$M $p";;esac;done 2>/dev/null;};
        m(){ N=;while IFS=":\t " read -r i v;do
        if [ "$i" = SigIgn ];then case $v in *[2367abef])N=1;;esac;break;fi;done <"/proc/$1/status";[ -z "$N" ];};
        W(){ D "$1";j=0;for p in $M;do m "$p"||continue;j=$((j+1));i=INT;
        [ "$3" = k ]&&[ "/proc/$p/exe" -ef "/proc/$1/exe" ]&&case "$Q " in *" $p:$1:"*)i=KILL;;esac;
        kill -s $i "$p";done;
        printf "\\036%s\\037S%s\\036" "$2" $j >&8;};
        g(){ case $1 in
        i)kill -s INT -- "-$2"||{ D "$2";k INT "$M $2";};kill -s CONT -- "-$2";;
        d)D "$2";k INT "$M";kill -s INT "$2";;
        t)D "$2";k TERM "$M";k CONT "$M";;
        k)D "$2";k KILL "$M";kill -s CONT "$2";kill -s INT "$2";;
        s)W "$2" "$3" "$4";;
        g)kill -s "$3" -- "-$2"||kill -s "$3" "$2";;
        a)q;R=" $2 ";e " $2 ";k "$3" "$R";k CONT "$R";;
        esac;};
        P(){ IFS= read -r v <"/proc/$A/stat"&&{ v=${v##*") "};set -- $v;K=${20};};};
        f(){ LC_ALL=C;F=;trap "" PIPE INT;while IFS= read -r l;do case $l in
        :*)printf "%s\\n" "${l#?}";;
        =*)IFS=". " read -r i j v </proc/uptime&&b=$i$j;
        printf "\\036%s\\037B\\036" "${l#?}" >&7;printf "\\036%s\\037B\\036" "${l#?}" >&8;;
        !*)g ${l#?};;
        @*)A=${l#?};P;;
        +*)l=${l#?};F=${l%% *};(umask 077;set -C;printf "${l#* }" >"$F");;
        -*)rm -f -- "$F";F=;;
        "&"*)J="$J ${l#?}";;
        "~"*)G=${l#?};;
        esac;done 2>/dev/null;[ -z "$F" ]||rm -f -- "$F";c 2>/dev/null;};

        """

    /// l finds what the session's shell tells. First its process and its kind, behind what a loader may complain of.
    private static let teller = """
        l(){ LC_ALL=C;trap "" INT;a=;
        while IFS=" " read -r i a k;do [ "$i" = execkit-shell ]&&break;a=;done;
        printf "\\036%s\\037%s\\037%s\\037%s\\037%s\\037%s\\036" "$h" "$a" "$k" "$t" "$w" "$d" >&8;
        case $k in bash)y=" @";;*)y=E_;;esac;
        while IFS= read -r v;do case $v in
        *"$y"*x*)j=${v##*"$y"};n=${j%%x*};[ ${#n} = 32 ]||continue;case $n in *[!0-9a-f]*)continue;;esac;
        j=${j#*x};i=${j%%[!0-9]*};case ${j#"$i"} in ": "[0-9]*|" "[0-9.]*);;*)continue;;esac;
        PWD=;cd -P "/proc/$a/cwd"&&case $PWD in /proc/"$a"/cwd)PWD=;;esac;
        [ -n "$PWD" ]||PWD=$(readlink "/proc/$a/cwd");
        printf "\\036%s\\037%s\\036" "$n" "$i" >&7;
        printf "\\036%s\\037%s\\037%s\\036" "$n" "$v" "$PWD" >&8;cd /;;
        "X $s "*)printf "\\036%s\\037X%s\\036" "$s" "${v##* }" >&7;printf "\\036%s\\037X%s\\036" "$s" "${v##* }" >&8;
        break;;
        esac;done 2>/dev/null;};

        """

    /// The session's shell, and the joints. What it is told on starting is in one quoted text for itself to read.
    private static let shell = """
        v='[ -z "$1" ]||echo "0x$1" >/proc/self/coredump_filter;
        unset ENV BASH_ENV;
        export PAGER=cat GIT_PAGER=cat MANPAGER=cat SYSTEMD_PAGER=cat LESS=FRX;
        if [ -n "$BASH_VERSION" ];then echo "execkit-shell $$ bash" >&2;
        exec "$0" --norc --noprofile --noediting +o posix +o history +H -i 40>&7 41>&8 7>&- 8>&-;fi;
        case $0/$(readlink "/proc/$$/exe") in *dash)echo "execkit-shell $$ dash" >&2;exec "$0" -i >&7;;
        *)echo "execkit-shell $$ posix" >&2;exec "$0" -i;;esac';
        z=;command -v setsid >/dev/null 2>&1&&z=setsid;
        f|{ (exec $z "$w" -c "$v" "$w" "$t") 2>&1 >/dev/null;printf "\\nX %s %s\\n" "$s" "$?";} |l;
        """

    private static let jobText = """
        IFS=" " read -r s h w t||exit;
        v='[ -z "$1" ]||echo "0x$1" >/proc/self/coredump_filter;
        printf "\\036%s\\037%s\\036" "$2" "$$";
        IFS= read -r _execkit;eval "unset _execkit;$(printf "$_execkit")"';
        o=;case ${w##*/} in bash)o="--norc --noprofile";;esac;
        z=;command -v setsid >/dev/null 2>&1&&z=setsid;
        ($z "$w" $o -c "$v" "$w" "$t" "$h");v=$?;
        printf "\\036%s\\037X%s\\036" "$s" "$v";printf "\\036%s\\037X%s\\036" "$s" "$v" >&2;
        """
}
