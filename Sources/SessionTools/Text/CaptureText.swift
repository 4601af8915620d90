import OutputShaping
import Sessions

/// The text of a captured stream, made in pieces so that memory stays flat, whatever the stream's length.
struct CaptureText {
    /// Redactions by kind.
    private(set) var redactions: [String: Int] = [:]
    /// Bytes of the stream that are not kept anywhere.
    private(set) var lostBytes = 0

    /// Calls `take` with the text, piece after piece.
    mutating func read(_ capture: Capture, _ take: (_ text: [UInt8]) -> Void) {
        var stream = StreamText()
        var afterGap: AfterGap?
        var text: [UInt8] = []
        capture.forEachPiece { piece in
            text.removeAll(keepingCapacity: true)
            switch piece {
            case .gap(let count):
                // What was held back is dropped with the gap: it could be the first half of a secret.
                self.count(stream)
                stream = StreamText()
                afterGap = AfterGap()
                lostBytes += count
                text = Array("\n... \(count) bytes not kept ...\n".utf8)
            case .bytes(let bytes):
                stream.feed(afterGap?.feed(bytes) ?? bytes, into: &text)
            }
            take(text)
        }
        text.removeAll(keepingCapacity: true)
        stream.finish(into: &text)
        take(text)
        count(stream)
    }

    private mutating func count(_ stream: StreamText) {
        redactions.merge(stream.redactions, uniquingKeysWith: +)
    }

    /// The whole text, for a budget that looks at every line.
    static func whole(_ capture: Capture) -> (text: [UInt8], reading: CaptureText) {
        var reading = CaptureText()
        var text: [UInt8] = []
        reading.read(capture) { text += $0 }
        return (text, reading)
    }
}

/// Drops the beginning of what follows a gap, since it may be the second half of a secret: the rest of its first line, and
/// the rest of a private key whose beginning fell into the gap.
struct AfterGap {
    private static let longestLine = 8192
    private static let footer = Array("-----END ".utf8)
    private static let header = Array("-----BEGIN ".utf8)
    /// A key of 16,384 bits has fewer characters.
    private static let longestKey = 16_384

    private var start: [UInt8] = []
    private var isPast = false

    /// What may go on of the next bytes.
    mutating func feed(_ bytes: [UInt8]) -> [UInt8] {
        if isPast { return bytes }
        start += bytes
        guard start.count >= Self.longestLine + Self.longestKey else { return [] }
        isPast = true
        defer { start = [] }
        let lineEnd = start.prefix(Self.longestLine).firstIndex(of: 0x0A).map { $0 + 1 } ?? Self.longestLine
        let searched = start[lineEnd..<min(start.count, lineEnd + Self.longestKey)]
        if let footer = Self.index(of: Self.footer, in: searched),
            Self.index(of: Self.header, in: searched).map({ $0 > footer }) ?? true
        {
            let rest = start[footer...]
            return Array(rest[(rest.firstIndex(of: 0x0A).map { $0 + 1 } ?? rest.endIndex)...])
        }
        return Array(start[lineEnd...])
    }

    private static func index(of word: [UInt8], in text: ArraySlice<UInt8>) -> Int? {
        var index = text.startIndex
        while let found = text[index...].firstIndex(of: word[0]) {
            if text[found...].starts(with: word) { return found }
            index = found + 1
        }
        return nil
    }
}
