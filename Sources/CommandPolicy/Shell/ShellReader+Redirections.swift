/// Redirections, here-documents and here-strings.
extension ShellReader {
    /// At `<`, `>` or `&>`.
    mutating func takeRedirection() {
        let start = position
        func peek(_ ahead: Int) -> UInt8 { start + ahead < end ? input[start + ahead] : .space }
        if input[start] != .ampersand, peek(1) == .openParen, dialect == .bash {
            openProcessSubstitution()
            return
        }
        dropDescriptor()
        endWord()
        cmd.flags.insert(.prefixed)
        if input[start] == .ampersand {
            position += peek(2) == .greater ? 3 : 2
            cmd.redirection = .output
        } else if input[start] == .greater {
            position += [.greater, .pipe, .ampersand].contains(peek(1)) ? 2 : 1
            cmd.redirection = .output
        } else if peek(1) == .less, peek(2) == .less, dialect == .bash {
            position += 3
            cmd.redirection = .text
        } else if peek(1) == .less {
            let strip = peek(2) == .dash
            position += strip ? 3 : 2
            takeDelimiter(stripTabs: strip)
        } else {
            position += [.greater, .ampersand].contains(peek(1)) ? 2 : 1
            cmd.redirection = peek(1) == .greater ? .output : .input
        }
    }

    /// Forgets `2` of `2>` and `{fd}` of `{fd}>`.
    private mutating func dropDescriptor() {
        guard cmd.wordOpen, cmd.wordFlags.subtracting(.brace).isEmpty, cmd.redirection == .none else { return }
        let word = text[cmd.wordStart..<text.count]
        let digits = word.allSatisfy(\.isDigit)
        let named = cmd.braceOpen == cmd.wordStart && cmd.braceClose == text.count - 1 && word.count > 2
            && word.dropFirst().dropLast().allSatisfy(\.isName)
        guard digits || named else { return }
        text.cut(to: cmd.wordStart)
        cmd.wordOpen = false
    }

    /// The word after `<<`: quotes are removed, nothing expands (POSIX XCU 2.7.4).
    private mutating func takeDelimiter(stripTabs: Bool) {
        while position < end, input[position].isBlank { position += 1 }
        var delimiter: [UInt8] = []
        var quoted = false
        let start = position
        scan: while position < end, !input[position].isMeta {
            let byte = input[position]
            switch byte {
            case .backslash where position + 1 < end:
                quoted = true
                delimiter.append(input[position + 1])
                position += 2
            case .singleQuote, .doubleQuote:
                quoted = true
                position += 1
                while position < end, input[position] != byte {
                    delimiter.append(input[position])
                    position += 1
                }
                if position == end { break scan }
                position += 1
            default:
                delimiter.append(byte)
                position += 1
            }
        }
        found.effort += position - start
        heredocs.append(Heredoc(delimiter: delimiter, quoted: quoted, stripTabs: stripTabs, script: nil))
    }

    /// The target of a redirection is complete.
    mutating func finishRedirection(_ word: Word) {
        let redirection = cmd.redirection
        cmd.redirection = .none
        let target = text[word.start..<word.end]
        switch redirection {
        case .text:
            cmd.stdinText = keep(Array(target))
            if !word.isLiteral { cmd.flags.insert(.stdinFile) }
            if word.flags.contains(.download) { cmd.flags.insert(.stdinDownload) }
        case .input:
            if word.flags.contains(.download) { cmd.flags.insert(.stdinDownload) }
            if !target.allSatisfy(\.isDigit), !isText(word, "/dev/null") { cmd.flags.insert(.stdinFile) }
        case .output:
            if PathFacts.isRawDevice(target) { hit(.writeDevice, at: word.offset) }
            if PathFacts.isKernelTrigger(target) { hit(.kernelTrigger, at: word.offset) }
        case .none: break
        }
        if target.starts(with: "/dev/tcp/".utf8) || target.starts(with: "/dev/udp/".utf8) { cmd.flags.insert(.network) }
    }

    /// At the newline after commands with `<<`: takes their bodies out of the text, in order.
    mutating func readHeredocs() {
        guard heredocs.count > heredocBase else { return }
        var bodies: [(document: Heredoc, body: Range<Int>)] = []
        let offset = position
        for document in heredocs[heredocBase...] {
            let start = position
            var bodyEnd = end
            var foundEnd = false
            while position < end {
                var line = position
                var next = position
                while next < end, input[next] != .newline { next += 1 }
                if document.stripTabs { while line < next, input[line] == .tab { line += 1 } }
                let isDelimiter = input[line..<next].elementsEqual(document.delimiter)
                bodyEnd = isDelimiter ? position : end
                position = min(next + 1, end)
                if isDelimiter {
                    foundEnd = true
                    break
                }
            }
            found.effort += position - start
            if !foundEnd { unknown(.malformed, at: start) }
            bodies.append((document, start..<bodyEnd))
            // Without its end, shells disagree where a body inside `$( )` stops: look at it as commands too.
            if !foundEnd, kind != .script, document.script == nil {
                bodies.append((.init(delimiter: [], quoted: true, stripTabs: false, script: dialect), start..<bodyEnd))
            }
        }
        dropHeredocs()
        cmd.firstHeredoc = heredocs.count
        let whole = input
        for (document, body) in bodies.reversed() where !body.isEmpty {
            if !document.quoted {
                pushSource(whole, from: body.lowerBound, to: body.upperBound, kind: .hereText, dialect: dialect,
                    at: offset)
            }
            guard let script = document.script else { continue }
            found.effort += body.count
            let lines = document.quoted ? Array(whole[body]) : Self.unescaped(whole[body])
            pushSource(lines, kind: .script, dialect: script, at: offset)
        }
    }

    /// What an unquoted body is after its backslashes are gone.
    private static func unescaped(_ body: ArraySlice<UInt8>) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(body.count)
        var index = body.startIndex
        while index < body.endIndex {
            if body[index] == .backslash, index + 1 < body.endIndex,
                [.dollar, .backtick, .backslash].contains(body[index + 1]) {
                index += 1
            }
            result.append(body[index])
            index += 1
        }
        return result
    }
}
