/// Shortens a text to its beginning and its end.
///
/// Cuts fall between characters and never inside a redaction marker. The beginning gets half of the room, the end the rest.
public struct HeadTailCap: Sendable, Equatable {
    /// What the kept text may measure.
    public let limit: Int
    public let measure: TextMeasure
    /// Whether the elision note must fit into `limit` too. With a limit below 80 the note alone may not fit; it is
    /// written all the same.
    public let countsNote: Bool

    /// - Precondition: `limit` is not negative.
    public init(limit: Int, measure: TextMeasure, countsNote: Bool) {
        precondition(limit >= 0, "a limit is not negative")
        self.limit = limit
        self.measure = measure
        self.countsNote = countsNote
    }

    /// The text itself if it fits, else its beginning and end. What was missing before stays counted.
    public func apply(to text: ElidedText) -> ElidedText {
        let bytes = text.head.count + text.tail.count
        let note = countsNote ? measure.length(Array("\n".utf8) + ElidedText.note(text.elidedCharacters + bytes) + Array("\n".utf8)) : 0
        let room = max(0, limit - note)
        let available = text.isTruncated ? room : limit
        // A division instead of a product, which could overflow.
        if bytes <= available / measure.highestCost { return text }
        let tailLength = measure.length(text.tail)
        if measure.length(text.head) + tailLength <= available { return text }

        // When the text is whole, both cuts are made in the same bytes and cannot cross: what is kept measures at most
        // `room`, and the whole measures more.
        let front = text.head
        let back = text.isTruncated ? text.tail : text.head
        let half = text.isTruncated && tailLength < room - room / 2 ? room - tailLength : room / 2
        let headEnd = RedactionMarker.headCut(measure.prefixEnd(of: front, within: half), in: front)
        let head = Array(front[..<headEnd])
        let rest = room - measure.length(head)
        let tailStart = RedactionMarker.tailCut(measure.suffixStart(of: back, within: rest), in: back)
        let tail = Array(back[tailStart...])
        let kept = ByteScan.characterCount(head.span) + ByteScan.characterCount(tail.span)
        return ElidedText(head: head, tail: tail, elidedCharacters: text.totalCharacters - kept)
    }
}
