/// Programs whose arguments say more, one case each.
extension ShellReader {
    mutating func inspect(_ known: KnownProgram, _ range: Range<Int>, depth: Int, appends: Bool) {
        let offset = range.lowerBound > 0 ? words[range.lowerBound - 1].offset : 0
        if !range.isEmpty { found.effort += words[range.upperBound - 1].end - words[range.lowerBound].start }
        switch known {
        case .shell(let dialect): inspectShell(dialect, range, appends: appends)
        case .eval:
            let marked = words[range].first.map { isText($0, "--") } ?? false
            runScript(joining: marked ? range.dropFirst() : range)
            if appends { unknown(.appendedArguments, at: offset) }
        case .source: inspectSource(range, at: offset)
        case .trap:
            if let word = words[range].first(where: { !isOption($0) }), words[range].count > 1 {
                runScript(Array(text[word.start..<word.end]), word.flags, dialect: dialect, at: word.offset)
            }
        case .alias:
            for word in words[range] {
                guard let equals = text[word.start..<word.end].firstIndex(of: .equals) else { continue }
                runScript(Array(text[equals + 1..<word.end]), word.flags, dialect: dialect, at: word.offset)
            }
        case .hash: inspectHash(range)
        case .unset: functions.removeAll()
        case .find: inspectFind(range, depth: depth)
        case .echo: keepEcho(range)
        case .download:
            list.partDownload = true
            list.sawDownload = true
        case .interpreter:
            if list.piped, list.download, words[range].allSatisfy({ isText($0, "-") }) {
                hit(.downloadToShell, at: offset)
            }
            if cmd.flags.contains(.stdinDownload) { hit(.downloadToShell, at: offset) }
        case .wrapper, .busybox: break
        default: inspectDamage(known, range, at: offset)
        }
    }

    func isOption(_ word: Word) -> Bool {
        word.end - word.start > 1 && text[word.start] == .dash
    }

    private mutating func inspectSource(_ range: Range<Int>, at offset: Int) {
        guard let word = words[range].first else { return }
        if isStandardInput(word) {
            readInput(dialect, at: offset)
        } else if !isText(word, "/dev/null") {
            unknown(.scriptFile, at: word.offset)
            if word.flags.contains(.download) { hit(.downloadToShell, at: word.offset) }
        }
    }

    /// `hash -p /bin/rm ls` makes `ls` another program.
    private mutating func inspectHash(_ range: Range<Int>) {
        guard range.count > 1, isText(words[range.lowerBound], "-p") else { return }
        ranges.append((range.lowerBound + 1..<range.lowerBound + 2, 1))
    }

    /// `find`: where it starts, and what `-exec` and its kin start (find(1)).
    private mutating func inspectFind(_ range: Range<Int>, depth: Int) {
        var index = range.lowerBound
        var root: Int?
        var inPaths = true
        while index < range.upperBound {
            found.effort += 1
            let word = words[index]
            let first = text[word.start..<word.end].first
            if inPaths {
                let option = ["-H", "-L", "-P"].contains { isText(word, $0) }
                if !option, first == .dash || first == .openParen || first == .bang {
                    inPaths = false
                } else {
                    if !option, PathFacts.isRoot(text[word.start..<word.end], word.flags) { root = word.offset }
                    index += 1
                    continue
                }
            }
            if isText(word, "-delete"), let root { hit(.findDelete, at: root) }
            let starts = ["-exec", "-execdir", "-ok", "-okdir"].contains { isText(word, $0) }
            index += 1
            guard starts else { continue }
            let start = index
            while index < range.upperBound, !isText(words[index], ";"),
                !(isText(words[index], "+") && index > start && isText(words[index - 1], "{}")) {
                index += 1
            }
            found.effort += index - start
            if start < index {
                ranges.append((start..<index, depth + 1))
                let program = words[start]
                let base = text.baseName(program.start..<program.end)
                if let root, text.holds("rm", from: base, to: program.end) { hit(.findDelete, at: root) }
            }
        }
    }
}
