/// Words that are scripts: `bash -c`, `eval`, `trap`, input of a shell.
extension ShellReader {
    /// Reads a value as a script of its own, as soon as the command around it is done.
    mutating func pushLater(_ bytes: [UInt8], _ kind: Frame.Kind, at offset: Int) {
        if !bytes.isEmpty { later.append((bytes, kind, offset)) }
    }

    /// Starts the scripts found while words were collected. False when there were any.
    mutating func startLaterScripts() {
        for (bytes, kind, offset) in later { pushSource(bytes, kind: kind, dialect: dialect, at: offset) }
        later.removeAll(keepingCapacity: true)
    }

    mutating func runScript(_ bytes: [UInt8], _ flags: WordFlags, dialect: ShellDialect, at offset: Int) {
        if !flags.isDisjoint(with: .anyExpansion) { unknown(.expandedScript, at: offset) }
        if flags.contains(.download) { hit(.downloadToShell, at: offset) }
        if bytes.contains(where: { $0 != .unknown }) { pushSource(bytes, kind: .script, dialect: dialect, at: offset) }
    }

    /// Words joined with spaces, as `eval` does.
    mutating func runScript(joining range: Range<Int>) {
        guard let first = range.first else { return }
        var bytes: [UInt8] = []
        var flags: WordFlags = []
        for index in range {
            if index > first { bytes.append(.space) }
            bytes.append(contentsOf: text[words[index].start..<words[index].end])
            flags.formUnion(words[index].flags)
        }
        runScript(bytes, flags, dialect: dialect, at: words[first].offset)
    }

    /// A script inside a word from a place on; with the words after it as its arguments for `env -S`.
    mutating func runScript(from start: Int, in index: Int, upTo upper: Int, joining: Bool) {
        var bytes = Array(text[start..<words[index].end])
        var flags = words[index].flags
        if joining {
            for word in words[index + 1..<max(upper, index + 1)] {
                bytes.append(contentsOf: [.space, .singleQuote])
                for byte in text[word.start..<word.end] {
                    if byte == .singleQuote { bytes.append(contentsOf: Array("'\\''".utf8)) } else {
                        bytes.append(byte)
                    }
                }
                bytes.append(.singleQuote)
                flags.formUnion(word.flags)
            }
        }
        runScript(bytes, flags, dialect: joining ? .posix : dialect, at: words[index].offset)
    }

    /// A shell: `-c` text, a file, or its standard input (bash(1), INVOCATION).
    mutating func inspectShell(_ dialect: ShellDialect, _ range: Range<Int>, appends: Bool) {
        guard let first = words[range].first ?? words[0..<range.lowerBound].last else { return }
        if cmd.flags.contains(.network) { hit(.reverseShell, at: first.offset) }
        var index = range.lowerBound
        var isCommand = false
        var isInput = false
        while index < range.upperBound {
            let word = words[index]
            let bytes = text[word.start..<word.end]
            guard let lead = bytes.first, lead == .dash || lead == .plus, bytes.count > 1 else { break }
            index += 1
            if isText(word, "--") { break }
            if bytes[bytes.startIndex + 1] == .dash {
                if isText(word, "--rcfile") || isText(word, "--init-file") {
                    if index < range.upperBound { unknown(.scriptFile, at: word.offset) }
                    index += 1
                } else if isText(word, "--version") || isText(word, "--help") {
                    return
                }
                continue
            }
            if lead == .dash, bytes.contains(UInt8(ascii: "c")) { isCommand = true }
            if lead == .dash, bytes.contains(UInt8(ascii: "s")) { isInput = true }
            if bytes.last == UInt8(ascii: "o") || bytes.last == UInt8(ascii: "O") { index += 1 }
        }
        if isCommand {
            guard index < range.upperBound else {
                if appends { unknown(.appendedArguments, at: first.offset) }
                return
            }
            let word = words[index]
            runScript(Array(text[word.start..<word.end]), word.flags, dialect: dialect, at: word.offset)
            if appends { unknown(.appendedArguments, at: word.offset) }
            return
        }
        if index < range.upperBound, !isInput, !isStandardInput(words[index]) {
            unknown(.scriptFile, at: words[index].offset)
            if words[index].flags.contains(.download) { hit(.downloadToShell, at: words[index].offset) }
            return
        }
        if appends { unknown(.appendedArguments, at: first.offset) }
        readInput(dialect, at: first.offset)
    }

    func isStandardInput(_ word: Word) -> Bool {
        isText(word, "-") || isText(word, "/dev/stdin") || isText(word, "/dev/fd/0") || isText(word, "/proc/self/fd/0")
    }

    /// The command being inspected runs what it reads.
    mutating func readInput(_ dialect: ShellDialect, at offset: Int) {
        list.readsScript = true
        if list.piped, cmd.flags.isDisjoint(with: [.stdinFile, .stdinDownload]), cmd.stdinText.isEmpty {
            unknown(.pipedScript, at: offset)
            if list.download { hit(.downloadToShell, at: offset) }
            // `cat <<E | sh`: any here-document still to come may be what the pipeline brings.
            feedHeredocs(from: heredocBase, dialect)
            if !list.feed.isEmpty { pushSource(kept(list.feed), kind: .script, dialect: dialect, at: offset) }
        }
        readRedirections(dialect, at: offset)
    }

    private mutating func readRedirections(_ dialect: ShellDialect, at offset: Int) {
        if cmd.flags.contains(.stdinFile) { unknown(.scriptFile, at: offset) }
        if cmd.flags.contains(.stdinDownload) { hit(.downloadToShell, at: offset) }
        // Inside a nested text (`ssh host bash <<E`) the document stands at the command around it.
        feedHeredocs(from: sources.isEmpty ? cmd.firstHeredoc : 0, dialect)
        if !cmd.stdinText.isEmpty { pushSource(kept(cmd.stdinText), kind: .script, dialect: dialect, at: offset) }
    }

    /// Here-documents from a place on are read as scripts.
    private mutating func feedHeredocs(from first: Int, _ dialect: ShellDialect) {
        var index = first
        while index < heredocs.count {
            heredocs[index].script = heredocs[index].script ?? dialect
            index += 1
        }
        found.effort += max(0, heredocs.count - first)
    }

    /// A group with a shell in it has redirections of its own: `{ sh; } <<EOF`.
    mutating func feedGroup() {
        readRedirections(.posix, at: position)
    }

    /// What `echo` or `printf` of known words writes, kept for a shell further down the pipeline.
    mutating func keepEcho(_ range: Range<Int>) {
        guard position < end, input[position] == .pipe else { return }
        var feed: [UInt8] = []
        for word in words[range] {
            if text[word.start..<word.end].first == .dash { continue }
            if !feed.isEmpty { feed.append(.space) }
            let value = Array(text[word.start..<word.end])
            var index = word.start
            while index < word.end {
                if text[index] == .backslash, index + 1 < word.end {
                    let decoded = AnsiEscape.decode(value, at: index + 1 - word.start, end: value.count)
                    feed.append(contentsOf: decoded.bytes)
                    index = word.start + decoded.next
                } else if text[index] == UInt8(ascii: "%"), index + 1 < word.end, text[index + 1] == UInt8(ascii: "s") {
                    index += 2
                } else {
                    feed.append(text[index])
                    index += 1
                }
            }
        }
        list.feed = keep(feed)
    }
}
