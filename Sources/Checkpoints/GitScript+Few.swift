extension GitScript {
    /// A checkpoint of few changed files, whose names are as before: an entry is made from the tree that the index holds (`base`)
    /// with these files anew, by one run of git. The index is not written: git goes on telling that these files differ from it,
    /// until a look at more of them, or a restore, brings it up.
    ///
    /// `few` says whether it made the checkpoint. When not, `learned` says what a look at more need not ask again: `names` (some
    /// came or went; `known` is still told), `files` (none did, and `known` is there), or nothing. Variables before it: `kind`,
    /// `label`.
    static let few: StaticString = #"""
        few() {
            learned=
            for name in base manifest.id dirs print; do [ -s "$store/$name" ] || return 1; done
            [ -f "$store/told" ] && [ -f "$store/folders" ] || return 1
            fresh=0
            [ ! -s "$store/fresh.count" ] || read -r fresh <"$store/fresh.count"
            [ "$fresh" -le 1000 ] || return 1
            date +%s >"$tmp/began" &
            began=$!
            differences >"$tmp/differ" &
            known=$!
            learned=names
            print_names <"$store/dirs" | cmp -s - "$store/print" || return 1
            learned=files
            wait "$known" && wait "$began" || { learned=; return 1; }
            read -r began <"$tmp/began" || return 1
            read_few && [ "$renewed" -gt 0 ] || return 1
            IFS=' ' read -r files entries <"$store/base"
            load "$store/manifest.id"
            manifest=$loaded
            git hash-object -w --no-filters --stdin-paths <"$tmp/asked.lines" >"$tmp/hashes" 2>/dev/null &
            hashed=$!
            print_few <"$tmp/few.asked" >"$tmp/few.print" &
            printed=$!
            : >"$tmp/seen" || exit 72
            [ ! -s "$store/fresh" ] || cat "$store/fresh" >>"$tmp/asked" || exit 72
            (oddities)
            odd=$?
            [ $odd != 72 ] || exit 72
            wait "$hashed" && [ $odd = 0 ] && same odd.records || return 1
            while IFS= read -r name <&3 && read -r hash <&4; do
                printf 'M %s %s files/%s\n' "${name%% *}" "$hash" "${name#* }" || exit 72
            done 3<"$tmp/few.names" 4<"$tmp/hashes" >"$tmp/few"
            load "$tmp/few"
            blobs=$loaded before=
            if [ -s "$store/state" ] && [ -s "$store/few" ]; then
                load "$store/few"
                if [ "$loaded" = "$blobs" ]; then load "$store/state" && before=$loaded; fi
            fi
            looked=files gone=0 is_new=
            : >"$store/state" || exit 72
            if [ -n "$before" ]; then
                whole=$before
                enter_state
            else
                enter_few || return 1
            fi
            wait "$printed" && settled_few || : >"$tmp/few.print" || exit 72
            printf '%s\n' "$blobs" >"$store/few" && mv -f -- "$tmp/few.asked" "$tmp/few.print" "$tmp/differ" "$store/" || exit 72
            report
            settle
        }
        # Whether each file was last changed in a second that was over before the look began, as with directories.
        settled_few() {
            count=0
            while read -r second rest; do
                case $second in '' | *[!0-9]* | ????????????*) return 1 ;; esac
                [ "$second" -lt "$((began - 1))" ] || return 1
                count=$((count + 1))
            done <"$tmp/few.print"
            [ "$count" = "$renewed" ]
        }
        # The files that differ from the index, when they are few and nothing but files: to `asked` and `few.names`, and for a
        # look at all to `known`.
        read_few() {
            renewed=0 plain_names=1
            while IFS= read -r line; do
                name=${line#*"$tab"}
                line=${line%%"$tab"*}
                renewed=$((renewed + 1))
                # git writes a name with a quotation mark, a backslash or a control character in it between quotation marks.
                case $name in \"*) learned=; return 1 ;; esac
                [ "$renewed" -le 20 ] || plain_names=
                [ "$renewed" -le 500 ] || { learned=; return 1; }
                printf '%s\0%s\0' "${line##* }" "$name" >&3 && printf './%s\0' "$name" >&4 && printf './%s\0' "$name" >&7 && printf '%s\n' "$name" >&5 || exit 72
                mode=${line#* }
                case $line in
                ':100'*' 100'*' M') [ -f "./$name" ] && [ ! -L "./$name" ] && [ -r "./$name" ] || plain_names= ;;
                *) plain_names= ;;
                esac
                printf '%s %s\n' "${mode%% *}" "$name" >&6 || exit 72
            done <"$tmp/differ" 3>"$tmp/known" 4>"$tmp/asked" 5>"$tmp/asked.lines" 6>"$tmp/few.names" \
                7>"$tmp/few.asked"
            [ -n "$plain_names" ]
        }
        enter_few() {
            newest
            next_name
            message="$kind $label"
            {
                printf 'commit refs/execkit/%s-%s\ncommitter execkit <execkit@localhost> now\n' "$name" "$kind"
                printf 'data %s\n%s\n\nM 040000 %s files\nM 100644 %s manifest\n' "$((${#message} + 1))" "$message" "$files" "$manifest"
                printf '%s\nls ""\n' "$blobs"
            } >"$tmp/import" || exit 72
            : >"$store/last" || exit 72
            if ! whole=$(git fast-import --quiet --date-format=now <"$tmp/import" 2>/dev/null); then
                rm -f -- "$store/git"/fast_import_crash_*
                find "$store/git/objects" -name 'tmp_*' -type f -exec rm -f {} +
                return 1
            fi
            whole=${whole#040000 tree }
            whole=${whole%%"$tab"*}
            if is_told; then
                git update-ref -d "refs/execkit/$name-$kind" || stop
                printf '%s %s %s %s\n' "$last" "$last_whole" "$last_kind" "$last_label" >"$store/last" || exit 72
            else
                entered
            fi
        }
        """#
}
