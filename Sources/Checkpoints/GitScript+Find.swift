extension GitScript {
    /// The calls of `find` over the starting points in the parameters, with the names of the scope as quoted words.
    static func finds(_ scope: CheckpointScope) -> [UInt8] {
        func quoted(_ words: [[UInt8]]) -> [UInt8] { Array(words.map(ShellText.quoted).joined(separator: [32])) }
        func text(_ plain: String) -> [UInt8] { Array(plain.utf8) }

        /// What is not entered, with what is done about nested repositories, names git cannot hold, and secret directories.
        func prunes(nested: String = "", unnameable: String = "", secret: String = "") -> [UInt8] {
            var expression = text("-path ./.git -prune -o -path \"$inner\" -prune -o -name .git \(nested) -prune")
            expression += text(" -o -iname .git \(unnameable) -prune -o -type d ") + quoted(NamePatterns.buildWords)
            expression += text(" -prune -o -type d ") + quoted(NamePatterns.secretWords) + text(" \(secret) -prune")
            for pattern in scope.ignores { expression += text(" -o ") + quoted(pattern.findWords) + text(" -prune") }
            return expression
        }
        func find(_ name: String, _ expression: [UInt8]) -> [UInt8] {
            text("\(name)() { find \"$@\" ") + expression + text("; }\n")
        }

        // A file whose mode and owner are what git makes by itself is not in the manifest.
        let odd = text(#"-type f \( ! -perm 644 ! -perm 755 -o ! -user "$user" -o ! -group "$group" \) ! "#)
            + quoted(NamePatterns.secretWords)
        let special = text("! -type f ! -type l ! -type d")
        let all = prunes(
            nested: #"-fprintf "$tmp/nested" '%h\0'"#, unnameable: #"-fprintf "$tmp/report" 'x%p\0'"#,
            secret: #"-fprintf "$tmp/report" 'e%p\0'"#)
        // Only what was changed longer than a second ago is sure to get another time when it is changed again.
        let directory = text(
            #" -o -type d -fprintf "$tmp/dirs" '%p\0' -fprintf "$tmp/print" '%C@ %m %p\0'"#
                + #" -fprintf "$tmp/manifest" 'd%m %U %G %p\0' \( -newerct '1 second ago' -fprintf "$tmp/recent" x , \"#
                + #"( ! -readable -o ! -executable \) -fprintf "$tmp/report" 'u%p\0' , -true \)"#)
        return find(
            "walk_gnu",
            all + directory + text(" -o ") + odd + text(#" -fprintf "$tmp/manifest" 'f%m %U %G %p\0' -o "#) + special
                + text(#" -fprintf "$tmp/report" 's%p\0'"#))
            + find("find_nested", prunes(nested: "-print0"))
            + find("find_secret", prunes(secret: "-print0"))
            + find("find_special", prunes() + text(" -o ") + special + text(" -print0"))
            + find("find_odd", prunes() + text(" -o ") + odd + text(" -print0"))
            + find("find_directories", prunes() + text(" -o -type d -print0"))
            + find("find_closed_directories", prunes() + text(#" -o -type d -user "$user" ! -perm -700 -exec chmod u+rwx {} \;"#))
            + find("find_closed_files", prunes() + text(" -o ! ") + quoted(NamePatterns.secretWords)
                + text(#" -type f -user "$user" ! -perm -400 -exec chmod u+r {} +"#))
    }
}
