/// The end of words and of simple commands, reserved words, `case` and loops.
extension ShellReader {
    /// Ends the word being collected and decides what it is. In a `case` pattern or array it is forgotten.
    mutating func endWord() {
        guard cmd.wordOpen else { return }
        switch kind {
        case .conditional, .array, .casePattern:
            endDataWord()
            return
        case .hereText:
            cmd.wordOpen = false
            return
        default: break
        }
        cmd.wordOpen = false
        let word = Word(start: cmd.wordStart, end: text.count, offset: cmd.wordOffset, flags: cmd.wordFlags)
        if cmd.redirection != .none {
            finishRedirection(word)
            text.cut(to: word.start)
            return
        }
        if word.end == word.start, word.flags.isEmpty { return }
        let index = words.count - cmd.firstWord
        if index <= 1, takeReserved(word, index: index) { return }
        if index == 0 {
            if takeAssignment(word) {
                text.cut(to: word.start)
                return
            }
            if cmd.flags.contains(.time), word.isLiteral, word.end > word.start, text[word.start] == .dash {
                text.cut(to: word.start)
                return
            }
        }
        if word.flags.contains(.brace), word.isLiteral, cmd.braceOpen >= 0, cmd.braceClose > cmd.braceOpen,
            splitBraces(word) {
            return
        }
        words.append(word)
    }

    /// `pre{a,b}post` outside quotes becomes its words. One brace group a word; others stay as written.
    private mutating func splitBraces(_ word: Word) -> Bool {
        let inner = cmd.braceOpen + 1..<cmd.braceClose
        let braces = text[word.start..<word.end].count { $0 == .openBrace || $0 == .closeBrace }
        guard braces == 2, text[inner].contains(.comma), word.end - word.start <= 1024 else { return false }
        let before = Array(text[word.start..<cmd.braceOpen])
        let after = Array(text[cmd.braceClose + 1..<word.end])
        let parts = Array(text[inner]).split(separator: .comma, omittingEmptySubsequences: false)
        // Each part repeats what stands around it; the bound keeps the work linear.
        guard parts.count * (before.count + after.count) <= 4096 else { return false }
        text.cut(to: word.start)
        for part in parts where !(before.isEmpty && part.isEmpty && after.isEmpty) {
            let start = text.count
            text.append(contentsOf: before)
            text.append(contentsOf: part)
            text.append(contentsOf: after)
            words.append(Word(start: start, end: text.count, offset: word.offset,
                flags: word.flags.subtracting(.brace)))
        }
        found.effort += text.count - word.start
        return true
    }

    /// Ends the command being collected. False when a script in it must be read before what follows.
    mutating func endCommand() -> Bool {
        endWord()
        // `f;` above may have opened or closed a construct; what is collected now is what counts.
        let depth = sources.count
        if words.count > cmd.firstWord, cmd.flags.isDisjoint(with: [.loopHeader, .caseHeader, .functionName]) {
            inspectCommand()
        } else if cmd.flags.contains(.groupReadsScript) {
            feedGroup()
        }
        if !later.isEmpty { startLaterScripts() }
        if sources.count > depth {
            // The frame of the nested source holds the finished command: forget it there.
            let first = frames.count - (sources.count - depth)
            let base = frames[first].building
            var fresh = Building(firstWord: base.firstWord, textBase: base.textBase, firstHeredoc: heredocs.count)
            fresh.redirection = .none
            for index in first..<frames.count {
                frames[index].building = fresh
                frames[index].wordCount = base.firstWord
                frames[index].textCount = base.textBase
            }
            return false
        }
        dropWords()
        startCommand()
        return true
    }

    /// Whether the word may be read as a reserved word here, and if so does what it says.
    private mutating func takeReserved(_ word: Word, index: Int) -> Bool {
        let length = word.end - word.start
        guard word.flags.subtracting([.brace, .glob]).isEmpty else {
            return index == 0 && cmd.flags.contains(.functionName) && nameFunction(word)
        }
        if cmd.flags.contains(.functionName) { return nameFunction(word) }
        guard length <= 8, !cmd.flags.contains(.prefixed) else { return false }
        if index == 1 {
            if cmd.flags.contains(.caseHeader), isText(word, "in") {
                dropWords()
                cmd.flags.remove(.caseHeader)
                kind = .casePattern
                return true
            }
            if cmd.flags.contains(.loopHeader), isText(word, "do") {
                dropWords()
                startCommand()
                return true
            }
            guard cmd.flags.contains(.coprocess), opensCompound(word) else { return false }
            words.cut(to: words.count - 1)
            cmd.flags.remove(.coprocess)
        }
        if cmd.flags.contains(.caseHeader) { return false }
        if cmd.flags.contains(.loopHeader), !isText(word, "do") { return false }
        return takeKeyword(word)
    }

    private mutating func nameFunction(_ word: Word) -> Bool {
        defineFunction(Array(text[word.start..<word.end]))
        forget(word)
        cmd.flags.remove(.functionName)
        var index = position
        while index < end, input[index].isBlank { index += 1 }
        guard index < end, input[index] == .openParen else { return true }
        index += 1
        while index < end, input[index].isBlank { index += 1 }
        if index < end, input[index] == .closeParen { position = index + 1 }
        return true
    }

    /// Takes back the text of a word that is not kept.
    private mutating func forget(_ word: Word) {
        text.cut(to: word.start)
    }

    private mutating func open(_ kind: Frame.Kind, _ word: Word) {
        forget(word)
        push(kind, start: word.offset)
    }

    private func opensCompound(_ word: Word) -> Bool {
        ["{", "if", "while", "until", "for", "case", "select", "[["].contains { isText(word, $0) }
    }

    private mutating func takeKeyword(_ word: Word) -> Bool {
        switch text[word.start] {
        case .bang:
            guard isText(word, "!") else { return false }
            forget(word)
        case .openBrace:
            guard isText(word, "{") else { return false }
            open(.brace, word)
        case .closeBrace:
            guard isText(word, "}"), kind == .brace || kind == .braceSubstitution else { return false }
            closeList()
        case .openBracket:
            guard dialect == .bash, isText(word, "[[") else { return false }
            open(.conditional, word)
        case UInt8(ascii: "i"):
            guard isText(word, "if") else { return false }
            open(.branch, word)
        case UInt8(ascii: "t"):
            if !isText(word, "then") {
                guard dialect == .bash, isText(word, "time") else { return false }
                cmd.flags.insert(.time)
            }
            forget(word)
        case UInt8(ascii: "e"):
            if isText(word, "else") || isText(word, "elif") {
                forget(word)
            } else {
                guard isText(word, "esac"), kind == .caseBody else { return false }
                closeList()
            }
        case UInt8(ascii: "f"):
            if isText(word, "fi"), kind == .branch {
                closeList()
            } else if isText(word, "for") {
                open(.loop, word)
                cmd.flags.insert(.loopHeader)
            } else if dialect == .bash, isText(word, "function") {
                forget(word)
                cmd.flags.insert(.functionName)
            } else {
                return false
            }
        case UInt8(ascii: "d"):
            if isText(word, "do") {
                forget(word)
                cmd.flags.remove(.loopHeader)
                return true
            }
            guard isText(word, "done"), kind == .loop else { return false }
            closeList()
        case UInt8(ascii: "w"), UInt8(ascii: "u"):
            guard isText(word, "while") || isText(word, "until") else { return false }
            open(.loop, word)
        case UInt8(ascii: "s"):
            guard isText(word, "select") else { return false }
            open(.loop, word)
            cmd.flags.insert(.loopHeader)
        case UInt8(ascii: "c"):
            if isText(word, "case") {
                open(.caseBody, word)
                cmd.flags.insert(.caseHeader)
            } else if dialect == .bash, isText(word, "coproc") {
                forget(word)
                cmd.flags.insert(.coprocess)
            } else {
                return false
            }
        default: return false
        }
        return true
    }

    /// Patterns of a `case` item, up to the `)`.
    mutating func stepCasePattern() {
        let byte = input[position]
        switch byte {
        case .space, .tab, .newline, .semicolon, .ampersand, .less, .greater:
            if endsCase() { return }
            endDataWord()
            position += 1
            if byte == .newline { readHeredocs() }
        case .hash where !cmd.wordOpen: skipComment()
        case .closeParen:
            if endsCase() { return }
            endDataWord()
            position += 1
            kind = .caseBody
            startCommand()
            list.conditional = true
        case .pipe, .openParen:
            if byte == .pipe, endsCase() { return }
            endDataWord()
            position += 1
        default:
            if byte.isPlain { takePlain() } else { takeUnquoted(byte) }
        }
    }

    /// `esac` where a pattern may stand.
    mutating func endsCase() -> Bool {
        guard cmd.wordOpen, cmd.wordFlags.isEmpty else { return false }
        let word = Word(start: cmd.wordStart, end: text.count, offset: cmd.wordOffset, flags: [])
        guard isText(word, "esac") else { return false }
        cmd.wordOpen = false
        kind = .caseBody
        closeList()
        return true
    }

    @inline(__always)
    func isText(_ word: Word, _ other: String) -> Bool { text.holds(other, from: word.start, to: word.end) }
}
