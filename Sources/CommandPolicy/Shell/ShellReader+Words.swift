/// Bytes of a word outside of quotes, and inside double quotes.
extension ShellReader {
    mutating func openWord() {
        guard !cmd.wordOpen else { return }
        cmd.wordOpen = true
        cmd.wordStart = text.count
        cmd.wordOffset = position
        cmd.wordFlags = []
        cmd.firstQuote = Int.max
        cmd.braceOpen = -1
        cmd.braceClose = -1
    }

    mutating func markQuoted() {
        openWord()
        cmd.wordFlags.insert(.quoted)
        if cmd.firstQuote > text.count { cmd.firstQuote = text.count }
    }

    /// Copies a run of plain bytes.
    mutating func takePlain() {
        openWord()
        let index = text.appendRun(of: input, from: position, to: end) { $0.isPlain }
        found.effort += index - position
        position = index
    }

    /// Takes one unquoted byte that is neither plain nor the end of a word.
    mutating func takeUnquoted(_ byte: UInt8) {
        switch byte {
        case .backslash:
            if position + 1 < end, input[position + 1] == .newline {
                position += 2
                return
            }
            markQuoted()
            if position + 1 < end {
                text.append(input[position + 1])
                position += 2
            } else {
                text.append(byte)
                position += 1
            }
        case .singleQuote:
            markQuoted()
            takeSingleQuoted()
        case .doubleQuote:
            markQuoted()
            position += 1
            takeLiteral()
            if position < end, input[position] == .doubleQuote {
                position += 1
            } else {
                push(.doubleQuote)
            }
        case .dollar: takeDollar(quoted: false)
        case .backtick: takeBackticks(quoted: false)
        case .tilde:
            let starts = !cmd.wordOpen
            openWord()
            position += 1
            if starts { takeTilde() } else { text.append(byte) }
        case .unknown:
            position += 1
            addExpansion(quoted: false, download: false)
            if origin == nil { unknown(.malformed, at: position - 1) }
        default:
            openWord()
            switch byte {
            case .star, .question, .openBracket: cmd.wordFlags.insert(.glob)
            case .openBrace:
                cmd.wordFlags.insert(.brace)
                if cmd.braceOpen < 0 { cmd.braceOpen = text.count }
            case .closeBrace: cmd.braceClose = text.count
            default: break
            }
            text.append(byte)
            position += 1
        }
    }

    /// `~` or `~name` at the start of a word.
    private mutating func takeTilde() {
        var index = position
        while index < end, input[index].isName || input[index] == .dash || input[index] == .dot { index += 1 }
        found.effort += index - position
        if index == end || input[index] == .slash || input[index].isMeta {
            cmd.wordFlags.insert(.home)
            text.append(.unknown)
            position = index
        } else {
            text.append(.tilde)
        }
    }

    mutating func takeSingleQuoted() {
        position += 1
        let start = position
        position = text.appendRun(of: input, from: position, to: end) { $0 != .singleQuote }
        found.effort += position - start
        if position < end { position += 1 } else { unknown(.malformed, at: start - 1) }
    }

    /// Double quotes, a here-document body, or a prompt: text in which only `$`, backticks and `\` count.
    mutating func stepDoubleQuoted() {
        let byte = input[position]
        switch byte {
        case .doubleQuote where kind == .doubleQuote:
            position += 1
            _ = popInsideWord()
        case .dollar: takeDollar(quoted: true)
        case .backtick: takeBackticks(quoted: true)
        case .unknown:
            position += 1
            addExpansion(quoted: true, download: false)
            if origin == nil { unknown(.malformed, at: position - 1) }
        case .backslash where position + 1 < end:
            let next = input[position + 1]
            position += 2
            switch next {
            case .newline: break
            case .dollar, .backtick, .doubleQuote, .backslash: text.append(next)
            default:
                text.append(byte)
                text.append(next)
            }
        default:
            // A quote in a here-document is one byte of text; every other byte here begins a run.
            text.append(byte)
            position += 1
            found.effort += 1
            takeLiteral()
        }
    }

    /// Copies a run of bytes that mean nothing inside double quotes.
    private mutating func takeLiteral() {
        let index = text.appendRun(of: input, from: position, to: end) { !$0.isSpecialInDoubleQuotes }
        found.effort += index - position
        position = index
    }

    /// Puts the mark of an expansion into the word.
    mutating func addExpansion(quoted: Bool, download: Bool) {
        openWord()
        if cmd.firstQuote > text.count { cmd.firstQuote = text.count }
        text.append(.unknown)
        cmd.wordFlags.insert(quoted ? .quotedExpansion : .expansion)
        if download { cmd.wordFlags.insert(.download) }
    }
}
