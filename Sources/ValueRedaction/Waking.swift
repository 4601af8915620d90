/// Whether sleeping lanes would find something. The text is decoded as they would do it, which is cheap, and looked at around what
/// was decoded alone: the rest is found in the text itself.
extension Lanes {
    /// Where the text is not clear about a lane.
    private struct Doubt {
        let lanes: [LaneKind]
        /// In the text. Nothing before it is in doubt.
        let position: Int
        var isTouched: Bool
    }

    /// The characters at the end of a block that may wait for the next one.
    private static let mostUnchecked = 32
    /// The characters from a doubtful escape on that are looked at first.
    private static let part = 96
    /// The characters before an escape that are looked at.
    private static let context = 40

    /// The lanes that are to wake, from `checked` on, and up to where the text is clear for the others.
    func touchedLanes(_ end: BlockEnd, _ cover: FormCover, in work: WorkSpace) -> (touched: [LaneKind], checked: Int) {
        let text = all[0]
        guard checked < text.end else { return ([], text.end) }
        let isAnyAwake = LaneKind.decodingText.contains { all[$0.rawValue].isAwake }
        var doubts: [Doubt] = []
        // Where the first escape of each family is.
        let isLast = end == .ofStream
        let offset = WorkSpace.place(of: .text) - text.base
        let first = work.store.firstEscapes(in: checked + offset..<text.end + offset, isLast: isLast)
        let escape = first.escape - offset, percent = first.percent - offset, entity = first.entity - offset
        let areQuick = !all[LaneKind.escapes.rawValue].isAwake && !all[LaneKind.backslashes.rawValue].isAwake
        if areQuick, escape < text.end { doubts = lookAtBackslashes(from: escape, isLast: isLast, cover, in: work) }
        for kind in LaneKind.decodingText where !all[kind.rawValue].isAwake {
            let start = switch kind {
            case .escapes, .backslashes: areQuick ? text.end : escape
            case .percent: percent
            case .entities: entity
            // With escapes of one family it reads as that family's lane.
            case .mixed:
                [escape, percent, entity].count { $0 < text.end } > 1 || LaneKind.families.contains { all[$0.rawValue].isAwake }
                    ? min(escape, percent, entity) : text.end
            default: first.quote - offset
            }
            if start < text.end, let doubt = look(as: kind, at: start..<text.end, isLast: isLast, cover, in: work) { doubts.append(doubt) }
        }
        guard !doubts.isEmpty else { return ([], text.end) }
        let mayWait = end == .more && !isAnyAwake && !doubts.contains {
            $0.isTouched || $0.position < text.end - Self.mostUnchecked
        }
        if mayWait { return ([], doubts.map(\.position).min() ?? text.end) }
        var touched = Set(doubts.flatMap(\.lanes))
        if !touched.isDisjoint(with: LaneKind.families) { touched.insert(.mixed) }
        return (LaneKind.decoding.filter { touched.contains($0) && !all[$0.rawValue].isAwake }, text.end)
    }

    /// What the lanes of backslashes would find from `first` on. Most backslashes are ruled out without decoding; around the others
    /// a short part of the text is looked at.
    private func lookAtBackslashes(from first: Int, isLast: Bool, _ cover: FormCover, in work: WorkSpace) -> [Doubt] {
        let text = all[0]
        let offset = WorkSpace.place(of: .text) - text.base
        var place = first
        var part = Self.part
        while true {
            place = work.store.nextDoubt(cover, base: text.base + offset, in: place + offset..<text.end + offset) - offset
            guard place < text.end else { return [] }
            let stop = min(place + part, text.end)
            let doubts = [LaneKind.escapes, .backslashes].compactMap {
                look(as: $0, at: place..<stop, isLast: isLast && stop == text.end, cover, in: work)
            }
            if stop == text.end { return doubts }
            // What comes behind the part has not been looked at for the other lanes.
            if doubts.contains(where: \.isTouched) {
                return [Doubt(lanes: [.escapes, .backslashes, .escapesTwice], position: place, isTouched: true)]
            }
            // In doubt is then what the end of the part decides.
            let next = doubts.map(\.position).min() ?? stop
            part = next > place ? Self.part : 4 * part
            place = next
        }
    }

    /// Decodes a part of the text as the lane would have it.
    private func look(as kind: LaneKind, at range: Range<Int>, isLast: Bool, _ cover: FormCover, in work: WorkSpace) -> Doubt? {
        guard let escapes = kind.escapes else { return nil }
        let text = all[0]
        let offset = WorkSpace.place(of: .text) - text.base
        let context = min(range.lowerBound - text.base, Self.context)
        let place = WorkSpace.place(of: kind)
        work.store.copy(from: work.store, range.lowerBound - context + offset..<range.lowerBound + offset, to: place)
        var isIndenting = false
        let pieces = work.outerPieces
        let stop = work.store.decode(
            escapes, range.lowerBound + offset..<range.upperBound + offset, isLast: isLast, to: place + context, isIndenting: &isIndenting, pieces: pieces)
        let decoded = place..<place + context + pieces.characters
        let isFirst = range.lowerBound == context
        let (touch, piece) = work.store.touch(cover, decoded, context: context, isFirst: isFirst, isLast: isLast, pieces: pieces)
        var doubt = stop < range.upperBound + offset ? Doubt(lanes: [kind], position: stop - offset, isTouched: false) : nil
        if touch != .apart { doubt = Doubt(lanes: [kind], position: pieces[piece].from - offset, isTouched: touch == .touched) }
        guard let child = kind.child,
            work.store.next(of: child.triggers, in: decoded.lowerBound + context..<decoded.upperBound) < decoded.upperBound
        else { return doubt }
        if let doubt, doubt.isTouched { return Doubt(lanes: [kind, child], position: doubt.position, isTouched: true) }
        guard let inner = lookOnce(more: child, decoded, context: context, isFirst: isFirst, isLast: isLast, cover, in: work) else { return doubt }
        return Doubt(
            lanes: [kind, child], position: min(doubt?.position ?? range.upperBound, inner.position - offset), isTouched: inner.isTouched)
    }

    /// Decodes what was decoded once more; the position is the place in the text.
    private func lookOnce(
        more child: LaneKind, _ decoded: Range<Int>, context: Int, isFirst: Bool, isLast: Bool, _ cover: FormCover, in work: WorkSpace
    ) -> Doubt? {
        let start = decoded.lowerBound + context
        guard let escapes = child.escapes else { return nil }
        let place = WorkSpace.place(of: child)
        work.store.copy(from: work.store, decoded.lowerBound..<start, to: place)
        var isIndenting = false
        let pieces = work.pieces
        let stop = work.store.decode(
            escapes, start..<decoded.upperBound, isLast: isLast, to: place + context, isIndenting: &isIndenting, pieces: pieces)
        let (touch, piece) = work.store.touch(
            cover, place..<place + context + pieces.characters, context: context, isFirst: isFirst, isLast: isLast, pieces: pieces)
        guard touch != .apart || stop < decoded.upperBound else { return nil }
        let first = touch != .apart ? pieces[piece].from : stop
        let outer = work.outerPieces.place(of: first - start)
        return Doubt(lanes: [child], position: outer, isTouched: touch == .touched)
    }
}
