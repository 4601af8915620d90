extension GitScript {
    /// The look that costs little: the directories have the times of change they had (so no name came or went), and no file
    /// git knows has changed. Only when the last look was sure: `finish` leaves no `print` behind otherwise.
    static let unchanged: StaticString = #"""
        if [ -s "$store/dirs" ] && [ -s "$store/print" ] && [ -s "$store/state" ]; then
            xargs -0 stat --printf='%.10Z %a %n\0' -- <"$store/dirs" 2>/dev/null | cmp -s - "$store/print" &
            look=$!
            if git diff-files --quiet --ignore-submodules=all 2>/dev/null; then
                if wait "$look"; then
                    load "$store/state"
                    printf 'created\0%s\0\0\0\0\0' "$loaded"
                    exit 0
                fi
            else
                wait "$look"
            fi
        fi
        """#

    /// Who asks, and helpers of the walk. Files it leaves in `tmp`: `manifest` (type, mode, owner, group, name), `dirs` and
    /// `print` for the quick look, `nested`, `report`, `recent`.
    static let walk: StaticString = #"""
        inner=./.git
        case $store/ in
        "$here"/*)
            inner=./${store#"$here"/}
            case $inner in *[]\[*?\\]*) inner=$(printf '%s\n' "$inner" | sed 's/[][*?\\]/\\&/g') ;; esac
            ;;
        esac

        # Of the names in a list, the files whose mode and owner are not what git makes by itself.
        usual="! -perm $plain ! -perm $exec_mode -o ! -user $user -o ! -group $group"
        odd_gnu="exec find \"\$@\" -prune -type f \\( $usual \\) -printf 'f%m %U %G %p\\0'"
        odd_plain="exec find \"\$@\" -prune -type f \\( $usual \\) -print0"
        # Modes of the names in a list, for a find without -printf: one process a thousand names.
        describe='
            tag=$1 tmp=$2
            shift 2
            [ $# -gt 0 ] || exit 0
            stat -c "%a %u %g" -- "$@" >"$tmp/lines" 2>/dev/null || exit 1
            for p; do
                IFS= read -r line || exit 1
                [ "$tag" = f ] || { [ -r "$p" ] && [ -e "$p/." ]; } || printf "u%s\0" "$p" >&4 || exit 1
                printf "%s%s %s\0" "$tag" "$line" "$p" >&3 || exit 1
            done <"$tmp/lines"'
        # The directories that hold what is listed.
        holders='for p; do printf "%s\0" "${p%/*}" || exit 1; done'
        # The names of a list, each behind a letter.
        tagged='tag=$1; shift; for p; do printf "%s%s\0" "$tag" "$p" || exit 1; done'

        walk_plain() {
            find_nested "$@" >"$tmp/list"
            xargs -0 sh -c "$holders" sh <"$tmp/list" >"$tmp/nested" || exit 72
            find_secret "$@" >"$tmp/list"
            xargs -0 sh -c "$tagged" sh e <"$tmp/list" >>"$tmp/report" || exit 72
            find_special "$@" >"$tmp/list"
            xargs -0 sh -c "$tagged" sh s <"$tmp/list" >>"$tmp/report" || exit 72
            find_odd "$@" >"$tmp/seen"
            find_directories "$@" >"$tmp/dirs"
            xargs -0 -n 1000 sh -c "$describe" sh d "$tmp" <"$tmp/dirs" 3>>"$tmp/manifest" 4>>"$tmp/closed" || exit 73
        }
        walk() {
            for name in manifest dirs print nested report closed recent seen; do : >"$tmp/$name" || exit 72; done
            # A find that cannot enter a directory, or finds a name gone, goes on and fails at its end; what else it says counts.
            if [ "$finder" = gnu ]; then
                said=$(walk_gnu "$@" 2>&1 >/dev/null)
            else
                said=$(walk_plain "$@" 2>&1)
                status=$?
                case $said in *'No space'* | *quota*) exit 72 ;; esac
                [ "$status" = 0 ] || exit "$status"
                : >"$tmp/print"
                printf x >"$tmp/recent" || exit 72
            fi
            case $said in *'No space'* | *quota* | *'rite error'*) exit 72 ;; esac
            # The workspace itself is always found: a find that finds nothing did not understand.
            [ "$1" != . ] || [ -s "$tmp/dirs" ] || exit 71
        }
        """#

    /// From the walk to an index that holds what there is. Files: `add`, `remove`, `report`.
    static let capture: StaticString = #"""
        # A name per parameter: what can be captured goes to `add`; what cannot is told, and is in no checkpoint from now on.
        sieve='
            examine() {
                case ${1##*/} in
                '"$secret_case"') printf "e%s\0" "$1" >&5 && return; exit 1 ;;
                esac
                if [ -L "$1" ]; then
                    case ${1##*/} in
                    .[gG][iI][tT][mM][oO][dD][uU][lL][eE][sS]) drop x "$1" "$2"; return ;;
                    esac
                    printf "%s\0" "$1" >&3 || exit 1
                elif [ -f "$1" ]; then
                    if [ -r "$1" ]; then printf "%s\0" "$1" >&3 && printf "./%s\0" "$1" >&7 || exit 1; else drop u "$1" "$2"; fi
                elif [ -d "$1" ] || [ ! -e "$1" ]; then
                    [ "$2" = new ] || printf "%s\0" "$1" >&4 || exit 1
                else
                    drop s "$1" "$2"
                fi
            }
            drop() {
                [ "$1" != u ] || printf "u%s\0" "$2" >&6 || exit 1
                printf "%s%s\0" "$1" "$2" >&5 || exit 1
                [ "$3" = new ] || printf "%s\0" "$2" >&4 || exit 1
            }
            mode=$1
            shift
            if [ "$mode" = new ]; then
                for p; do examine "$p" new; done
            else
                while [ $# -gt 1 ]; do
                    if [ "$1" = D ]; then printf "%s\0" "$2" >&4 || exit 1; else examine "$2" known; fi
                    shift 2
                done
            fi'

        # Roots of nested repositories as lines of an exclude file; what no such file can hold (a line feed) is any one byte.
        nested_lines() { tr '\n\0' '?\n' <"$tmp/nested" | sed 's/[][*\\]/\\&/g; s/^\.//; s/ $/\\ /'; }

        write_exclude() {
            printf '%s' "$exclude" >"$tmp/exclude" || exit 72
            [ "$inner" = ./.git ] || printf '%s\n' "${inner#.}" >>"$tmp/exclude" || exit 72
            [ ! -s "$tmp/nested" ] || nested_lines >>"$tmp/exclude" || exit 72
        }

        # The walk, and again without nested repositories when there are some.
        walk_starts() {
            walk "$@"
            [ ! -s "$tmp/within" ] || cat "$tmp/within" >>"$tmp/nested" || exit 72
            [ -s "$tmp/nested" ] || return 0
            nested_lines >"$tmp/lines" || exit 72
            mv -f -- "$tmp/nested" "$tmp/all" || exit 72
            if [ $# -gt 0 ]; then
                set -- "$@" '('
                while IFS= read -r line; do set -- "$@" -path ".$line" -o; done <"$tmp/lines"
                walk "$@" -path ./.git ')' -prune -o
            fi
            mv -f -- "$tmp/all" "$tmp/nested" || exit 72
        }

        # Fails when something changed under its hands. Without a parameter there is nothing to look at.
        capture() {
            : >"$store/print" || exit 72
            git diff-files -z --name-status --no-renames --ignore-submodules=all >"$tmp/known" &
            known=$!
            new=
            : >"$tmp/new" || exit 72
            if [ -f "$store/exclude" ] && [ $# -gt 0 ]; then
                git ls-files -z -o -X "$store/exclude" -- "$@" >"$tmp/new" &
                new=$!
            fi
            walk_starts "$@"
            wait "$known" || return 1
            if [ -n "$new" ]; then wait "$new" || return 1; fi
            stale=
            if [ ! -f "$store/exclude" ] || [ -s "$tmp/nested" ] || [ -s "$store/nested" ]; then
                write_exclude
                cmp -s "$tmp/exclude" "$store/exclude" 2>/dev/null || stale=1
            fi
            if [ -n "$stale" ]; then
                [ $# = 0 ] || git ls-files -z -o -X "$tmp/exclude" -- "$@" >"$tmp/new" || return 1
                printf x >"$store/nested" && mv -f -- "$tmp/exclude" "$store/exclude" || exit 72
                [ -s "$tmp/nested" ] || : >"$store/nested" || exit 72
            fi
            : >"$tmp/add" && : >"$tmp/remove" && : >"$tmp/asked" || exit 72
            exec 3>>"$tmp/add" 4>>"$tmp/remove" 5>>"$tmp/report" 6>>"$tmp/closed" 7>>"$tmp/asked"
            [ ! -s "$tmp/known" ] || xargs -0 -n 1000 sh -c "$sieve" sh known <"$tmp/known" || exit 72
            [ ! -s "$tmp/new" ] || xargs -0 sh -c "$sieve" sh new <"$tmp/new" || exit 72
            exec 3>&- 4>&- 5>&- 6>&- 7>&-
            [ ! -s "$tmp/remove" ] || git update-index -z --force-remove --stdin <"$tmp/remove" || return 1
            [ ! -s "$tmp/add" ] || git update-index -z --add --remove --replace --stdin <"$tmp/add" || return 1
            # Files that git knew from before their directory became a repository of its own.
            if [ -s "$tmp/nested" ]; then
                nested_lines >"$tmp/inside" || exit 72
                git ls-files -z -c -i -X "$tmp/inside" >"$tmp/foreign" || return 1
                [ ! -s "$tmp/foreign" ] || git update-index -z --force-remove --stdin <"$tmp/foreign" || return 1
            fi
            oddities
        }
        # The manifest's files: those it had, and those that are new or changed, as they are now.
        oddities() {
            [ -f "$store/odd" ] || : >"$store/odd" || exit 72
            [ ! -s "$store/odd" ] || cat "$store/odd" >>"$tmp/asked" || exit 72
            [ ! -s "$tmp/seen" ] || cat "$tmp/seen" >>"$tmp/asked" || exit 72
            [ -s "$tmp/asked" ] || return 0
            if [ "$finder" = gnu ]; then
                said=$(xargs -0 sh -c "$odd_gnu" sh <"$tmp/asked" 2>&1 >"$tmp/oddities")
            else
                said=$(xargs -0 sh -c "$odd_plain" sh <"$tmp/asked" 2>&1 >"$tmp/list")
                : >"$tmp/oddities"
                xargs -0 -n 1000 sh -c "$describe" sh f "$tmp" <"$tmp/list" 3>>"$tmp/oddities" 4>/dev/null || return 1
            fi
            case $said in *'No space'* | *quota* | *'rite error'*) exit 72 ;; esac
            if [ -s "$tmp/oddities" ] || [ -s "$store/odd" ]; then
                sort -z -u "$tmp/oddities" >"$tmp/odd.records" && cat "$tmp/odd.records" >>"$tmp/manifest" &&
                    xargs -0 sh -c 'for p; do p=${p#* }; p=${p#* }; printf "%s\0" "${p#* }" || exit 1; done' sh \
                        <"$tmp/odd.records" >"$tmp/odd" && mv -f -- "$tmp/odd" "$store/odd" || exit 72
            fi
        }
        """#
}

extension GitScript {
    /// Turns the paths of the scope, in the parameters, into starting points: those that exist and are reached without a link
    /// and without entering a nested repository. Files: `refused`, `within`.
    static let starts: StaticString = #"""
        : >"$tmp/refused" && : >"$tmp/within" || exit 72
        if [ $# = 0 ]; then
            set -- .
        else
            for p; do
                shift
                q=
                rest=$p/
                while [ -n "$rest" ]; do
                    q=$q${rest%%/*}
                    rest=${rest#*/}
                    if [ -n "$rest" ] && [ -L "./$q" ]; then
                        printf 'l./%s\0' "$p" >>"$tmp/refused" || exit 72
                        continue 2
                    fi
                    if [ ! -L "./$q" ] && { [ -e "./$q/.git" ] || [ -L "./$q/.git" ]; }; then
                        printf './%s\0' "$q" >>"$tmp/within" || exit 72
                        continue 2
                    fi
                    q=$q/
                done
                if [ -e "./$p" ] || [ -L "./$p" ]; then set -- "$@" "./$p"; fi
            done
        fi
        """#
}
