/// Keeps a redaction of a command within the word that holds the secret, so that nothing the shell would run is covered.
///
/// An agent writes the command, and it can make anything look like a part of a credential.
struct ShellConfinement {
    private var marker = ShellMarker()
    /// The last byte, if its meaning rests on the next. No other byte waits: the end of a line lets the line go.
    private var held: UInt8?
    /// The marks of the window's bytes.
    private var marks: [ShellMark] = []
    /// Quotes and here-documents may hold commands too, which another shell reads.
    let isScript: Bool

    init(isScript: Bool) { self.isScript = isScript }

    /// Moves bytes into the window once their meaning is known.
    mutating func read(_ bytes: ArraySlice<UInt8>, into window: inout Window) {
        for byte in bytes {
            if let waiting = held {
                append(waiting, next: byte, to: &window)
                held = nil
            }
            if ShellMarker.restsOnNext(byte) {
                held = byte
            } else {
                append(byte, next: nil, to: &window)
            }
        }
    }

    mutating func finish(into window: inout Window) {
        guard let waiting = held else { return }
        append(waiting, next: nil, to: &window)
        held = nil
    }

    private mutating func append(_ byte: UInt8, next: UInt8?, to window: inout Window) {
        marks.append(marker.mark(byte, next: next))
        window.bytes.append(byte)
    }

    mutating func drop(_ count: Int) { marks.removeSubrange(0..<count) }

    /// The part of a match, found from `hit` on, that may be covered; nil if that is nothing.
    func confine(_ match: Match, from hit: Int, in window: borrowing Window) -> (match: Match, endsAtCode: Bool)? {
        guard !match.isMarker, match.start < marks.count else { return (match, false) }
        var endsAtCode = marks[match.start].contains(.text) && !marks[match.start].contains(.data)
        for index in hit..<max(hit, match.start) {
            if marks[index].contains(.separator) { return nil }
            if marks[index].contains(.border) { endsAtCode = false }
        }
        guard !isBehindBackquote(match.start, window), !isBehindEmptyAssignment(match.start, from: hit, window) else { return nil }
        if !Self.mayBeCode(match.tail) { endsAtCode = false }
        var part = match
        let end = firstStop(in: match.start..<max(match.tailStart, match.start + 1), tail: match.tail, endsAtCode: endsAtCode)
        if let end {
            guard end > match.start else { return nil }
            if end < match.tailStart { (part.tailStart, part.tail) = (end, .none) }
        }
        return (part, endsAtCode)
    }

    /// A key has lines, an address may hold anything where it is one word, and so may what stands between quotes.
    private static func mayBeCode(_ tail: Tail) -> Bool {
        switch tail {
        case .privateKey, .quoted: false
        case .until, .value: tail != .none
        }
    }

    /// The first place that must stay to be seen.
    func firstStop(in range: Range<Int>, tail: Tail, endsAtCode: Bool) -> Int? {
        var stops = ShellMark.stops
        if case .privateKey = tail { stops.remove(.blank) }
        if endsAtCode || isScript { stops.insert(.code) }
        for index in range where !marks[index].isDisjoint(with: stops) { return index }
        return nil
    }

    /// What looks like a quote of ours runs a command.
    private func isBehindBackquote(_ start: Int, _ window: borrowing Window) -> Bool {
        start > 0 && window.bytes[start - 1] == UInt8(ascii: "`") && marks[start - 1].contains(.expansion)
    }

    /// In `NAME= word` the word is the program.
    private func isBehindEmptyAssignment(_ start: Int, from hit: Int, _ window: borrowing Window) -> Bool {
        var place = start - 1
        while place > hit, marks[place].contains(.border) || window.bytes[place] == UInt8(ascii: "\\") { place -= 1 }
        guard place > hit, marks[place].contains(.blank) else { return false }
        while place > hit, marks[place].contains(.blank) { place -= 1 }
        return window.bytes[place] == UInt8(ascii: "=") && !marks[place - 1].contains(.blank)
    }
}
