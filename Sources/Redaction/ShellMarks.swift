/// What a byte of a shell command is to the shell, as far as a redaction has to know: whether it may be covered.
struct ShellMark: OptionSet {
    let rawValue: UInt8

    /// Ends a command, or leads to a file: `;`, `&`, `|`, `<`, `>`, `(`, `)` and the end of a line, unquoted.
    static let separator = ShellMark(rawValue: 1)
    /// Starts or ends an expansion that runs or splits: `$(`, a backquote, and `$` outside quotes.
    static let expansion = ShellMark(rawValue: 2)
    /// A blank between words.
    static let blank = ShellMark(rawValue: 4)
    /// Text between quotes, of a here-document, or of a comment.
    static let text = ShellMark(rawValue: 8)
    /// A quote that opens or closes such text.
    static let border = ShellMark(rawValue: 16)
    /// Would be a separator or an expansion if the text around it were a command of its own.
    static let code = ShellMark(rawValue: 32)
    /// Text of a here-document: data, unless the program that reads it is a shell.
    static let data = ShellMark(rawValue: 64)

    /// Where a redaction ends.
    static let stops: ShellMark = [.separator, .expansion, .blank]
}

/// Reads a command as a shell does, byte by byte, and marks each byte.
///
/// It knows quotes, escapes, substitutions, comments and here-documents. What it does not know makes it mark too much or
/// too little; the caller then still tells which programs a command holds.
struct ShellMarker {
    private enum Frame: Equatable {
        /// Commands; `depth` parentheses are open in it.
        case commands(depth: Int, end: UInt8?)
        case double
        case single
        /// `$'…'`
        case escaped
    }

    private struct Document {
        var end: [UInt8] = []
        var isQuoted = false
        var stripsTabs = false
    }

    private var frames: [Frame] = [.commands(depth: 0, end: nil)]
    private var isEscaped = false
    /// After `$`, the quote or parenthesis it belongs to comes next.
    private var afterDollar = false
    private var isComment = false
    private var atWordStart = true
    /// Parentheses open since a `((`, in which `<<` shifts.
    private var parentheses = 0
    private var backquotes = 0

    /// How many `<` were read, and the document whose end is being read.
    private var arrows = 0
    private var naming: Document?
    private var skipsDash = false
    private var waiting: [Document] = []
    private var line: [UInt8] = []
    private var inDocument = false

    /// Whether the mark of a byte rests on the byte behind it.
    static func restsOnNext(_ byte: UInt8) -> Bool { byte == UInt8(ascii: "$") || byte == UInt8(ascii: "(") }

    /// The mark of `byte`, which `next` follows; nil at the end of the text, and for a byte that does not rest on it.
    mutating func mark(_ byte: UInt8, next: UInt8?) -> ShellMark {
        let isCode = Self.syntax.contains(byte) || (byte == UInt8(ascii: "$") && next.map(Self.telling.contains) == true)
        let isData = inDocument
        var mark = outer(byte, next)
        if isData, mark.contains(.text) { mark.insert(.data) }
        return isCode ? mark.union(.code) : mark
    }

    private static let syntax = ByteSet(";&|<>()`\n")
    private static let telling = ByteSet("{(I")

    private mutating func outer(_ byte: UInt8, _ next: UInt8?) -> ShellMark {
        if inDocument { return document(byte, next) }
        if isComment, byte != 0x0A {
            guard byte == UInt8(ascii: "`"), closeBackquote() else { return .text }
            isComment = false
            return .expansion
        }
        isComment = false
        let frame = frames[frames.count - 1]
        switch frame {
        case .single, .escaped: return single(byte, frame)
        case .double: return double(byte, next)
        case .commands(let depth, let end): return command(byte, next, depth, end)
        }
    }

    private mutating func single(_ byte: UInt8, _ frame: Frame) -> ShellMark {
        if byte == UInt8(ascii: "`"), !isEscaped, closeBackquote() { return .expansion }
        if frame == .escaped {
            if isEscaped || byte == UInt8(ascii: "\\") {
                isEscaped.toggle()
                return .text
            }
        }
        guard byte == UInt8(ascii: "'") else {
            name(byte)
            return .text
        }
        frames.removeLast()
        return .border
    }

    private mutating func double(_ byte: UInt8, _ next: UInt8?) -> ShellMark {
        if isEscaped {
            isEscaped = false
            name(byte)
            return .text
        }
        switch byte {
        case UInt8(ascii: "\\"):
            isEscaped = true
            return .text
        case UInt8(ascii: "\""):
            frames.removeLast()
            return .border
        case UInt8(ascii: "`"): return backquote()
        case UInt8(ascii: "$") where next == UInt8(ascii: "("):
            afterDollar = true
            return .expansion
        case UInt8(ascii: "(") where afterDollar:
            if parentheses > 0 || next == byte { parentheses += 1 }
            return substitution()
        default:
            name(byte)
            return .text
        }
    }

    private mutating func command(_ byte: UInt8, _ next: UInt8?, _ depth: Int, _ end: UInt8?) -> ShellMark {
        if isEscaped {
            isEscaped = false
            atWordStart = false
            if byte != 0x0A { name(byte) }
            return .text
        }
        if byte != UInt8(ascii: "<") { endArrows(before: byte) }
        let startsWord = atWordStart
        atWordStart = false
        switch byte {
        case UInt8(ascii: "\\"):
            isEscaped = true
            naming?.isQuoted = true
            return .text
        case UInt8(ascii: "'"):
            frames.append(afterDollar ? .escaped : .single)
            afterDollar = false
            naming?.isQuoted = true
            return .border
        case UInt8(ascii: "\""):
            frames.append(.double)
            afterDollar = false
            naming?.isQuoted = true
            return .border
        case UInt8(ascii: "`"): return backquote()
        case UInt8(ascii: "$"): return dollar(next)
        case UInt8(ascii: "#") where startsWord:
            isComment = true
            return .text
        case UInt8(ascii: " "), UInt8(ascii: "\t"):
            atWordStart = true
            finishName()
            return .blank
        case 0x0A:
            atWordStart = true
            finishName()
            naming = nil
            inDocument = !waiting.isEmpty
            return .separator
        case UInt8(ascii: "("):
            if parentheses > 0 || next == byte { parentheses += 1 }
            if afterDollar { return substitution() }
            setDepth(depth + 1, end)
            return separator()
        case UInt8(ascii: ")"):
            parentheses = max(0, parentheses - 1)
            if depth == 0, end == byte {
                finishName()
                frames.removeLast()
                return .expansion
            }
            setDepth(max(0, depth - 1), end)
            return separator()
        case UInt8(ascii: "<"):
            finishName()
            arrows += 1
            return .separator
        case UInt8(ascii: ";"), UInt8(ascii: "&"), UInt8(ascii: "|"), UInt8(ascii: ">"): return separator()
        default:
            name(byte)
            return []
        }
    }

    private mutating func separator() -> ShellMark {
        atWordStart = true
        finishName()
        return .separator
    }

    private mutating func setDepth(_ depth: Int, _ end: UInt8?) {
        frames[frames.count - 1] = .commands(depth: depth, end: end)
    }

    private mutating func dollar(_ next: UInt8?) -> ShellMark {
        guard let next else { return [] }
        if next == UInt8(ascii: "'") || next == UInt8(ascii: "\"") || next == UInt8(ascii: "(") {
            afterDollar = true
            return next == UInt8(ascii: "(") ? .expansion : []
        }
        return Self.parameters.contains(next) ? .expansion : []
    }

    private static let parameters = ByteSet.identifier.union(ByteSet("{[@*#?-$!"))

    private mutating func substitution() -> ShellMark {
        afterDollar = false
        atWordStart = true
        frames.append(.commands(depth: 0, end: UInt8(ascii: ")")))
        return .expansion
    }

    private mutating func backquote() -> ShellMark {
        if closeBackquote() { return .expansion }
        atWordStart = true
        backquotes += 1
        frames.append(.commands(depth: 0, end: UInt8(ascii: "`")))
        return .expansion
    }

    /// A backquote ends the text between backquotes whatever is open in it.
    private mutating func closeBackquote() -> Bool {
        guard backquotes > 0 else { return false }
        let opening = frames.lastIndex { if case .commands(_, UInt8(ascii: "`")) = $0 { true } else { false } }
        guard let opening else { return false }
        backquotes -= 1
        frames.removeSubrange(opening...)
        return true
    }

    // MARK: Here-documents

    /// What `<<` before it leads to.
    private mutating func endArrows(before byte: UInt8) {
        if arrows == 2, parentheses == 0 {
            skipsDash = byte == UInt8(ascii: "-")
            naming = Document(stripsTabs: skipsDash)
        }
        arrows = 0
    }

    /// A byte of the word that ends a document.
    private mutating func name(_ byte: UInt8) {
        if skipsDash {
            skipsDash = false
        } else {
            naming?.end.append(byte)
        }
    }

    private mutating func finishName() {
        guard let document = naming, !document.end.isEmpty || document.isQuoted else { return }
        naming = nil
        waiting.append(document)
    }

    private mutating func document(_ byte: UInt8, _ next: UInt8?) -> ShellMark {
        guard let current = waiting.first else {
            inDocument = false
            return mark(byte, next: next)
        }
        if byte == 0x0A {
            let text = current.stripsTabs ? line.drop { $0 == 0x09 } : line[...]
            if text.elementsEqual(current.end) {
                waiting.removeFirst()
                inDocument = !waiting.isEmpty
                atWordStart = true
                line.removeAll(keepingCapacity: true)
                return .separator
            }
            line.removeAll(keepingCapacity: true)
            return .text
        }
        // A longer line is no end.
        if line.count <= current.end.count + 64 { line.append(byte) }
        guard !current.isQuoted else { return .text }
        if isEscaped {
            isEscaped = false
            return .text
        }
        if byte == UInt8(ascii: "\\") { isEscaped = true }
        return byte == UInt8(ascii: "`") || (byte == UInt8(ascii: "$") && next == UInt8(ascii: "(")) ? .expansion : .text
    }
}
