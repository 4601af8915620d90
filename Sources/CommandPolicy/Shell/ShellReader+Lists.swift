/// Operators between commands, and the constructs that hold lists of commands.
extension ShellReader {
    mutating func stepList() {
        let byte = input[position]
        if byte.isPlain {
            takePlain()
            return
        }
        switch byte {
        case .space, .tab:
            endWord()
            position += 1
        case .newline:
            if !cmd.flags.isDisjoint(with: [.caseHeader, .loopHeader]) {
                endWord()
                let header = cmd.flags.contains(.caseHeader) || words.count - cmd.firstWord == 1
                if header, !cmd.flags.isDisjoint(with: [.caseHeader, .loopHeader]) {
                    position += 1
                    return
                }
            }
            guard endCommand() else { return }
            position += 1
            endPipeline(conditional: false)
            readHeredocs()
        case .semicolon:
            guard endCommand() else { return }
            endPipeline(conditional: false)
            position += 1
            let double = position < end && (input[position] == .semicolon || input[position] == .ampersand)
            if kind == .caseBody, double {
                while position < end, input[position] == .semicolon || input[position] == .ampersand { position += 1 }
                kind = .casePattern
            }
        case .ampersand: takeAmpersand()
        case .pipe: takePipe()
        case .openParen: takeOpenParen()
        case .closeParen: takeCloseParen()
        case .less, .greater: takeRedirection()
        case .hash where !cmd.wordOpen: skipComment()
        default: takeUnquoted(byte)
        }
    }

    mutating func skipComment() {
        let start = position
        while position < end, input[position] != .newline { position += 1 }
        found.effort += position - start
    }

    mutating func endPipeline(conditional: Bool) {
        list.piped = list.basePiped
        list.download = list.baseDownload
        list.partDownload = false
        list.definesFunction = false
        list.feed = list.baseFeed
        list.conditional = conditional
    }

    private mutating func takeAmpersand() {
        let next = position + 1 < end ? input[position + 1] : .space
        if next == .greater, dialect == .bash {
            takeRedirection()
            return
        }
        guard endCommand() else { return }
        position += next == .ampersand ? 2 : 1
        if next != .ampersand { forgetDefinitions() }
        endPipeline(conditional: next == .ampersand)
    }

    private mutating func takePipe() {
        guard endCommand() else { return }
        let next = position + 1 < end ? input[position + 1] : .space
        if next == .pipe {
            position += 2
            endPipeline(conditional: true)
            return
        }
        position += next == .ampersand ? 2 : 1
        forgetDefinitions()
        list.piped = true
        list.conditional = true
        list.download = list.download || list.partDownload
        list.partDownload = false
    }

    private mutating func takeOpenParen() {
        if cmd.wordOpen, text.last == .equals, text.count > cmd.wordStart, cmd.firstQuote >= text.count {
            push(.array)
            position += 1
            return
        }
        endWord()
        let count = words.count - cmd.firstWord
        if count == 0 {
            let twice = position + 1 < end && input[position + 1] == .openParen
            if twice, dialect == .bash, allowsArithmetic {
                push(.arithmetic)
                position += 2
            } else {
                push(.subshell)
                parens += 1
                position += 1
            }
            return
        }
        var index = position + 1
        while index < end, input[index].isBlank { index += 1 }
        found.effort += index - position
        if count == 1, index < end, input[index] == .closeParen {
            let name = words[cmd.firstWord]
            defineFunction(Array(text[name.start..<name.end]))
            position = index + 1
            dropWords()
            return
        }
        if count == 1, cmd.flags.contains(.coprocess) { dropWords() }
        guard endCommand() else { return }
        push(.subshell)
        parens += 1
        position += 1
    }

    /// Forgets the words of the command being collected.
    mutating func dropWords() {
        words.cut(to: cmd.firstWord)
        text.cut(to: cmd.textBase)
    }

    private mutating func takeCloseParen() {
        guard endCommand() else { return }
        guard parens > 0 else {
            position += 1
            return
        }
        while kind != .substitution, kind != .subshell {
            closeList()
            found.effort += 1
        }
        parens -= 1
        position += 1
        closeList()
    }

    mutating func dropHeredocs() {
        if heredocs.count > heredocBase { heredocs.removeLast(heredocs.count - heredocBase) }
    }

    /// Closes the list on top, and puts what it stands for into the word around it.
    mutating func closeList() {
        let closed = kind
        let sawDownload = list.sawDownload
        let readsScript = list.readsScript
        if closed == .substitution || closed == .braceSubstitution { dropHeredocs() }
        let frame = pop()
        switch closed {
        case .substitution, .braceSubstitution:
            heredocBase = frame.heredocBase
            let process = input[frame.start] != .dollar
            addExpansion(quoted: frame.quoted, download: sawDownload)
            if process {
                cmd.wordFlags.insert(.processSubstitution)
                // `> >(sh)` and `tee >(sh)` feed a shell, as a pipe does; what it reads is not known here.
                if input[frame.start] == .greater, readsScript { unknown(.pipedScript, at: frame.start) }
            }
        default:
            if frame.building.flags.contains(.time) { cmd.flags.insert(.time) }
            if readsScript { cmd.flags.insert(.groupReadsScript) }
        }
    }

    mutating func defineFunction(_ name: [UInt8]) {
        list.pendingFunction = keep(name)
        // Only a definition that surely ran in this shell makes a name known.
        if frames.isEmpty, !list.conditional {
            functions.insert(name)
            list.definesFunction = true
        }
    }

    /// A definition in a pipeline or in the background stays in its own process.
    private mutating func forgetDefinitions() {
        if list.definesFunction { functions.removeAll() }
    }

    /// Words that are data: `[[ … ]]` and `name=( … )`.
    mutating func stepData() {
        let byte = input[position]
        switch byte {
        case .newline:
            endDataWord()
            position += 1
            readHeredocs()
        case .closeParen where kind == .array:
            position += 1
            closeArray()
        case .hash where kind == .array && !cmd.wordOpen: skipComment()
        case .less, .greater:
            if position + 1 < end, input[position + 1] == .openParen {
                openProcessSubstitution()
            } else {
                endDataWord()
                position += 1
            }
        case .space, .tab, .ampersand, .pipe, .semicolon, .openParen, .closeParen:
            endDataWord()
            position += 1
        default:
            if byte.isPlain { takePlain() } else { takeUnquoted(byte) }
        }
    }

    private mutating func closeArray() {
        pop()
    }

    mutating func openProcessSubstitution() {
        openWord()
        push(.substitution)
        heredocBase = heredocs.count
        parens += 1
        position += 2
    }

    /// Ends a word of data and forgets it; `]]` ends the conditional.
    mutating func endDataWord() {
        guard cmd.wordOpen else { return }
        cmd.wordOpen = false
        let ends = kind == .conditional && cmd.wordFlags.isEmpty && text.count - cmd.wordStart == 2
            && text[cmd.wordStart] == .closeBracket && text[cmd.wordStart + 1] == .closeBracket
        text.cut(to: cmd.wordStart)
        if ends { pop() }
    }
}
