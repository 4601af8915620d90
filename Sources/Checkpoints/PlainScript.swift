/// The store for a place without git: files by the SHA-256 of their content, and lists of what a state holds. Every tool is one
/// that BusyBox has.
///
/// In the store: `objects` (contents, and targets of links, by hash), `states` (directories by id: `files` and `manifest`),
/// `entries` (a line each, under a name that sorts by age), `cache` (hashes by what `stat` said), `look` and `lines` (what the
/// last look found).
///
/// In lists a name is a part of a line: `\` and the line feed stand as `\\` and `\n` in it, which `printf %b` reads back.
enum PlainScript {
    /// What all parts use. `differences` prints for each file that is not the same in two states: a letter, modes and hashes of the
    /// first and of the second, and the name.
    static let tools: StaticString = #"""
        # From records that end with NUL to lines, and back.
        to_lines() {
            if [ -z "$(tr -dc '\n\\' <"$1" | head -c 1 | tr '\n' x)" ]; then
                tr '\0' '\n' <"$1"
            else
                od -An -v -to1 "$1" | awk '
                    BEGIN { for (i = 1; i < 256; i++) text[sprintf("%03o", i)] = sprintf("%c", i)
                        text["012"] = "\\n"; text["134"] = "\\\\"; text["000"] = "\n" }
                    { for (i = 1; i <= NF; i++) printf "%s", text[$i] }'
            fi
        }
        from_lines() {
            if grep -q '\\' "$1"; then
                while IFS= read -r line; do printf '%b\0' "$line" || exit 72; done <"$1"
            else
                tr '\n' '\0' <"$1"
            fi
        }
        # Of a line, what stands behind so many fields.
        behind='function behind(line, count) { while (count-- > 0) line = substr(line, index(line, " ") + 1); return line } '
        look_each='
            tmp=$1
            shift
            [ $# -gt 0 ] || exit 0
            stat -c "%a %u %g %s %Y %Z %i" -- "$@" >"$tmp/stats" 2>/dev/null || exit 1
            for p; do
                IFS= read -r line || exit 1
                kind=f
                [ ! -L "$p" ] || kind=l
                printf "%s%s %s\0" "$kind" "$line" "$p" || exit 1
            done <"$tmp/stats"'
        look_gnu_each="exec find \"\$@\" -prune -printf '%y%m %U %G %s %T@ %C@ %i %p\\0'"

        # What stat says now of the names in a list.
        look_again() {
            if [ "$finder" = gnu ]; then
                xargs -0 sh -c "$look_gnu_each" sh <"$1" 2>/dev/null
            else
                xargs -0 -n 1000 sh -c "$look_each" sh "$tmp" <"$1"
            fi
        }
        differences() {
            awk "$behind"'
                part == 1 { name = behind($0, 2); mode[name] = $1; hash[name] = $2; next }
                {
                    name = behind($0, 2)
                    if (!(name in mode)) { print "A 000000 " $1 " 0 " $2 " " name; next }
                    if (mode[name] != $1 || hash[name] != $2)
                        print ((mode[name] == "120000") != ($1 == "120000") ? "T " : "M ") mode[name] " " $1 " " hash[name] " " $2 " " name
                    delete mode[name]
                }
                END { for (name in mode) print "D " mode[name] " 000000 " hash[name] " 0 " name }' \
                part=1 "$store/states/$1/files" part=2 "$store/states/$2/files"
        }
        """#

    static let prepare: StaticString = #"""
        if [ ! -f "$store/ready" ]; then
            for tool in awk cat chmod cmp cp cut date diff find grep head id ln mkdir mv od readlink rm rmdir sed sha256sum sort stat \
                tr wc xargs; do
                command -v "$tool" >/dev/null || exit 71
            done
            chmod 700 "$store" || exit 66
            rm -rf -- "$store/objects" "$store/states" "$store/entries" "$store/cache" "$store/look" "$store/lines" \
                "$store/folders" "$store/state" "$store/calm"
            mkdir -- "$store/objects" "$store/states" "$store/entries" || exit 72
            # A tool that reads a record, a hash or an octal number differently would make states that nobody can read.
            printf 'b\na\0\1\\\0' >"$tmp/probe" && to_lines "$tmp/probe" >"$tmp/lines" && from_lines "$tmp/lines" >"$tmp/back" || exit 71
            cmp -s "$tmp/probe" "$tmp/back" || exit 71
            case $(sha256sum </dev/null) in e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855*) ;; *) exit 71 ;; esac
            printf 'a\0b\0' >"$tmp/sorted" && printf 'b\0a\0' | sort -z | cmp -s - "$tmp/sorted" || exit 71
            make_ready
        fi
        """#

    /// Nothing costs less than the look that the capture begins with.
    static let unchanged: StaticString = ""
}
