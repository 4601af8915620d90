extension PlainScript {
    /// From the walk to the hash of every file. Files in `tmp`: `lines` (kind and mode, user, group, size, times of content and
    /// of change, inode, name), `hashed` (the same behind a hash).
    static let capture: StaticString = #"""
        # Of the names in a list: what is told, and what is looked at.
        sieve='
            tmp=$1
            shift
            for p; do
                case ${p##*/} in
                '"$secret_case"') printf "e%s\0" "$p" >&5 || exit 1; continue ;;
                esac
                if [ -L "$p" ]; then
                    case ${p##*/} in
                    .[gG][iI][tT][mM][oO][dD][uU][lL][eE][sS]) printf "x%s\0" "$p" >&5 || exit 1; continue ;;
                    esac
                elif [ ! -r "$p" ]; then
                    printf "u%s\0" "$p" >&6 || exit 1
                    continue
                fi
                printf "%s\0" "$p" || exit 1
            done'
        # Called by the walk, for the starting points that it has.
        look() {
            for name in secrets links unreadable; do : >"$tmp/$name" || exit 72; done
            if [ "$finder" = gnu ]; then
                look_gnu "$@" >"$tmp/look" 2>/dev/null
                cat "$tmp/links" >>"$tmp/secrets" && cat "$tmp/unreadable" >>"$tmp/closed" || exit 72
            else
                find_files "$@" >"$tmp/all.names" 2>/dev/null
                xargs -0 -n 1000 sh -c "$sieve" sh "$tmp" <"$tmp/all.names" >"$tmp/names" 5>>"$tmp/secrets" 6>>"$tmp/closed" || exit 72
                xargs -0 -n 1000 sh -c "$look_each" sh "$tmp" <"$tmp/names" >"$tmp/look" || exit 73
            fi
        }
        # Hashes of the names in a list, a line each, and a copy of each content that the store has not.
        keep_contents='
            store=$1 new=$2 from=$3
            shift 3
            [ $# -gt 0 ] || exit 0
            nl="
        "
            together=1
            for p; do
                case $p in *"$nl"* | *\\*) together= ;; esac
                if [ -L "$p" ]; then together=; elif [ ! -f "$p" ]; then exit 1; fi
            done
            [ -z "$together" ] || sha256sum -- "$@" >"$from.sums" || exit 1
            [ -n "$together" ] || : >"$from.sums"
            for p; do
                source=$p
                if [ -n "$together" ]; then
                    IFS= read -r line || exit 1
                else
                    if [ -L "$p" ]; then readlink -n -- "$p" >"$from" || exit 1; source=$from; fi
                    line=$(sha256sum <"$source") || exit 1
                fi
                hash=${line%% *}
                [ ${#hash} = 64 ] || exit 1
                [ -f "$store/objects/$hash" ] || [ -f "$new/$hash" ] || cp -- "$source" "$new/$hash" || exit 1
                printf "%s\n" "$hash"
            done <"$from.sums"'

        # Fails when something changed under its hands. `looked` is `nothing` when all is as it was.
        capture() {
            looked=all
            for name in look lines secrets nested; do : >"$tmp/$name" || exit 72; done
            rm -rf -- "$tmp/new" && mkdir -- "$tmp/new" || exit 72
            began=$(date +%s) || exit 71
            # Where stat tells whole seconds alone, a change right after that one may still be told as in the second before.
            [ "$finder" = gnu ] || began=$((began - 1))
            walk_starts "$@"
            if [ -z "$is_again" ] && [ -s "$store/calm" ] && [ -s "$store/state" ] && [ ! -s "$tmp/closed" ] &&
                cmp -s "$tmp/look" "$store/look" && cmp -s "$tmp/folders" "$store/folders"
            then
                looked=nothing
                return 0
            fi
            : >"$store/calm" || exit 72
            to_lines "$tmp/look" >"$tmp/lines" || exit 72
            [ -f "$store/cache" ] || : >"$store/cache" || exit 72
            : >"$tmp/have" && : >"$tmp/want" || exit 72
            tmp=$tmp awk "$behind"'
                part == 1 { known[$1 " " $2 " " $3 " " $4 " " $5 " " $6 " " $7 " " behind($0, 8)] = $8; next }
                $0 in known { print known[$0] " " $0 >(ENVIRON["tmp"] "/have"); next }
                { print >(ENVIRON["tmp"] "/want") }' part=1 "$store/cache" part=2 "$tmp/lines" || exit 72
            awk "$behind"'{ print behind($0, 7) }' "$tmp/want" >"$tmp/names.lines" || exit 72
            from_lines "$tmp/names.lines" >"$tmp/names" || exit 72
            xargs -0 -n 500 sh -c "$keep_contents" sh "$store" "$tmp/new" "$tmp/source" <"$tmp/names" >"$tmp/hashes" || return 1
            accept || return 1
            # Both lists have a line for each name, in the same order.
            awk 'part == 1 { hash[++n] = $0; next } { print hash[++m] " " $0 } END { exit n != m }' \
                part=1 "$tmp/hashes" part=2 "$tmp/want" >"$tmp/hashed" || return 1
            cat "$tmp/have" >>"$tmp/hashed" || exit 72
        }
        # Contents enter the store only under the hash that they have.
        accept() {
            [ -n "$(find "$tmp/new" -type f | head -n 1)" ] || return 0
            find "$tmp/new" -type f -exec chmod 600 {} + && find "$tmp/new" -type f -exec sha256sum {} + >"$tmp/sums" || return 1
            awk '{ name = $0; sub(/.*\//, "", name); if (name != $1) exit 1 }' "$tmp/sums" || return 1
            find "$tmp/new" -type f -exec sh -c 'mv -f -- "$@" "$0"' "$store/objects/" {} + || exit 72
        }
        """#
}
