extension PlainScript {
    /// From the hashes to a state's id (`whole`), and to an entry of the list. Variables before it: `kind`, `label`.
    static let record: StaticString = #"""
        take() {
            is_again=
            if ! capture "$@"; then
                is_again=1
                rm -rf -- "$tmp/new"
                capture "$@" || { rm -rf -- "$tmp/new"; exit 73; }
            fi
            finish
        }
        finish() {
            renewed=0 gone=0
            if [ "$looked" = nothing ]; then
                load "$store/state"
                whole=$loaded
                return 0
            fi
            # Five lists of one pass: the files of the state, the modes that are not the usual ones, and the hashes that hold for
            # the next look. A file that was changed in the second of this one may change again without getting another time.
            : >"$tmp/files.new" && : >"$tmp/odd.lines" && : >"$tmp/cache" && : >"$tmp/hot" || exit 72
            tmp=$tmp awk -v plain="$plain" -v exec_mode="$exec_mode" -v user="$user" -v group="$group" -v began="$began" "$behind"'
                {
                    name = behind($0, 8)
                    kind = substr($2, 1, 1)
                    mode = substr($2, 2)
                    bits = "000" mode
                    git = kind == "l" ? "120000" : substr(bits, length(bits) - 2, 1) % 2 ? "100755" : "100644"
                    print git " " $1 " " (substr(name, 1, 2) == "./" ? substr(name, 3) : name) >(ENVIRON["tmp"] "/files.new")
                    if (kind == "f" && (mode != plain && mode != exec_mode || $3 != user || $4 != group))
                        print "f" mode " " $3 " " $4 " " name >(ENVIRON["tmp"] "/odd.lines")
                    if (int($7) < began)
                        print $2 " " $3 " " $4 " " $5 " " $6 " " $7 " " $8 " " $1 " " name >(ENVIRON["tmp"] "/cache")
                    else
                        print "x" >(ENVIRON["tmp"] "/hot")
                }' "$tmp/hashed" || exit 72
            sort "$tmp/files.new" >"$tmp/files" && from_lines "$tmp/odd.lines" >"$tmp/odd" || exit 72
            sort -z "$tmp/folders" "$tmp/odd" >"$tmp/manifest" || exit 72
            whole=$(sha256sum <"$tmp/files" && sha256sum <"$tmp/manifest") || exit 72
            whole=$(printf '%s\n' "$whole" | sha256sum) || exit 72
            whole=${whole%% *}
            renewed=$(($(wc -l <"$tmp/want")))
            count_gone
            if [ ! -d "$store/states/$whole" ]; then
                rm -rf -- "$tmp/state.new" && mkdir -- "$tmp/state.new" &&
                    cat "$tmp/files" >"$tmp/state.new/files" && cat "$tmp/manifest" >"$tmp/state.new/manifest" &&
                    mv -- "$tmp/state.new" "$store/states/$whole" || exit 72
            fi
            mv -f -- "$tmp/cache" "$tmp/look" "$tmp/lines" "$tmp/folders" "$store/" || exit 72
        }
        # Names of the last state that this one has not.
        count_gone() {
            [ -s "$store/state" ] || return 0
            load "$store/state"
            [ -f "$store/states/$loaded/files" ] || return 0
            gone=$(awk "$behind"'part == 1 { here[behind($0, 2)] = 1; next } !(behind($0, 2) in here) { n++ } END { print n + 0 }' \
                part=1 "$tmp/files" part=2 "$store/states/$loaded/files") || exit 72
        }
        # Names are twelve digits and the kind, so the last is the newest.
        newest() {
            last='' last_whole='' last_kind='' last_label=''
            for entry in "$store"/entries/*; do :; done
            [ -f "$entry" ] || return 0
            IFS=' ' read -r last last_whole last_time last_kind last_label <"$entry"
            last=${last%%-*}
        }
        enter_state() {
            newest
            is_new=
            if [ "$last_whole" = "$whole" ]; then
                case $kind in
                manual) [ "$last_kind" != manual ] || [ "$last_label" != "$label" ] || return 0 ;;
                *) return 0 ;;
                esac
            fi
            number=${last#"${last%%[!0]*}"}
            name=$((1000000000001 + ${number:-0}))
            name=${name#1}
            printf '%s-%s %s %s %s %s\n' "$name" "$kind" "$whole" "$(date +%s)" "$kind" "$label" >"$tmp/entry" &&
                mv -f -- "$tmp/entry" "$store/entries/$name-$kind" || exit 72
            is_new=1
            if [ "$last_whole" = "$whole" ] && [ "$last_kind" = auto ]; then rm -f -- "$store/entries/$last-auto"; fi
            thin
        }
        # Drops entries that are made by themselves: all but the newest `keep`, and those older than `age` seconds.
        thin() {
            oldest=$(($(date +%s) - age))
            for each in auto safety; do
                set --
                for entry in "$store"/entries/*-"$each"; do
                    [ ! -f "$entry" ] || set -- "$entry" "$@"
                done
                kept=0
                for entry; do
                    IFS=' ' read -r name state time more <"$entry"
                    kept=$((kept + 1))
                    if [ "$kept" -gt "$keep" ] || { [ "$kept" -gt 1 ] && [ "$time" -lt "$oldest" ]; }; then rm -f -- "$entry"; fi
                done
            done
        }
        settle_names() { :; }
        # Lets the next look believe that what looks the same is the same, when this one was sure.
        settle() {
            [ "$looked" = all ] || return 0
            printf '%s\n' "$whole" >"$tmp/state" && mv -f -- "$tmp/state" "$store/state" || exit 72
            [ -s "$tmp/hot" ] || [ -s "$tmp/closed" ] || printf x >"$store/calm" || exit 72
        }
        report() {
            if [ "$looked" = nothing ] && [ "${kind-}" = auto ]; then
                printf 'created\0%s\0\0\0\0\0' "$whole"
                return 0
            fi
            : >"$tmp/told" || exit 72
            for part in refused report secrets closed; do
                [ ! -s "$tmp/$part" ] || cat "$tmp/$part" >>"$tmp/told" || exit 72
            done
            [ ! -s "$tmp/nested" ] || xargs -0 sh -c "$tagged" sh n <"$tmp/nested" >>"$tmp/told" || exit 72
            printf 'created\0%s\0%s\0%s\0%s\0%s\0' "$whole" "$is_new" "$(($(wc -l <"$store/states/$whole/files")))" "$renewed" "$gone"
            section report "$tmp/told"
        }
        known_state() {
            [ -d "$store/states/$target" ] || exit 74
            find "$store/entries" -type f -exec cat {} + | grep -q -e "^[^ ]* $target " || exit 74
        }
        """#

    static let list: StaticString = #"""
        entries=
        for entry in "$store"/entries/*; do
            [ -f "$entry" ] || continue
            load "$entry"
            entries=$loaded$nl$entries
        done
        printf 'list\0%s\0%s' "${#entries}" "$entries"
        """#

    /// Also what no entry holds: states, then contents.
    static let prune: StaticString = #"""
        thin
        find "$store/entries" -type f -exec cat {} + | cut -d ' ' -f 2 >"$tmp/held" || exit 72
        for state in "$store"/states/*; do
            [ -d "$state" ] || continue
            grep -q -x -e "${state##*/}" "$tmp/held" || rm -rf -- "$state" || exit 72
        done
        find "$store/states" -name files -exec cat {} + | cut -d ' ' -f 2 | sort -u >"$tmp/used" || exit 72
        # A hash in the cache says that the store has the content.
        : >"$store/calm" && rm -f -- "$store/cache" "$store/state" || exit 72
        find "$store/objects" -type f >"$tmp/objects" || exit 72
        awk 'part == 1 { used[$0] = 1; next } { name = $0; sub(/.*\//, "", name) } !(name in used) { print name }' \
            part=1 "$tmp/used" part=2 "$tmp/objects" >"$tmp/unused" || exit 72
        [ ! -s "$tmp/unused" ] || { cd "$store/objects" && xargs rm -f -- <"$tmp/unused"; } || exit 72
        printf 'done\0'
        """#
}
