extension Lane {
    /// Decodes what has come in the lane that this one comes from. `isLast`: nothing comes behind it.
    mutating func decode(_ kind: LaneKind, from parent: Lane, _ parentKind: LaneKind, isLast: Bool, in work: WorkSpace) {
        guard cursor < parent.end, let escapes = kind.escapes else { return }
        let offset = WorkSpace.place(of: parentKind) - parent.base
        let first = cursor
        let pieces = work.pieces
        cursor = work.store.decode(
            escapes, first + offset..<parent.end + offset, isLast: isLast, to: WorkSpace.place(of: kind) + end - base,
            isIndenting: &isIndenting, pieces: pieces) - offset
        var hint = parent.span(of: first)
        for index in 0..<pieces.count {
            let piece = pieces[index]
            let (from, start, stop) = (piece.from - offset, end + piece.at, end + pieces.end(of: index))
            hint = parent.span(of: from, after: hint)
            if piece.width == 0 {
                copy(start..<stop, from: parent, from, &hint)
                continue
            }
            differs = stop
            guard stop > start else { continue }
            let rawStart = parent.raw(from, in: parent.spans[hint]).first
            let last = from + piece.width - 1
            hint = parent.span(of: last, after: hint)
            spans.append(Span(at: start, raw: rawStart, rawEnd: parent.raw(last, in: parent.spans[hint]).end))
        }
        end += pieces.characters
    }

    /// Notes what the characters of `range` stand for that are those of the other lane from `from` on.
    private mutating func copy(_ range: Range<Int>, from parent: borrowing Lane, _ from: Int, _ hint: inout Int) {
        let shift = from - range.lowerBound
        var position = range.lowerBound
        while true {
            let span = parent.spans[hint]
            if span.rawEnd > 0 {
                spans.append(Span(at: position, raw: span.raw, rawEnd: span.rawEnd))
            } else {
                note(raw: span.raw + position + shift - span.at, at: position)
            }
            guard hint + 1 < parent.spans.count, parent.spans[hint + 1].at < range.upperBound + shift else { return }
            hint += 1
            position = parent.spans[hint].at - shift
        }
    }
}
