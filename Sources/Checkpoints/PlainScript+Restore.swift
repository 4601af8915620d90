extension PlainScript {
    /// What is different between a checkpoint and the workspace, for the plan. Variables before it: `target`.
    static let compare: StaticString = #"""
        compare() {
            differences "$whole" "$target" >"$tmp/changes" || exit 69
            awk "$behind"'{ print ":" $2 " " $3 " " $4 " " $5 " " $1; print behind($0, 5) }' "$tmp/changes" >"$tmp/raw.lines" || exit 72
            from_lines "$tmp/raw.lines" >"$tmp/raw" || exit 72
            section changes "$tmp/raw"
            section now "$store/states/$whole/manifest"
            section then "$store/states/$target/manifest"
            : >"$tmp/members" || exit 72
            if ! cmp -s "$store/states/$whole/manifest" "$store/states/$target/manifest"; then
                awk "$behind"'{ print behind($0, 2) }' "$store/states/$target/files" >"$tmp/member.lines" &&
                    from_lines "$tmp/member.lines" >"$tmp/members" || exit 72
            fi
            section members "$tmp/members"
            printf '%s\0' "$mask"
        }
        """#

    /// Variables before it: `target`. Names stand as they stand in lists.
    static let diff: StaticString = #"""
        is_binary() { [ -n "$(head -c 8000 "$1" | tr -dc '\0' | head -c 1 | tr '\0' x)" ]; }
        show_diff() {
            differences "$target" "$whole" >"$tmp/changes" && sort -k 6 "$tmp/changes" >"$tmp/sorted" || return 1
            while IFS= read -r line; do
                letter=${line%% *} line=${line#* }
                old=${line%% *} line=${line#* }
                new=${line%% *} line=${line#* }
                before=${line%% *} line=${line#* }
                after=${line%% *} name=${line#* }
                printf 'diff --git a/%s b/%s\n' "$name" "$name"
                from=a/$name to=b/$name one=$store/objects/$before two=$store/objects/$after
                case $letter in
                A) printf 'new file mode %s\n' "$new" && from=/dev/null one=/dev/null ;;
                D) printf 'deleted file mode %s\n' "$old" && to=/dev/null two=/dev/null ;;
                *) [ "$old" = "$new" ] || printf 'old mode %s\nnew mode %s\n' "$old" "$new" ;;
                esac
                [ "$before" != "$after" ] || continue
                if is_binary "$one" || is_binary "$two"; then
                    printf 'Binary files %s and %s differ\n' "$from" "$to"
                else
                    diff -a -u -L "$from" -L "$to" "$one" "$two"
                    [ $? -lt 2 ] || return 1
                fi
            done <"$tmp/sorted"
        }
        """#

    /// Brings the files back. Variables before it: `target`, `whole` (the safety checkpoint). Standard input: the records of
    /// `RestoreWork`.
    ///
    /// Before anything is touched, every content that is needed has been read and has its hash, and every file that will change
    /// is as the safety checkpoint has it. A file is written beside the workspace and renamed into it.
    static let apply: StaticString = #"""
        still_there='for p; do if [ -e "$p" ] || [ -L "$p" ]; then printf "b%s\0" "$p" || exit 1; fi; done'
        put='
            store=$1 tmp=$2 exec_mode=$3
            shift 3
            for r; do
                letter=${r%% *} r=${r#* }
                mode=${r%% *} r=${r#* }
                object=$store/objects/${r%% *} p=${r#* }
                q=$p bad=
                while :; do
                    case $q in ./*/*) q=${q%/*} ;; *) break ;; esac
                    if [ -L "$q" ] || [ ! -d "$q" ]; then bad=1; break; fi
                done
                if [ -z "$bad" ]; then
                    if [ "$letter" = M ]; then
                        [ ! -d "$p" ] || [ -L "$p" ] || bad=1
                    elif [ -e "$p" ] || [ -L "$p" ]; then
                        bad=1
                    fi
                fi
                if [ -z "$bad" ] && [ "$mode" = 120000 ]; then
                    to=$(cat "$object" && printf x) && rm -f -- "$p" && ln -s -- "${to%x}" "$p" 2>"$tmp/said" || bad=2
                elif [ -z "$bad" ]; then
                    cat "$object" >"$tmp/out" || exit 1
                    [ "$mode" != 100755 ] || chmod "$exec_mode" "$tmp/out" || exit 1
                    mv -f -- "$tmp/out" "$p" 2>"$tmp/said" || bad=2
                fi
                [ -n "$bad" ] || continue
                if [ $bad = 2 ] && grep -q -i -e "no space" -e quota "$tmp/said"; then cat "$tmp/said" >&2; exit 1; fi
                printf "b%s\0" "$p" || exit 1
            done'

        read_work
        [ -d "$store/states/$whole" ] && [ -d "$store/states/$target" ] || exit 74
        : >"$store/calm" || exit 72
        differences "$whole" "$target" >"$tmp/changes" || exit 69
        to_lines "$tmp/blocked" >"$tmp/blocked.lines" || exit 72
        awk "$behind"'part == 1 { left[$0] = 1; next } !(behind($0, 5) in left)' part=1 "$tmp/blocked.lines" part=2 "$tmp/changes" \
            >"$tmp/steps" || exit 72
        [ ! -s "$tmp/blocked" ] || xargs -0 sh -c "$tagged" sh b <"$tmp/blocked" >>"$tmp/kept" || exit 72
        awk '$1 != "D" { print $5 }' "$tmp/steps" | sort -u >"$tmp/needed" || exit 72
        if [ -s "$tmp/needed" ]; then
            (cd "$store/objects" && xargs sha256sum -- <"$tmp/needed" | awk '$1 != $2 { exit 1 } { n++ } END { print n }') \
                >"$tmp/sound" 2>/dev/null || exit 69
            [ "$(cat "$tmp/sound")" = "$(awk 'END { print NR }' "$tmp/needed")" ] || exit 69
        fi
        [ ! -s "$tmp/open" ] || xargs -0 chmod u+rwx -- <"$tmp/open" 2>/dev/null
        awk "$behind"'$1 != "A" { print "./" behind($0, 5) }' "$tmp/steps" >"$tmp/present.lines" || exit 72
        if [ -s "$tmp/present.lines" ]; then
            from_lines "$tmp/present.lines" >"$tmp/present" || exit 72
            look_again "$tmp/present" >"$tmp/look" || exit 73
            to_lines "$tmp/look" >"$tmp/lines" || exit 72
            awk 'part == 1 { as_captured[$0] = 1; next } part == 2 { n++; next } !($0 in as_captured) { exit 1 } { n-- } END { exit n != 0 }' \
                part=1 "$store/lines" part=2 "$tmp/present.lines" part=3 "$tmp/lines" || exit 73
        fi
        awk "$behind"'$1 == "D" || $1 == "T" { print "./" behind($0, 5) }' "$tmp/steps" >"$tmp/going.lines" || exit 72
        from_lines "$tmp/going.lines" >"$tmp/going" || exit 72
        if [ -s "$tmp/going" ]; then
            xargs -0 rm -f -- <"$tmp/going" 2>/dev/null
            xargs -0 sh -c "$still_there" sh <"$tmp/going" >>"$tmp/kept" || exit 72
        fi
        umask "$mask"
        set_directories
        awk "$behind"'$1 != "D" { print $1 " " $3 " " $5 " ./" behind($0, 5) }' "$tmp/steps" >"$tmp/put.lines" || exit 72
        from_lines "$tmp/put.lines" >"$tmp/put" || exit 72
        [ ! -s "$tmp/put" ] || xargs -0 sh -c "$put" sh "$store" "$tmp" "$exec_mode" <"$tmp/put" >>"$tmp/kept" || exit 72
        set_modes
        section kept "$tmp/kept"
        """#
}
