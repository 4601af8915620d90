/// One reading of the output: a text in which every form is looked for, with what has been decoded on the way.
///
/// A lane sleeps while everything that is found in it is found in the lane that it comes from, too: where it decodes nothing, or
/// nothing that a form may cover.
enum LaneKind: Int, CaseIterable {
    /// The output without control characters, colour and cursor codes, and indentation. Never sleeps.
    case text
    /// With what stands in terminal codes.
    case codesKept
    /// Without titles and links of terminals.
    case stringsDropped
    /// Backslash escapes of C, JSON, shells and programming languages.
    case escapes
    /// Each backslash quotes what follows.
    case backslashes
    /// Single quotes within single quotes of shells.
    case quotes
    case percent
    case entities
    /// Escapes, percent codes and entities in one text.
    case mixed
    /// Escapes within escapes.
    case escapesTwice
    case percentTwice

    /// The lane that this one decodes. Those without read the output.
    var parent: LaneKind? {
        switch self {
        case .text, .codesKept, .stringsDropped: nil
        case .escapes, .backslashes, .quotes, .percent, .entities, .mixed: .text
        case .escapesTwice: .escapes
        case .percentTwice: .percent
        }
    }

    /// How this one decodes, or nil where it reads the output.
    var escapes: EscapeKind? {
        switch self {
        case .text, .codesKept, .stringsDropped: nil
        case .escapes, .escapesTwice: .escapes
        case .backslashes: .backslashes
        case .quotes: .quotes
        case .percent, .percentTwice: .percent
        case .entities: .entities
        case .mixed: .mixed
        }
    }

    /// The lane that decodes this one once more.
    var child: LaneKind? {
        switch self {
        case .escapes: .escapesTwice
        case .percent: .percentTwice
        default: nil
        }
    }

    /// The bytes at which there may be something to decode. A repeated byte stands for none.
    var triggers: TriggerBytes {
        let (backslash, percent, ampersand, quote) = (UInt8(0x5C), UInt8(0x25), UInt8(0x26), UInt8(0x27))
        return switch escapes {
        case .escapes, .backslashes: TriggerBytes(first: backslash, second: backslash, third: backslash)
        case .quotes: TriggerBytes(first: quote, second: quote, third: quote)
        case .percent: TriggerBytes(first: percent, second: percent, third: percent)
        case .entities: TriggerBytes(first: ampersand, second: ampersand, third: ampersand)
        case .mixed: TriggerBytes(first: backslash, second: percent, third: ampersand)
        case nil: TriggerBytes(first: 0x1B, second: 0x1B, third: 0x1B)
        }
    }

    static let decoding = allCases.filter { $0.parent != nil }
    /// Those that decode the text, and of which a mixed lane consists.
    static let decodingText = decoding.filter { $0.parent == .text }
    static let families: [LaneKind] = [.escapes, .percent, .entities]
}

/// The state of a lane. Positions count the characters of its text; the text itself is in locked memory.
struct Lane {
    /// What of the output stands behind the positions from `at` on, up to the next span.
    struct Span {
        let at: Int
        let raw: Int
        /// 0: each character is one byte of the output. Else all of them stand for the bytes from `raw` on up to here.
        let rawEnd: Int
    }

    var isAwake = false
    /// What it was before the block that is read.
    var former = Former()
    /// The first position whose text is kept.
    var base = 0
    var end = 0
    /// The next position at which forms are looked for.
    var next = 0
    var spans: [Span] = []
    /// Up to where the lane that this one decodes has been read.
    var cursor = 0
    /// Behind the last position at which the text differs from what it was decoded from.
    var differs = 0
    /// After a line break: blanks are indentation.
    var isIndenting = false
    var code = TerminalCode.none
    var candidates: [Candidate] = []

    /// What is read of a block changes: what a lane that wakes with that block goes on from.
    struct Former {
        var isAwake = false
        var end = 0
        var isIndenting = false
        var code = TerminalCode.none
    }

    /// A block is to be read.
    mutating func begin() { former = Former(isAwake: isAwake, end: end, isIndenting: isIndenting, code: code) }

    /// The bytes of the output that stand behind a position.
    func raw(_ position: Int) -> (first: Int, end: Int) { raw(position, in: spans[span(of: position)]) }

    @inline(__always)
    func raw(_ position: Int, in span: Span) -> (first: Int, end: Int) {
        if span.rawEnd > 0 { return (span.raw, span.rawEnd) }
        let first = span.raw + position - span.at
        return (first, first + 1)
    }

    /// The index of the span of a position.
    func span(of position: Int) -> Int {
        var (low, high) = (0, spans.count)
        while high - low > 1 {
            let middle = (low + high) / 2
            if spans[middle].at <= position { low = middle } else { high = middle }
        }
        return low
    }

    /// The index of the span of a position that is not before the span `hint`, and mostly near it.
    @inline(__always)
    func span(of position: Int, after hint: Int) -> Int {
        var index = hint
        while index + 1 < spans.count, spans[index + 1].at <= position { index += 1 }
        return index
    }

    /// Notes that the characters from `position` on are the bytes of the output from `raw` on.
    mutating func note(raw: Int, at position: Int) {
        if let last = spans.last, last.rawEnd == 0, last.raw + position - last.at == raw { return }
        spans.append(Span(at: position, raw: raw, rawEnd: 0))
    }

    /// Forgets the text from `position` on.
    mutating func cut(at position: Int) {
        while let last = spans.last, last.at >= position { spans.removeLast() }
        end = position
    }

    /// Forgets the text before the last `kept` characters.
    mutating func forget(keeping kept: Int) {
        base = max(base, end - kept)
        guard spans.count > 1 else { return }
        let first = span(of: base)
        if first > 0 { spans.removeFirst(first) }
    }
}

/// Where in a terminal code a text ends.
enum TerminalCode {
    case none
    case escape
    /// `ESC [` and parameters.
    case control
    /// `ESC ]` and other codes that hold a text.
    case string
    case stringEscape
}
