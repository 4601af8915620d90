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

        # The goal without the names in a list, which are told as kept.
        leave() {
            GIT_INDEX_FILE=$tmp/index
            git read-tree "$goal" && git update-index -z --force-remove --stdin <"$1" && goal=$(git write-tree) || exit 72
            GIT_INDEX_FILE=$store/index
            xargs -0 sh -c "$tagged" sh b <"$1" >>"$tmp/kept" || exit 72
        }

        read_work
        now=$(git rev-parse -q --verify "$whole:files") && goal=$(git rev-parse -q --verify "$target:files") || exit 74
        : >"$store/print" && : >"$store/base" || exit 72
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
        set_directories
        set_modes
        # What got a mode in the same moment as its content does not look changed to git.
        for list in "$tmp"/modes/*; do
            [ ! -e "$list" ] || cat -- "$list" >>"$store/odd" || exit 72
        done
        section kept "$tmp/kept"
        """#
}
