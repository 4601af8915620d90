extension GitScript {
    /// What is different between a checkpoint and the workspace, for the plan. Variables before it: `target`.
    static let compare: StaticString = #"""
        compare() {
            git diff-tree -r -z --raw --no-renames --no-abbrev "$whole:files" "$target:files" >"$tmp/raw" || exit 69
            section changes "$tmp/raw"
            git cat-file blob "$target:manifest" >"$tmp/theirs" || exit 69
            git cat-file blob "$whole:manifest" >"$tmp/ours" || exit 69
            section now "$tmp/ours"
            section then "$tmp/theirs"
            if cmp -s "$tmp/ours" "$tmp/theirs"; then
                : >"$tmp/members"
            else
                git ls-tree -r -z --name-only "$target:files" >"$tmp/members" || exit 69
            fi
            section members "$tmp/members"
            printf '%s\0' "$mask"
        }
        """#

    /// Opens what was closed to its owner, so that it can be captured and brought back.
    static let open: StaticString = #"""
        if [ "$user" != 0 ] && [ $# -gt 0 ]; then
            find_closed_directories "$@" 2>/dev/null
            find_closed_files "$@" 2>/dev/null
        fi
        """#

    /// Brings the files back. Variables before it: `target`, `whole` (the safety checkpoint). Standard input: the records of
    /// `RestoreWork`.
    ///
    /// git moves the files from one tree to the other, and before it touches any it refuses when one is not as the safety
    /// checkpoint has it, or when something that is in no checkpoint would be overwritten. In the second case those names
    /// stay as they are, and the rest is done.
    static let apply: StaticString = #"""
        for name in open blocked make remove last kept; do : >"$tmp/$name" || exit 72; done
        rm -rf -- "$tmp/modes" "$tmp/owners" && mkdir "$tmp/modes" "$tmp/owners" || exit 72
        deal='
            tmp=$1
            shift
            for r; do
                kind=${r%% *}
                r=${r#* }
                case $kind in
                mode | owner) printf "%s\0" "${r#* }" >>"$tmp/${kind}s/${r%% *}" ;;
                *) printf "%s\0" "$r" >>"$tmp/$kind" ;;
                esac || exit 1
            done'
        tagged='tag=$1; shift; for p; do printf "%s%s\0" "$tag" "$p" || exit 1; done'
        in_the_way='
            for p; do
                bad= q=$p
                while :; do
                    case $q in */*) q=${q%/*} ;; *) break ;; esac
                    if [ -L "$q" ] || { [ -e "$q" ] && [ ! -d "$q" ]; }; then
                        git ls-files --error-unmatch -- "$q" >/dev/null 2>&1 || bad=1
                        q=
                        break
                    fi
                done
                if [ -n "$q" ] && { [ -L "$p" ] || [ -e "$p" ]; }; then
                    if [ -d "$p" ] && [ ! -L "$p" ]; then
                        [ -z "$(git ls-files -o -- "$p" | head -c 1)" ] || bad=1
                    else
                        bad=1
                    fi
                fi
                [ -z "$bad" ] || printf "%s\0" "$p" || exit 1
            done'
        there='for p; do if [ -d "$p" ] && [ ! -L "$p" ]; then printf "%s\0" "$p" || exit 1; fi; done'
        absent='for p; do if [ ! -d "$p" ] || [ -L "$p" ]; then printf "%s\0" "$p" || exit 1; fi; done'
        # What is not there is told elsewhere.
        each_by_itself='
            tool=$1 value=$2 tag=$3
            shift 3
            for p; do
                [ ! -e "$p" ] || "$tool" "$value" -- "$p" || printf "%s%s\0" "$tag" "$p"
            done'
        one_by_one='for r; do [ ! -e "${r#* }" ] || chmod "${r%% *}" -- "${r#* }" || printf "m%s\0" "${r#* }"; done'

        # The goal without the names in a list, which are told as kept.
        leave() {
            GIT_INDEX_FILE=$tmp/index
            git read-tree "$goal" && git update-index -z --force-remove --stdin <"$1" && goal=$(git write-tree) || exit 72
            GIT_INDEX_FILE=$store/index
            xargs -0 sh -c "$tagged" sh b <"$1" >>"$tmp/kept" || exit 72
        }

        cat >"$tmp/work" || exit 72
        [ ! -s "$tmp/work" ] || xargs -0 sh -c "$deal" sh "$tmp" <"$tmp/work" || exit 72
        now=$(git rev-parse -q --verify "$whole:files") && goal=$(git rev-parse -q --verify "$target:files") || exit 74
        : >"$store/print" || exit 72
        umask "$mask"
        [ ! -s "$tmp/open" ] || xargs -0 chmod u+rwx -- <"$tmp/open" 2>/dev/null
        [ ! -s "$tmp/blocked" ] || leave "$tmp/blocked"
        if ! git read-tree -m -u "$now" "$goal" 2>"$tmp/said"; then
            case $(cat "$tmp/said") in *'No space'* | *quota*) exit 72 ;; esac
            git diff-tree -r -z --name-only --no-renames --diff-filter=A "$now" "$goal" >"$tmp/added" || exit 69
            xargs -0 sh -c "$in_the_way" sh <"$tmp/added" >"$tmp/more" || exit 72
            [ -s "$tmp/more" ] || exit 73
            leave "$tmp/more"
            if ! git read-tree -m -u "$now" "$goal" 2>"$tmp/said"; then
                case $(cat "$tmp/said") in *'No space'* | *quota*) exit 72 ;; esac
                exit 73
            fi
        fi
        if [ -s "$tmp/remove" ]; then
            xargs -0 rmdir -- <"$tmp/remove" 2>/dev/null
            xargs -0 sh -c "$there" sh <"$tmp/remove" >"$tmp/left" || exit 72
            xargs -0 sh -c "$tagged" sh d <"$tmp/left" >>"$tmp/kept" || exit 72
        fi
        if [ -s "$tmp/make" ]; then
            xargs -0 sh -c "$absent" sh <"$tmp/make" >"$tmp/wanted" || exit 72
            [ ! -s "$tmp/wanted" ] || xargs -0 mkdir -- <"$tmp/wanted" 2>/dev/null
            xargs -0 sh -c "$absent" sh <"$tmp/make" >"$tmp/left" || exit 72
            xargs -0 sh -c "$tagged" sh b <"$tmp/left" >>"$tmp/kept" || exit 72
        fi
        for each in owners modes; do
            for list in "$tmp/$each"/*; do
                [ -e "$list" ] || continue
                value=${list##*/}
                if [ "$each" = modes ]; then set -- chmod m; else set -- chown o; fi
                [ "$value" != own ] || value=$user:$group
                xargs -0 "$1" "$value" -- <"$list" 2>/dev/null || xargs -0 sh -c "$each_by_itself" sh "$1" "$value" "$2" <"$list" >>"$tmp/kept"
            done
        done
        # What got a mode in the same moment as its content does not look changed to git.
        for list in "$tmp"/modes/*; do
            [ ! -e "$list" ] || cat -- "$list" >>"$store/odd" || exit 72
        done
        [ ! -s "$tmp/last" ] || xargs -0 sh -c "$one_by_one" sh <"$tmp/last" >>"$tmp/kept" 2>/dev/null
        section kept "$tmp/kept"
        """#
}
