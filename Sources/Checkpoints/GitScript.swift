/// The parts of the scripts that both start with: where they are, whose the store is, and that nobody else is in it.
///
/// Exit codes are those of `CheckpointError.ended`.
enum GitScript {
    /// Variables set before it: `workspace`, `store`, `scope`, `backend` (`git`, `plain`).
    static let enter: StaticString = #"""
        set -u
        LC_ALL=C
        PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin${PATH:+:$PATH}
        export LC_ALL PATH
        unset CDPATH ENV BASH_ENV TMPDIR POSIXLY_CORRECT XARGS_ARG_MAX
        unset GIT_OBJECT_DIRECTORY GIT_ALTERNATE_OBJECT_DIRECTORIES GIT_NAMESPACE GIT_PREFIX GIT_CONFIG GIT_CONFIG_PARAMETERS
        unset GIT_CONFIG_COUNT GIT_COMMON_DIR GIT_GRAFT_FILE GIT_SHALLOW_FILE GIT_REPLACE_REF_BASE GIT_EXTERNAL_DIFF GIT_DIFF_OPTS
        unset GIT_TRACE GIT_TRACE2 GIT_TRACE2_EVENT GIT_TRACE2_PERF GIT_TRACE_SETUP GIT_TRACE_PACKET GIT_TRACE_PERFORMANCE
        unset GIT_ICASE_PATHSPECS GIT_GLOB_PATHSPECS GIT_NOGLOB_PATHSPECS GIT_TEMPLATE_DIR GIT_DEFAULT_HASH GIT_DEFAULT_REF_FORMAT
        unset GIT_ATTR_SOURCE GIT_INDEX_VERSION GIT_CEILING_DIRECTORIES GIT_QUARANTINE_PATH GIT_EXEC_PATH GIT_TEST_FSMONITOR
        umask 077
        nl='
        '
        IFS=" 	$nl"

        # Whatever a variable holds, with every byte, into a file; and the reverse, without a process.
        load() {
            loaded=
            while IFS= read -r line || [ -n "$line" ]; do loaded=$loaded$line$nl; done <"$1"
            loaded=${loaded%"$nl"}
        }

        # What `stat` says of the directories in the list on standard input. BusyBox has whole seconds in `%Z`, and as text (%z)
        # what its version knows.
        print_names() {
            if [ "$finder" = gnu ]; then
                xargs -0 stat --printf='%.10Z %a %n\0' -- 2>/dev/null
            else
                TZ=UTC0 xargs -0 stat -c '%Z %z %i %a %n' -- 2>/dev/null
            fi
        }

        # The same of a few files, in a form that a shell can read.
        print_few() { TZ=UTC0 xargs -0 stat -c '%Z %z %i %s %a %u %g %n' -- 2>/dev/null; }
        # Files that are not as the index has them.
        differences() { git -c core.quotepath=false diff-files --no-renames --ignore-submodules=all 2>/dev/null; }

        cd -P -- "$workspace" 2>/dev/null || exit 64
        here=$PWD
        [ "$here" != / ] || exit 64
        case $store in "~/"*) store=${HOME-}/${store#"~/"} ;; esac
        [ -d "$store" ] || mkdir -p -- "$store" || exit 66
        { [ -d "$store" ] && [ ! -L "$store" ] && [ -O "$store" ]; } || exit 66
        # Both without symbolic links, which tells whether one of the two is inside the other.
        cd -P -- "$store" 2>/dev/null || exit 66
        store=$PWD
        { cd -P -- "$here" && [ "$PWD" = "$here" ]; } 2>/dev/null || exit 65
        case $here/ in "$store"/*) exit 66 ;; esac
        GIT_DIR=$store/git GIT_WORK_TREE=$here GIT_INDEX_FILE=$store/index
        GIT_CONFIG_NOSYSTEM=1 GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_SYSTEM=/dev/null GIT_ATTR_NOSYSTEM=1
        GIT_LITERAL_PATHSPECS=1 GIT_TERMINAL_PROMPT=0 GIT_NO_REPLACE_OBJECTS=1 GIT_PAGER=cat
        GIT_AUTHOR_NAME=execkit GIT_AUTHOR_EMAIL=execkit@localhost
        GIT_COMMITTER_NAME=execkit GIT_COMMITTER_EMAIL=execkit@localhost
        HOME=$store XDG_CONFIG_HOME=$store
        export GIT_DIR GIT_WORK_TREE GIT_INDEX_FILE GIT_CONFIG_NOSYSTEM GIT_CONFIG_GLOBAL GIT_CONFIG_SYSTEM GIT_ATTR_NOSYSTEM
        export GIT_LITERAL_PATHSPECS GIT_TERMINAL_PROMPT GIT_NO_REPLACE_OBJECTS GIT_PAGER GIT_AUTHOR_NAME GIT_AUTHOR_EMAIL
        export GIT_COMMITTER_NAME GIT_COMMITTER_EMAIL HOME XDG_CONFIG_HOME
        if [ -f "$store/ready" ]; then
            load "$store/ready"
            [ "${loaded%%"$nl"*}" = "$scope" ] || exit 67
            loaded=${loaded#*"$nl"}
            # Who made the store, and which find there was.
            IFS=' ' read -r user group finder mask plain exec_mode made_by <<END
        $loaded
        END
            [ "${loaded#*"$nl"}" = "$here" ] || exit 65
            [ "$made_by" = "$backend" ] || { [ "$made_by" != plain ] || exit 76; exit 70; }
            [ "$backend" != git ] || command -v git >/dev/null || exit 70
        else
            # Some places have a git that is none: a file that cannot be run, or one that only offers to be installed.
            [ "$backend" != git ] || git --version >/dev/null 2>&1 </dev/null || exit 76
        fi
        """#

    /// One run at a time writes. The lock is a link whose text names its holder, so it is made whole or not at all; that of
    /// a process that is gone, or of another that has its number, is broken, and what that process left is cleared.
    static let lock: StaticString = #"""
        started() {
            line=
            { read -r line <"/proc/$1/stat"; } 2>/dev/null
            set -- ${line##*) }
            start=${20:-0}
        }
        # Not $$: in a subshell that is the shell's number, which outlives it.
        { read -r line </proc/self/stat; } 2>/dev/null || line=$$
        own=${line%% *}
        started "$own"
        holder=$own.$start
        tmp=$store/tmp
        tries=0 abandoned=
        until ln -s "$holder" "$store/lock" 2>/dev/null; do
            other=$(readlink "$store/lock") || other=
            number=${other%%.*}
            case $number in '' | *[!0-9]*) number=0 ;; esac
            started "$number"
            if [ "$number" != 0 ] && kill -0 "$number" 2>/dev/null && [ "$other" = "$number.$start" ]; then exit 68; fi
            tries=$((tries + 1))
            # A directory that takes no link takes nothing else either. (One that was there and is gone was given back just now.)
            [ "$tries" -lt 20 ] || { : >"$store/probe" || exit 72; exit 66; }
            # Looked at again: its holder may just have ended, and another have it.
            if [ -n "$other" ] && [ "$(readlink "$store/lock")" = "$other" ]; then
                rm -f -- "$store/lock"
                abandoned=1
            fi
        done
        # Only who has the lock clears away what another left.
        if [ -n "$abandoned" ]; then
            rm -rf -- "$tmp" "$store/index.lock" "$store/git/packed-refs.lock" "$store/git/HEAD.lock" \
                "$store/last" "$store/manifest.id" "$store/base"
            [ ! -d "$store/git/refs" ] || find "$store/git/refs" "$store/git/objects" \( -name '*.lock' -o -name 'tmp_*' \) \
                -type f -exec rm -f {} +
        fi
        # git leaves what it could not write in full, which on a full disk keeps the disk full.
        leave_store() {
            [ "$?" = 0 ] || { rm -rf -- "$store/probe" "$tmp/new"; find "$store/git/objects" -name 'tmp_*' -type f -exec rm -f {} + 2>/dev/null; }
            rm -f -- "$store/lock"
        }
        trap leave_store EXIT
        trap 'exit 130' HUP INT TERM
        [ -d "$tmp" ] || mkdir -- "$tmp" || exit 72
        """#

    /// The shadow repository. Nothing in it is taken from a template, from the user or from the workspace.
    static let prepare: StaticString = #"""
        if [ ! -f "$store/ready" ]; then
            for tool in cat chmod cmp cut find grep head od readlink rm sed sort stat tr wc xargs; do
                command -v "$tool" >/dev/null || exit 71
            done
            chmod 700 "$store" || exit 66
            rm -rf -- "$store/git" "$store/index" "$store/dirs" "$store/print" "$store/odd" "$store/exclude" \
                "$store/nested" "$store/last" "$store/folders" "$store/odd.records" "$store/manifest.id" "$store/state" "$store/told" \
                "$store/fresh" "$store/fresh.count" "$store/base" "$store/few" "$store/few.print"
            unset GIT_WORK_TREE
            git init -q --bare --template= "$store/git" || exit 72
            GIT_WORK_TREE=$here
            export GIT_WORK_TREE
            mkdir -p "$store/git/info" &&
                cat >>"$store/git/config" <<'END' || exit 72
        [core]
        	bare = false
        	filemode = true
        	symlinks = true
        	ignorecase = false
        	precomposeunicode = false
        	protectHFS = false
        	protectNTFS = false
        	autocrlf = false
        	safecrlf = false
        	eol = lf
        	trustctime = true
        	checkstat = default
        	fsmonitor = false
        	untrackedcache = false
        	sparsecheckout = false
        	splitindex = false
        	hookspath = /dev/null
        	attributesfile = /dev/null
        	excludesfile = /dev/null
        	logallrefupdates = false
        	preloadindex = true
        	looseCompression = 1
        [gc]
        	auto = 0
        [maintenance]
        	auto = false
        [protocol]
        	allow = never
        [diff]
        	ignoresubmodules = all
        	renames = false
        	noprefix = false
        	mnemonicprefix = false
        	algorithm = myers
        	suppressblankempty = false
        [submodule]
        	recurse = false
        [index]
        	threads = true
        [commit]
        	gpgsign = false
        [i18n]
        	commitencoding = UTF-8
        [advice]
        	detachedhead = false
        END
            # Stands above every .gitattributes of the workspace (gitattributes(5)): bytes stay bytes, and no filter runs.
            printf '%s\n' '* -text -crlf -ident -filter !eol !diff !merge !working-tree-encoding !whitespace !conflict-marker-size' \
                >"$store/git/info/attributes" || exit 72
            make_ready
        fi
        """#

    /// What a new store of either kind notes of the place: who made it, which find there is, and the usual modes.
    static let ready: StaticString = #"""
        make_ready() {
            user=$(id -u) && group=$(id -g) || exit 71
            finder=plain
            if find . -prune -printf '' 2>/dev/null; then finder=gnu; fi
            # The creation mask under which most files were made: those have no place in the manifest.
            mask=022 plain=644 exec_mode=755
            most=0
            for each in '022 644 755' '002 664 775' '077 600 700'; do
                set -- $each
                many=$(find . \( -name .git -o -name node_modules \) -prune -o -type f \( -perm "$2" -o -perm "$3" \) -print0 \
                    2>/dev/null | tr -dc '\0' | wc -c)
                [ "$many" -le "$most" ] || most=$many mask=$1 plain=$2 exec_mode=$3
            done
            printf '%s\n%s\n%s\n' "$scope" "$user $group $finder $mask $plain $exec_mode $backend" "$here" >"$tmp/ready" &&
                mv -f -- "$tmp/ready" "$store/ready" || exit 72
        }
        """#
}
