extension GitScript {
    /// The look that costs least: the directories have the times of change they had (so no name came or went), and no file
    /// git knows has changed. Only when the last look was sure: `settle` leaves no `print` or no `state` behind otherwise.
    static let unchanged: StaticString = #"""
        as_told() {
            load "$store/state"
            # A line that was cut, by a full disk say, is no state.
            case ${#loaded} in 40 | 64)
                printf 'created\0%s\0\0\0\0\0' "$loaded"
                exit 0
                ;;
            esac
        }
        if [ -s "$store/dirs" ] && [ -s "$store/print" ] && [ -s "$store/state" ]; then
            if [ ! -s "$store/few" ]; then
                print_names <"$store/dirs" | cmp -s - "$store/print" &
                look=$!
                if git diff-files --quiet --ignore-submodules=all 2>/dev/null; then
                    if wait "$look"; then as_told; fi
                else
                    wait "$look"
                fi
            elif [ -s "$store/few.print" ]; then
                # What differs from the index is what differed, and those files are as they were (`GitScript.few`).
                { print_names <"$store/dirs" | cmp -s - "$store/print" && print_few <"$store/few.asked" | cmp -s - "$store/few.print"; } &
                look=$!
                if differences | cmp -s - "$store/differ"; then
                    if wait "$look"; then as_told; fi
                else
                    wait "$look"
                fi
            fi
        fi
        """#

    /// From the walk to an index that holds what there is. Files: `add`, `remove`, `report`.
    static let capture: StaticString = #"""
        learned=
        tab='	'
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
                    more=$((more + 1))
                    printf "%s\0" "$1" >&3 || exit 1
                elif [ -f "$1" ]; then
                    [ -r "$1" ] || { drop u "$1" "$2"; return; }
                    more=$((more + 1))
                    printf "%s\0" "$1" >&3 && printf "./%s\0" "$1" >&7 || exit 1
                elif [ -d "$1" ] || [ ! -e "$1" ]; then
                    [ "$2" = new ] || gone "$1"
                else
                    drop s "$1" "$2"
                fi
            }
            drop() {
                [ "$1" != u ] || printf "u%s\0" "$2" >&6 || exit 1
                printf "%s%s\0" "$1" "$2" >&5 || exit 1
                [ "$3" = new ] || gone "$2"
            }
            gone() {
                less=$((less + 1))
                printf "%s\0" "$1" >&4 || exit 1
            }
            more=0 less=0 mode=$1
            shift
            if [ "$mode" = new ]; then
                for p; do examine "$p" new; done
            else
                while [ $# -gt 1 ]; do
                    if [ "$1" = D ]; then gone "$2"; else examine "$2" known; fi
                    shift 2
                done
            fi
            printf "%s %s\n" "$more" "$less" >&8 || exit 1'

        write_exclude() {
            printf '%s' "$exclude" >"$tmp/exclude" || exit 72
            [ "$inner" = ./.git ] || printf '%s\n' "${inner#.}" >>"$tmp/exclude" || exit 72
            [ ! -s "$tmp/nested" ] || nested_lines >>"$tmp/exclude" || exit 72
        }

        # The names of a list, each to where it belongs.
        sift() {
            exec 3>>"$tmp/add" 4>>"$tmp/remove" 5>>"$tmp/report" 6>>"$tmp/closed" 7>>"$tmp/asked" 8>>"$tmp/counts"
            [ ! -s "$tmp/$1" ] || xargs -0 -n 1000 sh -c "$sieve" sh "$1" <"$tmp/$1" || exit 72
            exec 3>&- 4>&- 5>&- 6>&- 7>&- 8>&-
        }
        # Whether no name came or went since the last look that was sure: then the walk would find what it found.
        names_as_before() {
            [ -z "$is_again" ] && [ -s "$store/dirs" ] && [ -s "$store/print" ] && [ -f "$store/told" ] &&
                [ -f "$store/folders" ] && [ "$fresh" -le 1000 ] &&
                print_names <"$store/dirs" | cmp -s - "$store/print"
        }
        # Sets `looked`: `files`, when only files were looked at; else `all`. Fails when something changed under its hands.
        # Without a parameter there is nothing to look at.
        capture() {
            : >"$store/state" || exit 72
            if [ -z "$learned" ]; then
                git diff-files -z --name-status --no-renames --ignore-submodules=all >"$tmp/known" &
                known=$!
            fi
            for name in add remove asked counts report closed seen nested; do : >"$tmp/$name" || exit 72; done
            fresh=0
            [ ! -s "$store/fresh.count" ] || read -r fresh <"$store/fresh.count"
            looked=all
            if [ "$learned" = files ] || { [ -z "$learned" ] && names_as_before; }; then
                if [ -z "$learned" ]; then wait "$known" || return 1; fi
                known=
                sift known
                # What cannot be captured any more is told with the rest.
                [ -s "$tmp/remove" ] || [ -s "$tmp/report" ] || [ -s "$tmp/closed" ] || looked=files
            fi
            [ $looked = files ] || capture_all "$@" || return 1
            fresh_names
            oddities &
            odd=$!
            failed=
            [ ! -s "$tmp/remove" ] && [ ! -s "$tmp/add" ] && [ ! -s "$tmp/nested" ] || : >"$store/base" || exit 72
            [ ! -s "$tmp/remove" ] || git update-index -z --force-remove --stdin <"$tmp/remove" || failed=1
            [ -n "$failed" ] || [ ! -s "$tmp/add" ] || git update-index -z --add --remove --replace --stdin <"$tmp/add" || failed=1
            wait "$odd"
            case $? in 0) ;; 72) exit 72 ;; *) return 1 ;; esac
            [ -z "$failed" ] || return 1
            # Files that git knew from before their directory became a repository of its own.
            if [ -s "$tmp/nested" ]; then
                nested_lines >"$tmp/inside" || exit 72
                git ls-files -z -c -i -X "$tmp/inside" >"$tmp/foreign" || return 1
                [ ! -s "$tmp/foreign" ] || git update-index -z --force-remove --stdin <"$tmp/foreign" || return 1
            fi
        }
        # From the walk, and from what git says of names it does not know.
        capture_all() {
            : >"$store/print" || exit 72
            new=
            : >"$tmp/new" || exit 72
            if [ -f "$store/exclude" ] && [ $# -gt 0 ]; then
                git ls-files -z -o -X "$store/exclude" -- "$@" >"$tmp/new" &
                new=$!
            fi
            walk_starts "$@"
            if [ -n "$known" ]; then
                wait "$known" || return 1
                [ "$learned" != names ] || read_few || [ -n "$learned" ] ||
                    git diff-files -z --name-status --no-renames --ignore-submodules=all >"$tmp/known" || return 1
            fi
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
            for name in add remove asked counts; do : >"$tmp/$name" || exit 72; done
            sift known
            sift new
        }
        # git compares times by the second, so of a file that was just captured it misses a mode that changes in the same
        # second. A look that does not ask for the modes of all asks for these.
        fresh_names() {
            renewed=0 gone=0
            while read -r more less; do renewed=$((renewed + more)) gone=$((gone + less)); done <"$tmp/counts"
            if [ $looked = files ]; then
                fresh=$((fresh + renewed))
                [ ! -s "$tmp/asked" ] || cat "$tmp/asked" >>"$store/fresh" || exit 72
                [ ! -s "$store/fresh" ] || cat "$store/fresh" >"$tmp/asked" || exit 72
            else
                fresh=$renewed
                cat "$tmp/asked" >"$store/fresh" || exit 72
            fi
            printf '%s\n' "$fresh" >"$store/fresh.count" || exit 72
        }
        # The manifest's files: those it had, and those that are new or changed, as they are now.
        oddities() {
            : >"$tmp/odd.records" || exit 72
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
                sort -z -u "$tmp/oddities" >"$tmp/odd.records" &&
                    xargs -0 sh -c 'for p; do p=${p#* }; p=${p#* }; printf "%s\0" "${p#* }" || exit 1; done' sh \
                        <"$tmp/odd.records" >"$tmp/odd" && mv -f -- "$tmp/odd" "$store/odd" || exit 72
            fi
        }
        """#
}
