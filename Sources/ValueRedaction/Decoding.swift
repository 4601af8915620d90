extension Lane {
    /// Decodes what has come in the lane that this one comes from. `isLast`: nothing comes behind it.
    mutating func decode(_ kind: LaneKind, from parent: Lane, _ parentKind: LaneKind, isLast: Bool, in work: WorkSpace) {
        let offset = WorkSpace.place(of: parentKind) - parent.base
        let triggers = kind.triggers
        var hint = cursor < parent.end ? parent.span(of: cursor) : 0
        while cursor < parent.end {
            let stop = work.store.next(of: triggers, in: cursor + offset..<parent.end + offset) - offset
            copy(cursor..<stop, kind, from: parent, &hint, offset: offset, in: work)
            cursor = stop
            guard stop < parent.end else { break }
            let characters = Characters(work: work, place: stop + offset, limit: parent.end + offset, isLast: isLast)
            switch characters.read(kind) {
            case .token(let token):
                hint = parent.span(of: stop, after: hint)
                let first = parent.raw(stop, in: parent.spans[hint]).first
                let last = stop + token.width - 1
                hint = parent.span(of: last, after: hint)
                append(token, kind, raw: first..<parent.raw(last, in: parent.spans[hint]).end, in: work)
                cursor += token.width
            case .open where !isLast && parent.end - stop < Characters.longest:
                return
            case .plain, .open:
                copy(stop..<stop + 1, kind, from: parent, &hint, offset: offset, in: work)
                cursor += 1
            }
        }
    }

    /// Appends characters as they are.
    private mutating func copy(
        _ range: Range<Int>, _ kind: LaneKind, from parent: borrowing Lane, _ hint: inout Int, offset: Int, in work: WorkSpace
    ) {
        var start = range.lowerBound
        if isIndenting {
            while start < range.upperBound, isBlank(work.store[start + offset]) { start += 1 }
            if start > range.lowerBound { differs = end }
            if start < range.upperBound { isIndenting = false }
        }
        guard start < range.upperBound else { return }
        hint = parent.span(of: start, after: hint)
        var place = start
        while place < range.upperBound {
            let span = parent.spans[hint]
            let stop = min(hint + 1 < parent.spans.count ? parent.spans[hint + 1].at : parent.end, range.upperBound)
            if span.rawEnd > 0 {
                spans.append(Span(at: end, raw: span.raw, rawEnd: span.rawEnd))
            } else {
                note(raw: span.raw + place - span.at)
            }
            work.store.copy(
                from: work.store, place + offset..<stop + offset, to: WorkSpace.place(of: kind) + end - base)
            end += stop - place
            place = stop
            if place < range.upperBound { hint += 1 }
        }
    }

    /// Appends what an escape stands for. Control characters are left out here too, as in the lane that is decoded.
    private mutating func append(_ token: Token, _ kind: LaneKind, raw: Range<Int>, in work: WorkSpace) {
        for index in 0..<token.count {
            let byte = UInt8(truncatingIfNeeded: token.bytes >> UInt32(8 * index))
            if byte < 0x20 && byte != 0x09 || byte == 0x7F {
                if byte == 0x0A || byte == 0x0D { isIndenting = true }
                continue
            }
            if isIndenting, isBlank(byte) { continue }
            isIndenting = false
            spans.append(Span(at: end, raw: raw.lowerBound, rawEnd: raw.upperBound))
            work.store[WorkSpace.place(of: kind) + end - base] = byte
            end += 1
        }
        differs = end
    }

    private func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }
}
