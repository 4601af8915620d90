extension GitScript {
    /// Who asks, and helpers of the walk. Files it leaves in `tmp`: `folders` (type, mode, owner, group, name), `dirs` and
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
        # The directories that hold what is listed; and the names of a list, each behind a letter. For `find -exec`: the first
        # word is where they go.
        holders_to='for p; do printf "%s\0" "${p%/*}" || exit 1; done >>"$0" || echo "write error" >&2'
        tagged_to='tag=$1; shift; for p; do printf "%s%s\0" "$tag" "$p" || exit 1; done >>"$0" || echo "write error" >&2'
        # The names of a list, each behind a letter.
        tagged='tag=$1; shift; for p; do printf "%s%s\0" "$tag" "$p" || exit 1; done'

        # For a find that prints no details.
        walk_plain() {
            began=$(date +%s) || began=0
            find_plain "$@" >"$tmp/dirs"
            find_odd "$@" >"$tmp/seen"
            xargs -0 -n 1000 sh -c "$describe" sh d "$tmp" <"$tmp/dirs" 3>>"$tmp/folders" 4>>"$tmp/closed" || exit 73
            # The other kind of store has no quick look.
            [ "$backend" = git ] || return 0
            [ ! -s "$tmp/above" ] || cat "$tmp/above" >>"$tmp/dirs" || exit 72
            print_names >"$tmp/print" <"$tmp/dirs" || : >"$tmp/print"
            # A time of change is sure to be another after the next change when its second was over, by the clock of the place,
            # before the walk began; a second more is for a clock that is read in steps. One that is later than the clock is not.
            while read -r second rest; do
                case $second in
                [0-9]*[!0-9]* | [!-0-9]* | '') ;;
                -* | ????????????*) printf x ;;
                *) [ "$second" -lt "$((began - 1))" ] || printf x ;;
                esac
            done <"$tmp/print" >>"$tmp/recent" || exit 72
        }
        # The directories in which the paths of the scope come and go. Only the quick look asks for them.
        walk_above() {
            xargs -0 sh -c 'exec find "$@" -prune -type d -printf "%C@ %m %p\0"' sh <"$tmp/above" >>"$tmp/print" &&
                xargs -0 sh -c 'exec find "$@" -prune -newerct "1 second ago" -printf x' sh <"$tmp/above" >>"$tmp/recent" &&
                cat "$tmp/above" >>"$tmp/dirs" || printf x >"$tmp/recent" || exit 72
        }
        walk() {
            for name in folders dirs print nested report closed recent seen; do : >"$tmp/$name" || exit 72; done
            # A find that cannot enter a directory, or finds a name gone, goes on and fails at its end; what else it says counts.
            if [ "$finder" = gnu ]; then
                said=$(walk_gnu "$@" 2>&1 >/dev/null)
            else
                said=$(walk_plain "$@" 2>&1)
                status=$?
                case $said in *'No space'* | *quota*) exit 72 ;; esac
                [ "$status" = 0 ] || exit "$status"
            fi
            [ ! -s "$tmp/above" ] || [ "$finder" != gnu ] || walk_above
            case $said in *'No space'* | *quota* | *'rite error'*) exit 72 ;; esac
            # The workspace itself is always found: a find that finds nothing did not understand.
            [ "$1" != . ] || [ -s "$tmp/dirs" ] || exit 71
            [ "$backend" != plain ] || look "$@"
        }

        # Roots of nested repositories as lines of an exclude file; what no such file can hold (a line feed) is any one byte.
        nested_lines() { tr '\n\0' '?\n' <"$tmp/nested" | sed 's/[][*\\]/\\&/g; s/^\.//; s/ $/\\ /'; }

        # The walk, and again without nested repositories when there are some.
        walk_starts() {
            if [ $# = 0 ]; then
                for name in folders dirs print report closed recent seen; do : >"$tmp/$name" || exit 72; done
                cat "$tmp/within" >"$tmp/nested" || exit 72
                return 0
            fi
            walk "$@"
            [ ! -s "$tmp/within" ] || cat "$tmp/within" >>"$tmp/nested" || exit 72
            [ -s "$tmp/nested" ] || return 0
            nested_lines >"$tmp/lines" || exit 72
            mv -f -- "$tmp/nested" "$tmp/all" || exit 72
            set -- "$@" '('
            while IFS= read -r line; do set -- "$@" -path ".$line" -o; done <"$tmp/lines"
            walk "$@" -path ./.git ')' -prune -o
            mv -f -- "$tmp/all" "$tmp/nested" || exit 72
        }
        """#

    /// Turns the paths of the scope, in the parameters, into starting points: those that exist and are reached without a link
    /// and without entering a nested repository. Files: `refused`, `within`.
    static let starts: StaticString = #"""
        : >"$tmp/refused" && : >"$tmp/within" && : >"$tmp/above" || exit 72
        if [ $# = 0 ]; then
            set -- .
        else
            for p; do
                shift
                q=
                rest=$p/
                printf '.\0' >>"$tmp/above" || exit 72
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
                    if [ -n "$rest" ] && [ -d "./$q" ]; then printf './%s\0' "$q" >>"$tmp/above" || exit 72; fi
                    q=$q/
                done
                if [ -e "./$p" ] || [ -L "./$p" ]; then set -- "$@" "./$p"; fi
            done
        fi
        """#
}
