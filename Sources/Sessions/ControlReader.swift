/// The end of a command, as the shell reports it.
struct Report: Equatable, Sendable {
    /// `$?`.
    let status: Int
    /// The frame's `begin` that the shell has; `nil` when a command took it away.
    let begin: UInt32?
    /// `set -e` is on.
    let stopsAtErrors: Bool
    /// Which question of the command it answers.
    let turn: Int
}

/// Finds the report of one command on the control channel. Pure, bounded, indifferent to chunking.
///
/// The channel also carries what the shell itself prints between commands: prompts, job notices, traces, lines echoed
/// by `set -v`, late reports. All that is passed over. A report counts only with this command's nonce and with digits
/// where its text, had it been echoed, has `$?`.
struct ControlReader: Sendable {
    /// Longer than any report, for the piece that may be one's beginning.
    private static let reach = 512
    private let dialect: ShellDialect.Kind
    private let marker: [UInt8]
    private var pending: [UInt8] = []

    init(dialect: ShellDialect.Kind, nonce: String) {
        self.dialect = dialect
        marker = Array((dialect == .bash ? " @" : "E_").utf8) + Array(nonce.utf8)
            + Array("x".utf8)
    }

    /// Takes the next bytes; gives the next report when it is complete. There may be another behind it: feed nothing.
    mutating func feed(_ bytes: ArraySlice<UInt8>) -> Report? {
        pending += bytes
        var from = 0
        while let place = find(from: from) {
            if let (report, end) = report(at: place) {
                pending.removeFirst(end)
                return report
            }
            from = place + 1
        }
        if pending.count > 2 * Self.reach { pending.removeFirst(pending.count - Self.reach) }
        return nil
    }

    private func find(from start: Int) -> Int? {
        guard pending.count >= marker.count else { return nil }
        var place = start
        while place + marker.count <= pending.count {
            if pending[place] == marker[0], pending[place..<place + marker.count].elementsEqual(marker) { return place }
            place += 1
        }
        return nil
    }

    private func report(at place: Int) -> (Report, end: Int)? {
        var cursor = place + marker.count
        let status: Int
        guard let turn = number(&cursor), cursor < pending.count else { return nil }
        if dialect == .bash {
            var digits = place
            while digits > 0, isDigit(pending[digits - 1]), place - digits < 3 { digits -= 1 }
            guard let value = number(digits, place), pending[cursor] == UInt8(ascii: " ") else { return nil }
            status = Int(value)
            cursor += 1
        } else {
            guard pending[cursor] == UInt8(ascii: ":") else { return nil }
            cursor += 2
            guard let value = number(&cursor), cursor < pending.count, pending[cursor] == UInt8(ascii: " ") else {
                return nil
            }
            status = Int(value)
            cursor += 1
        }
        let begin = number(&cursor)
        // What the command's status line kept, where it has one.
        var kept = status
        if cursor < pending.count, pending[cursor] == UInt8(ascii: ",") {
            cursor += 1
            guard let value = number(&cursor) else { return nil }
            kept = Int(value)
        }
        guard status <= 255, kept <= 255, cursor < pending.count, pending[cursor] == UInt8(ascii: ".") else { return nil }
        cursor += 1
        let flags = cursor
        while cursor < pending.count, isLetter(pending[cursor]) { cursor += 1 }
        // Something must follow the option letters, or there may be more of them.
        guard cursor < pending.count else { return nil }
        let report = Report(
            status: kept, begin: begin, stopsAtErrors: pending[flags..<cursor].contains(UInt8(ascii: "e")),
            turn: Int(turn))
        return (report, cursor)
    }

    private func number(_ cursor: inout Int) -> UInt32? {
        let start = cursor
        while cursor < pending.count, isDigit(pending[cursor]) { cursor += 1 }
        return number(start, cursor)
    }

    private func number(_ start: Int, _ end: Int) -> UInt32? {
        guard start < end else { return nil }
        return UInt32(String(decoding: pending[start..<end], as: UTF8.self))
    }

    private func isDigit(_ byte: UInt8) -> Bool { byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9") }

    private func isLetter(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
    }
}
