extension GitScript {
    /// The calls of `find` over the starting points in the parameters, with the names of the scope as quoted words.
    ///
    /// What is asked of names stands inside groups that act, because GNU find asks names before kinds otherwise, and so each
    /// name of the list for each file.
    static func finds(_ scope: CheckpointScope, _ backend: Backend) -> [UInt8] {
        func quoted(_ words: [[UInt8]]) -> [UInt8] { Array(words.map(ShellText.quoted).joined(separator: [32])) }
        func text(_ plain: String) -> [UInt8] { Array(plain.utf8) }

        /// What is not entered, and what is done about nested repositories, names git cannot hold, secret directories, and all
        /// other directories.
        func find(
            _ name: String, nested: String = "", unnameable: String = "", secret: String = "", directory: String = "! -type d",
            then rest: [UInt8] = []
        ) -> [UInt8] {
            var expression = text(#"-path ./.git -prune -o -name .git \#(nested) -prune -o -type d \( -path "$inner" -prune"#)
            expression += text(" -o -iname .git \(unnameable) -prune -o ") + quoted(NamePatterns.buildWords)
            expression += text(" -prune -o ") + quoted(NamePatterns.secretWords) + text(" \(secret) -prune")
            for pattern in scope.ignores where pattern.isDirectory {
                expression += text(" -o ") + quoted(pattern.findWords) + text(" -prune")
            }
            expression += text(#" -o \#(directory) \)"#)
            for pattern in scope.ignores where !pattern.isDirectory {
                expression += text(" -o ") + quoted(pattern.findWords) + text(" -prune")
            }
            return text("\(name)() { find \"$@\" ") + expression + (rest.isEmpty ? [] : text(" -o ")) + rest + text("; }\n")
        }

        // git compares times by the second, so it misses a mode that changes in the second of the last look: the walk does not.
        func odd(_ action: String) -> [UInt8] {
            text(#"-type f \( ! -perm "$plain" ! -perm "$exec_mode" -o ! -user "$user" -o ! -group "$group" \) \( "#)
                + quoted(NamePatterns.secretWords) + text(#" -o \#(action) \)"#)
        }
        // BusyBox 1.35 forgets what `-exec … +` has gathered inside a group.
        func tagged(_ letter: String, _ end: String) -> String { #"-exec sh -c "$tagged_to" "$tmp/report" \#(letter) {} \#(end)"# }
        let special = "! -type f ! -type l ! -type d"
        // Only what was changed longer than a second ago is sure to get another time when it is changed again.
        let directory =
            #"\( -fprintf "$tmp/dirs" '%p\0' -fprintf "$tmp/print" '%C@ %m %p\0'"#
            + #" -fprintf "$tmp/folders" 'd%m %U %G %p\0' \( -newerct '1 second ago' -fprintf "$tmp/recent" x , \"#
            + #"( ! -readable -o ! -executable \) -fprintf "$tmp/closed" 'u%p\0' , -true \) \)"#
        let shared = find(
            "walk_gnu", nested: #"-fprintf "$tmp/nested" '%h\0'"#, unnameable: #"-fprintf "$tmp/report" 'x%p\0'"#,
            secret: #"-fprintf "$tmp/report" 'e%p\0'"#, directory: directory,
            then: odd(#"-fprintf "$tmp/seen" '%p\0'"#) 
                + text(#" -o \#(special) -fprintf "$tmp/report" 's%p\0'"#))
            + find(
                "find_plain", nested: #"-exec sh -c "$holders_to" "$tmp/nested" {} +"#, unnameable: tagged("x", #"\;"#),
                secret: tagged("e", #"\;"#), directory: "-print0", then: text("\(special) " + tagged("s", "+")))
            + find("find_odd", then: odd("-print0"))
            + find("find_closed_directories", directory: #"-user "$user" ! -perm -500 -exec chmod u+rwx {} \;"#)
            + find(
                "find_closed_files",
                then: text(#"-type f -user "$user" ! -perm -400 \( "#) + quoted(NamePatterns.secretWords)
                    + text(#" -o -exec chmod u+r {} + \)"#))
        guard backend == .plain else { return shared }
        // One record a file, in the fields of `PlainScript.capture`.
        let file = text(#"\( -type f -o -type l \) ! -iname .git \( "#)
        return shared
            + find(
                "look_gnu",
                then: file + quoted(NamePatterns.secretWords) + text(#" -fprintf "$tmp/secrets" 'e%p\0'"#)
                    + text(#" -o -type l -iname .gitmodules -fprintf "$tmp/links" 'x%p\0'"#)
                    + text(#" -o -type f ! -readable -fprintf "$tmp/unreadable" 'u%p\0'"#)
                    + text(#" -o -printf '%y%m %U %G %s %T@ %C@ %i %p\0' \)"#))
            + find("find_files", then: file + text(#"-print0 \)"#))
    }
}
