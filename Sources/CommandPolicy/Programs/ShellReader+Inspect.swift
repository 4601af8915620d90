/// From the words of a simple command to the programs it starts, through every wrapper.
extension ShellReader {
    mutating func inspectCommand() {
        inspect(cmd.firstWord..<words.count, 0)
        while !ranges.isEmpty {
            let (range, depth) = ranges.removeLast()
            inspect(range, depth)
        }
    }

    private mutating func inspect(_ range: Range<Int>, _ startDepth: Int) {
        var index = range.lowerBound
        var depth = startDepth
        var appends = false
        var wrapped = startDepth > 0
        var exempt = false
        while index < range.upperBound {
            found.effort += 1
            guard depth <= Limit.nesting else {
                hit(.limits, at: words[index].offset)
                return
            }
            let word = words[index]
            if wrapped, isText(word, "{}") { unknown(.appendedArguments, at: word.offset) }
            let name = record(word, wrapped: wrapped, exempt: exempt)
            index += 1
            if isWhollyExpansion(word) {
                // It may become nothing, and the next word the program: `$SUDO rm`.
                exempt = true
                depth += 1
                if index < range.upperBound, text[words[index].start..<words[index].end].first != .dash { continue }
                return
            }
            guard let known = known(name) else { return }
            let grammar: WrapperGrammar
            switch known {
            case .wrapper(let own): grammar = own
            case .busybox: grammar = .plain
            default:
                inspect(known, index..<range.upperBound, depth: depth, appends: appends)
                return
            }
            appends = appends || grammar.appends
            wrapped = true
            depth += 1
            guard let next = skip(grammar, index..<range.upperBound, appends: appends) else { return }
            index = next
            // Without a program of its own it starts a shell: `ssh host <<E`, `echo ls | su`.
            if next == range.upperBound, grammar.startsShell { readInput(.posix, at: word.offset) }
        }
        if appends, wrapped, depth > startDepth + 1 { unknown(.appendedArguments, at: words[range.lowerBound].offset) }
    }

    private func isWhollyExpansion(_ word: Word) -> Bool {
        word.flags.contains(.expansion) && text[word.start..<word.end].allSatisfy { $0 == .unknown }
    }

    private func known(_ program: Int?) -> KnownProgram? {
        guard let program else { return nil }
        let entry = found.programs[program]
        let table = KnownProgram.table
        if let index = table[entry.hash, found.names.span.extracting(entry.nameStart..<entry.nameEnd)] {
            return KnownProgram.at(index)
        }
        let first = found.names[entry.nameStart]
        guard first == UInt8(ascii: "l") || first == UInt8(ascii: "m") || first == UInt8(ascii: "p") else { return nil }
        let name = found.names[entry.nameStart..<entry.nameEnd]
        if first == UInt8(ascii: "l"), WrapperGrammar.isLoader(name) { return .wrapper(WrapperGrammar.loader) }
        if first == UInt8(ascii: "m"), name.starts(with: "mkfs".utf8) { return .makeFilesystem }
        if first == UInt8(ascii: "p"), name.starts(with: "python3.".utf8) { return .interpreter }
        return nil
    }

    /// Notes a program by its base name.
    private mutating func record(_ word: Word, wrapped: Bool, exempt: Bool) -> Int? {
        let start = text.baseName(word.start..<word.end)
        let nameStart = found.names.count
        let (hash, holdsExpansion) = text.copyName(start..<word.end, to: &found.names)
        var special = holdsExpansion
        found.effort += word.end - word.start
        if word.flags.contains(.glob), !isText(word, "[") {
            special = true
            unknown(.patternProgram, at: word.offset)
        }
        if word.flags.contains(.expansion) || (special && word.flags.contains(.quotedExpansion)) {
            unknown(.expandedProgram, at: word.offset)
        }
        if start == word.end { return nil }
        var isExempt = exempt
        if !functions.isEmpty || !functionFrames.isEmpty {
            let name = Array(found.names[nameStart...])
            let isCall = !wrapped && start == word.start
            if isCall, sources.isEmpty, functions.contains(name) { isExempt = true }
            if isCall, let frame = functionFrames.last, keptTexts[Int(frames[frame].function.index)] == name {
                frames[frame].selfCalls += 1
                if frames[frame].selfCalls > 1, list.piped { hit(.forkBomb, at: word.offset) }
            }
        }
        found.programs.append(.init(
            nameStart: nameStart, nameEnd: found.names.count, offset: outer(word.offset), hash: hash,
            isExempt: isExempt, isPattern: special))
        return found.programs.count - 1
    }

    /// Passes over a wrapper's options and operands. Nil when it starts nothing, or a script that is now on the stack.
    private mutating func skip(_ grammar: WrapperGrammar, _ range: Range<Int>, appends: Bool) -> Int? {
        var index = range.lowerBound
        var operands = grammar.operands
        var options = true
        while index < range.upperBound {
            found.effort += 1
            let word = words[index]
            let bytes = text[word.start..<word.end]
            if options, bytes.count > 1, bytes.first == .dash {
                if isText(word, "--") {
                    options = false
                    index += 1
                    continue
                }
                guard let width = optionWidth(grammar, index, range.upperBound) else { return nil }
                index += width
                continue
            }
            if operands > 0 {
                operands -= 1
                index += 1
            } else if grammar.assignments, assignmentEnd(word) != nil {
                index += 1
            } else if grammar.permutes || (isText(word, "-") && grammar.assignments) {
                index += 1
            } else if grammar.joins {
                var upper = index
                while upper < range.upperBound, grammar.stop.isEmpty
                    || !text[words[upper].start..<words[upper].end].starts(with: grammar.stop.utf8) { upper += 1 }
                runScript(joining: index..<upper)
                if appends, upper == index { unknown(.appendedArguments, at: word.offset) }
                return nil
            } else {
                return index
            }
        }
        return index
    }

    /// How many words an option takes. Nil when it ends the search.
    private mutating func optionWidth(_ grammar: WrapperGrammar, _ index: Int, _ upper: Int) -> Int? {
        let word = words[index]
        let bytes = text[word.start..<word.end]
        if bytes[bytes.startIndex + 1] == .dash {
            if !grammar.longScript.isEmpty, bytes.starts(with: grammar.longScript.utf8) {
                let value = word.start + grammar.longScript.utf8.count
                if value < word.end, text[value] == .equals {
                    runScript(from: value + 1, in: index, upTo: upper, joining: grammar.assignments)
                    return nil
                }
                if value == word.end, index + 1 < upper {
                    runScript(from: words[index + 1].start, in: index + 1, upTo: upper, joining: grammar.assignments)
                    return nil
                }
            }
            return grammar.long.contains { isText(word, $0) } ? 2 : 1
        }
        var place = word.start + 1
        while place < word.end {
            let letter = text[place]
            if grammar.queries.utf8.contains(letter) { return nil }
            let last = place + 1 == word.end
            if grammar.script.utf8.contains(letter) {
                if !last {
                    runScript(from: place + 1, in: index, upTo: upper, joining: grammar.assignments)
                } else if index + 1 < upper {
                    runScript(from: words[index + 1].start, in: index + 1, upTo: upper, joining: grammar.assignments)
                }
                return nil
            }
            if grammar.short.utf8.contains(letter) { return last ? 2 : 1 }
            place += 1
        }
        return 1
    }

    /// The offset of the `=` of `NAME=`, `NAME+=` or `NAME[…]=` in front of any quote, or nil.
    func assignmentEnd(_ word: Word) -> Int? {
        var index = word.start
        guard index < word.end, text[index].isLetter || text[index] == .underscore else { return nil }
        while index < word.end, text[index].isName { index += 1 }
        if index < word.end, text[index] == .openBracket {
            while index < word.end, text[index] != .closeBracket { index += 1 }
            index += 1
        }
        if index + 1 < word.end, text[index] == .plus { index += 1 }
        return index < word.end && text[index] == .equals ? index : nil
    }

    /// An assignment in front of a program. Values that a shell later runs are read as scripts.
    mutating func takeAssignment(_ word: Word) -> Bool {
        guard let equals = assignmentEnd(word), equals < cmd.firstQuote else { return false }
        cmd.flags.insert(.prefixed)
        guard text[word.start] == UInt8(ascii: "P") else { return true }
        let name = text[word.start..<equals]
        let value = Array(text[equals + 1..<word.end])
        if name.elementsEqual("PROMPT_COMMAND".utf8) {
            pushLater(value, .script, at: word.offset)
        } else if name.elementsEqual("PS4".utf8) || name.elementsEqual("PS1".utf8) || name.elementsEqual("PS0".utf8) {
            pushLater(value, .hereText, at: word.offset)
        }
        return true
    }
}
