extension GitScript {
    /// From the index to a state's id (`whole`), and to an entry of the list. Variables before it: `kind`, `label`.
    ///
    /// A state is a tree of two: the files, and the manifest of what git's trees cannot say. An entry is a commit without
    /// parents, so that any of them can go, under a name that sorts by age.
    static let record: StaticString = #"""
        finish() {
            manifest= entries=
            if [ -s "$store/manifest.id" ] && same odd.records && { [ "$looked" = files ] || same folders; }; then
                # Nothing of the last state has changed.
                if [ -n "$before" ] && [ "$looked" = files ] && [ ! -s "$tmp/counts" ] && [ ! -s "$store/few" ]; then
                    whole=$before
                    return 0
                fi
                load "$store/manifest.id"
                manifest=$loaded
            fi
            files=$(git write-tree) || stop
            count_entries
            printf '%s %s\n' "$files" "$entries" >"$store/base" && : >"$store/few" && : >"$store/few.print" || exit 72
            if [ -z "$manifest" ]; then
                : >"$store/manifest.id" || exit 72
                [ "$looked" = files ] || mv -f -- "$tmp/folders" "$store/folders" || exit 72
                sort -z "$store/folders" "$tmp/odd.records" >"$tmp/sorted" || stop
                manifest=$(git hash-object -w --no-filters -- "$tmp/sorted") || stop
                mv -f -- "$tmp/odd.records" "$store/odd.records" && printf '%s\n' "$manifest" >"$store/manifest.id" || exit 72
            fi
            printf '040000 tree %s\tfiles\n100644 blob %s\tmanifest\n' "$files" "$manifest" >"$tmp/pair" || exit 72
            whole=$(git mktree <"$tmp/pair") || stop
        }
        # The number of entries stands in the header of the index (gitformat-index(5)).
        count_entries() {
            entries=$(od -An -tu1 -j8 -N4 "$store/index" 2>/dev/null)
            set -- ${entries:-0 0 0 0}
            entries=$((($1 * 256 + $2) * 65536 + $3 * 256 + $4))
        }
        # Whether a file is as it was at the last state.
        same() {
            if [ -s "$tmp/$1" ]; then cmp -s "$tmp/$1" "$store/$1" 2>/dev/null; else [ ! -s "$store/$1" ]; fi
        }
        # What stopped git: a full disk says so; else something changed meanwhile, or the store is broken.
        stop() {
            : >"$store/probe" || exit 72
            dd if=/dev/zero of="$store/probe" bs=65536 count=16 2>/dev/null || exit 72
            rm -f -- "$store/probe"
            git write-tree >/dev/null 2>&1 || exit 69
            exit 73
        }
        take() {
            before= is_again=
            if [ -s "$store/state" ]; then
                load "$store/state"
                before=$loaded
            fi
            # A second try: what changed under the hands of the first is then seen as it is.
            if ! capture "$@"; then
                is_again=1 before= learned=
                capture "$@" || stop
            fi
            finish
        }
        newest() {
            last='' last_kind='' last_whole='' last_label=''
            if [ -s "$store/last" ] && IFS=' ' read -r last last_whole last_kind last_label <"$store/last"; then return 0; fi
            git for-each-ref --count=1 --sort=-refname --format='%(refname:strip=2) %(tree) %(contents:subject)' refs/execkit \
                >"$tmp/newest" || exit 69
            IFS=' ' read -r last last_whole last_kind last_label <"$tmp/newest"
            last=${last%%-*}
        }
        # An entry, unless the newest says the same. One that was automatic gives way to one that was asked for.
        enter_state() {
            newest
            is_new=
            ! is_told || return 0
            next_name
            commit=$(git commit-tree -m "$kind $label" "$whole") || stop
            : >"$store/last" || exit 72
            git update-ref "refs/execkit/$name-$kind" "$commit" '' || stop
            entered
        }
        # Whether the newest entry says what this one would.
        is_told() {
            [ "$last_whole" = "$whole" ] || return 1
            [ "$kind" != manual ] || { [ "$last_kind" = manual ] && [ "$last_label" = "$label" ]; }
        }
        next_name() {
            number=${last#"${last%%[!0]*}"}
            name=$((1000000000001 + ${number:-0}))
            name=${name#1}
        }
        entered() {
            printf '%s %s %s %s\n' "$name" "$whole" "$kind" "$label" >"$store/last" || exit 72
            is_new=1
            if [ "$last_whole" = "$whole" ] && [ "$last_kind" = auto ]; then git update-ref -d "refs/execkit/$last-auto"; fi
            case $name in *[08]) thin ;; esac
        }
        # Drops entries that are made by themselves: all but the newest `keep`, and those older than `age` seconds.
        thin() {
            oldest=$(($(date +%s) - age))
            for each in auto safety; do
                git for-each-ref --sort=-refname --format='%(committerdate:unix) %(refname)' refs/execkit >"$tmp/entries" || exit 69
                kept=0
                while IFS=' ' read -r time entry; do
                    case $entry in *-"$each") ;; *) continue ;; esac
                    kept=$((kept + 1))
                    if [ "$kept" -gt "$keep" ] || { [ "$kept" -gt 1 ] && [ "$time" -lt "$oldest" ]; }; then
                        printf 'delete %s\n' "$entry"
                    fi
                done <"$tmp/entries" >"$tmp/old"
                [ ! -s "$tmp/old" ] || git update-ref --stdin <"$tmp/old" || exit 69
            done
        }
        # Lets the next look ask for no names, when this one was sure: no directory changed in the second before it.
        settle_names() {
            [ "$looked" = all ] || return 0
            [ ! -s "$tmp/recent" ] && [ -s "$tmp/print" ] && [ ! -s "$tmp/closed" ] || return 0
            # In this order: without a print nothing else counts.
            mv -f -- "$tmp/told" "$tmp/dirs" "$tmp/print" "$store/" || exit 72
        }
        # Lets the next look be the quick one.
        settle() {
            settle_names
            [ ! -s "$store/print" ] || printf '%s\n' "$whole" >"$store/state" || exit 72
        }
        report() {
            told=$store/told
            if [ "$looked" = all ]; then
                told=$tmp/told
                : >"$told" || exit 72
                for part in refused report closed; do
                    [ ! -s "$tmp/$part" ] || cat "$tmp/$part" >>"$told" || exit 72
                done
                [ ! -s "$tmp/nested" ] || xargs -0 sh -c "$tagged" sh n <"$tmp/nested" >>"$told" || exit 72
            fi
            [ -n "$entries" ] || count_entries
            printf 'created\0%s\0%s\0%s\0%s\0%s\0' "$whole" "$is_new" "$entries" "$renewed" "$gone"
            section report "$told"
        }
        known_state() {
            git for-each-ref --format='%(tree)' refs/execkit >"$tmp/states" || exit 69
            grep -q -x -e "$target" "$tmp/states" || exit 74
        }
        """#

    /// Variables before it: `target`.
    static let diff: StaticString = #"""
        show_diff() {
            git diff-tree -r -p --no-color --no-ext-diff --no-textconv --no-renames "$target:files" "$whole:files"
        }
        """#

    static let list: StaticString = #"""
        [ -f "$store/ready" ] || { printf 'list\0000\0'; exit 0; }
        entries=$(git for-each-ref --sort=-refname --format='%(refname:strip=2) %(tree) %(committerdate:unix) %(contents:subject)' \
            refs/execkit) || exit 69
        [ -z "$entries" ] || entries=$entries$nl
        printf 'list\0%s\0%s' "${#entries}" "$entries"
        """#

    static let prune: StaticString = #"""
        thin
        : >"$store/manifest.id" && : >"$store/base" || exit 72
        git repack -a -d -q && git prune --expire=now && git pack-refs --all || stop
        printf 'done\0'
        """#
}
