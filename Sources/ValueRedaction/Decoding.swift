extension Lane {
    /// Decodes what has come in the lane that this one comes from. `isLast`: nothing comes behind it.
    mutating func decode(_ kind: LaneKind, from parent: Lane, _ parentKind: LaneKind, isLast: Bool, in work: WorkSpace) {
        let offset = WorkSpace.place(of: parentKind) - parent.base
        let triggers = kind.triggers
        while cursor < parent.end {
            let stop = work.store.next(of: triggers, in: cursor + offset..<parent.end + offset) - offset
            copy(cursor..<stop, kind, from: parent, offset: offset, in: work)
            cursor = stop
            guard stop < parent.end else { break }
            let characters = Characters(work: work, place: stop + offset, limit: parent.end + offset, isLast: isLast)
            switch characters.read(kind) {
            case .token(let token):
                append(token, kind, raw: parent.raw(stop).first..<parent.raw(stop + token.width - 1).end, in: work)
                cursor += token.width
            case .open where !isLast && parent.end - stop < Characters.longest:
                return
            case .plain, .open:
                copy(stop..<stop + 1, kind, from: parent, offset: offset, in: work)
                cursor += 1
            }
        }
    }

    /// Appends characters as they are.
    private mutating func copy(_ range: Range<Int>, _ kind: LaneKind, from parent: Lane, offset: Int, in work: WorkSpace) {
        var start = range.lowerBound
        if isIndenting {
            while start < range.upperBound, isBlank(work.store[start + offset]) { start += 1 }
            if start > range.lowerBound { differs = end }
            if start < range.upperBound { isIndenting = false }
        }
        guard start < range.upperBound else { return }
        var index = parent.span(of: start)
        var place = start
        while place < range.upperBound {
            let span = parent.spans[index]
            let stop = min(index + 1 < parent.spans.count ? parent.spans[index + 1].at : parent.end, range.upperBound)
            if span.rawEnd > 0 {
                spans.append(Span(at: end, raw: span.raw, rawEnd: span.rawEnd))
            } else {
                note(raw: span.raw + place - span.at)
            }
            work.store.copy(
                from: work.store, place + offset..<stop + offset, to: WorkSpace.place(of: kind) + end - base)
            end += stop - place
            place = stop
            index += 1
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
