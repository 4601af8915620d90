extension GitScript {
    /// A part of an answer: a name, a length, the bytes.
    static let answer: StaticString = #"""
        section() {
            if [ -s "$2" ]; then
                size=$(wc -c <"$2") || exit 72
                printf '%s\0%s\0' "$1" "$((size))"
                cat -- "$2"
            else
                printf '%s\0000\0' "$1"
            fi
        }
        """#

    /// What both kinds of store do with the records of `RestoreWork`, which stand on standard input: `read_work` takes them
    /// apart, `set_directories` removes and makes directories, `set_modes` is for the end.
    static let work: StaticString = #"""
        read_work() {
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

            cat >"$tmp/work" || exit 72
            [ ! -s "$tmp/work" ] || xargs -0 sh -c "$deal" sh "$tmp" <"$tmp/work" || exit 72
        }
        set_directories() {
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
        }
        set_modes() {
            for each in owners modes; do
                for list in "$tmp/$each"/*; do
                    [ -e "$list" ] || continue
                    value=${list##*/}
                    if [ "$each" = modes ]; then set -- chmod m; else set -- chown o; fi
                    [ "$value" != own ] || value=$user:$group
                    xargs -0 "$1" "$value" -- <"$list" 2>/dev/null || xargs -0 sh -c "$each_by_itself" sh "$1" "$value" "$2" <"$list" >>"$tmp/kept"
                done
            done
            [ ! -s "$tmp/last" ] || xargs -0 sh -c "$one_by_one" sh <"$tmp/last" >>"$tmp/kept" 2>/dev/null
        }
        """#
}
