/// `$…`, backticks, `${ }`, `$(( ))`.
extension ShellReader {
    mutating func takeDollar(quoted: Bool) {
        guard position + 1 < end else {
            openWord()
            text.append(.dollar)
            position += 1
            return
        }
        let start = position
        switch input[position + 1] {
        case .openParen:
            openWord()
            if position + 2 < end, input[position + 2] == .openParen, allowsArithmetic {
                push(.arithmetic, quoted: quoted)
                frames[frames.count - 1].depth = 0
                position += 3
            } else {
                push(.substitution, quoted: quoted)
                heredocBase = heredocs.count
                parens += 1
                position += 2
            }
        case .openBrace:
            openWord()
            takeParameter(quoted: quoted)
        case .openBracket where dialect == .bash:
            openWord()
            push(.arithmetic, quoted: quoted)
            frames[frames.count - 1].depth = -1
            position += 2
        case .singleQuote where !quoted: takeAnsiQuoted()
        case .doubleQuote where !quoted && dialect == .bash:
            markQuoted()
            position += 1
            push(.doubleQuote)
            position += 1
        case let byte where byte.isLetter || byte == .underscore:
            position += 1
            while position < end, input[position].isName { position += 1 }
            found.effort += position - start
            finishVariable(start + 1..<position, quoted: quoted)
        case let byte where byte.isDigit || [.at, .star, .hash, .question, .dash, .dollar, .bang].contains(byte):
            position += 2
            addExpansion(quoted: quoted, download: false)
        default:
            openWord()
            text.append(.dollar)
            position += 1
        }
    }

    var allowsArithmetic: Bool { notArithmetic != position && secondLooks < Limit.secondLooks }

    private func isName(_ range: Range<Int>, _ name: String) -> Bool {
        range.count == name.utf8.count && input[range].elementsEqual(name.utf8)
    }

    /// `$IFS` outside quotes parts words; `$HOME` at the start of a word is remembered.
    private mutating func finishVariable(_ name: Range<Int>, quoted: Bool) {
        if !quoted, isName(name, "IFS") {
            endWord()
            return
        }
        openWord()
        if text.count == cmd.wordStart, isName(name, "HOME") { cmd.wordFlags.insert(.home) }
        addExpansion(quoted: quoted, download: false)
    }

    private mutating func takeParameter(quoted: Bool) {
        let start = position
        if position + 2 < end, input[position + 2].isBlank || input[position + 2] == .newline
            || input[position + 2] == .pipe {
            push(.braceSubstitution, quoted: quoted)
            heredocBase = heredocs.count
            position += 3
            return
        }
        position += 2
        let name = position
        while position < end, input[position].isName { position += 1 }
        found.effort += position - start
        if position < end, input[position] == .closeBrace {
            let range = name..<position
            position += 1
            finishVariable(range, quoted: quoted)
            return
        }
        if text.count == cmd.wordStart, isName(name..<position, "HOME") { cmd.wordFlags.insert(.home) }
        push(.parameter, quoted: quoted || insideQuotes, start: start)
        frames[frames.count - 1].depth = quoted ? 1 : 0
    }

    private var insideQuotes: Bool {
        kind == .doubleQuote || kind == .hereText || (kind == .parameter && frames[frames.count - 1].quoted)
    }

    /// Between `${name` and `}`. The words in there are data; what they substitute is not.
    mutating func stepParameter() {
        let frame = frames.count - 1
        let byte = input[position]
        switch byte {
        case .closeBrace:
            position += 1
            let closed = popInsideWord()
            text.cut(to: closed.textCount)
            addExpansion(quoted: closed.depth == 1, download: false)
        case .backslash: position += min(2, end - position)
        case .singleQuote where !frames[frame].quoted:
            takeSingleQuoted()
        case .doubleQuote:
            push(.doubleQuote)
            position += 1
        case .dollar: takeDollar(quoted: true)
        case .backtick: takeBackticks(quoted: true)
        default: position += 1
        }
    }

    /// Between `((` or `$[` and its end. Only substitutions count.
    mutating func stepArithmetic() {
        let frame = frames.count - 1
        let byte = input[position]
        let bracket = frames[frame].depth < 0
        switch byte {
        case .backslash: position += min(2, end - position)
        case .dollar: takeDollar(quoted: true)
        case .backtick: takeBackticks(quoted: true)
        case .openBracket where bracket:
            frames[frame].depth -= 1
            position += 1
        case .closeBracket where bracket:
            position += 1
            frames[frame].depth += 1
            if frames[frame].depth == 0 { finishArithmetic() }
        case .openParen where !bracket:
            frames[frame].depth += 1
            position += 1
        case .closeParen where !bracket:
            if frames[frame].depth > 0 {
                frames[frame].depth -= 1
                position += 1
            } else if position + 1 < end, input[position + 1] == .closeParen {
                position += 2
                finishArithmetic()
            } else if !retryAsCommands() {
                position += 1
            }
        default: position += 1
        }
    }

    private mutating func finishArithmetic() {
        let frame = popInsideWord()
        text.cut(to: frame.textCount)
        if input[frame.start] == .dollar {
            addExpansion(quoted: frame.quoted, download: false)
        } else {
            cmd = frame.building
        }
    }

    /// What began as `((` does not end as arithmetic: reads it again as a list in a list. False for `$[`.
    mutating func retryAsCommands() -> Bool {
        guard let last = frames.last, last.depth >= 0 else { return false }
        guard secondLooks < Limit.secondLooks else {
            hit(.limits, at: last.start)
            return false
        }
        let frame = popInsideWord()
        text.cut(to: frame.textCount)
        words.cut(to: frame.wordCount)
        cmd = frame.building
        list = frame.list
        position = frame.start
        notArithmetic = frame.start
        secondLooks += 1
        return true
    }

    /// A backtick text is unescaped once and read as a script of its own (POSIX XCU 2.6.3).
    mutating func takeBackticks(quoted: Bool) {
        openWord()
        let start = position
        var body: [UInt8] = []
        var index = position + 1
        var closed = false
        while index < end {
            let byte = input[index]
            if byte == .backtick {
                closed = true
                break
            }
            if byte == .backslash, index + 1 < end {
                let next = input[index + 1]
                let escapes = next == .backtick || next == .backslash || next == .dollar || (quoted
                    && next == .doubleQuote)
                if !escapes { body.append(byte) }
                body.append(next)
                index += 2
            } else {
                body.append(byte)
                index += 1
            }
        }
        found.effort += index - position
        if !closed { unknown(.malformed, at: start) }
        position = min(index + 1, end)
        if sources.count >= Limit.nesting {
            hit(.limits, at: start)
            addExpansion(quoted: quoted, download: false)
            return
        }
        pushSource(body, kind: .script, dialect: dialect, at: start)
        frames[frames.count - 1].depth = 1
        frames[frames.count - 1].quoted = quoted
    }

    /// `$'…'`, which POSIX shells older than 2024 read as a `$` in front of single quotes.
    private mutating func takeAnsiQuoted() {
        let start = position
        markQuoted()
        if dialect == .posix {
            var index = position + 2
            while index < end, input[index] != .singleQuote { index += 1 }
            if index > position + 2, input[position + 2..<index].contains(.backslash) { unknown(.malformed, at: start) }
        }
        position += 2
        while position < end {
            let byte = input[position]
            if byte == .singleQuote {
                position += 1
                found.effort += position - start
                return
            }
            if byte == .backslash, position + 1 < end {
                let decoded = AnsiEscape.decode(input, at: position + 1, end: end)
                text.append(contentsOf: decoded.bytes)
                position = decoded.next
            } else {
                text.append(byte)
                position += 1
            }
        }
        unknown(.malformed, at: start)
    }
}
