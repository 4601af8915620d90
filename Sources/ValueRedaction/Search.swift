/// Where a value stood in the output.
struct Match {
    var start: Int
    var end: Int
    let value: Int
}

extension Lane {
    /// Reads what has been appended, up to `end`: goes on with the candidates, looks for new ones, and adds to `matches`.
    mutating func search(_ kind: LaneKind, upTo end: Int, _ table: GramTable, in work: WorkSpace, into matches: inout [Match]) {
        let offset = WorkSpace.place(of: kind) - base
        if !candidates.isEmpty {
            var kept: [Candidate] = []
            for var candidate in candidates where goOn(&candidate, upTo: end, table, offset, work, &matches) { kept.append(candidate) }
            candidates = kept
        }
        guard !table.forms.isEmpty else { return }
        let limit = end - 3
        next = max(next, base)
        while next < limit {
            next = work.store.nextGram(in: next + offset..<limit + offset, table, limit: end + offset) - offset
            guard next < limit else { break }
            let behind = next + 8 <= end ? work.store.gram(at: next + offset + 4) : nil
            table.each(of: work.store.gram(at: next + offset), behind: behind) { form, distance in
                let start = next - distance
                guard start >= base else { return }
                var candidate = Candidate(form: form, start: start, rawStart: raw(start).first)
                guard !candidates.contains(where: { $0.form == form && $0.start == start }) else { return }
                if goOn(&candidate, upTo: end, table, offset, work, &matches) { candidates.append(candidate) }
            }
            next += table.stride
        }
    }

    /// Whether the candidate is still open.
    private func goOn(
        _ candidate: inout Candidate, upTo end: Int, _ table: GramTable, _ offset: Int, _ work: WorkSpace, _ matches: inout [Match]
    ) -> Bool {
        let form = table.forms[candidate.form]
        switch candidate.advance(form, table.spelled.store, work.store, offset: offset, end: end) {
        case .failed: return false
        case .open: return true
        case .found:
            matches.append(Match(start: candidate.rawStart, end: raw(candidate.next - 1).end, value: form.value))
            return false
        }
    }

    /// The first position that may start a form that has not been found yet.
    func firstOpen(stride: Int) -> Int { min(max(base, next - stride), end) }

    /// The first position from which on the text is the beginning of a form, of at least four characters; and that form.
    func firstBeginning(_ kind: LaneKind, _ table: GramTable, in work: WorkSpace) -> (position: Int, form: Int)? {
        let offset = WorkSpace.place(of: kind) - base
        let first = firstOpen(stride: table.stride)
        guard end - first >= 4 else { return nil }
        for start in first...end - 4 {
            for (index, form) in table.forms.enumerated() {
                var candidate = Candidate(form: index, start: start, rawStart: 0)
                if case .open = candidate.advance(form, table.spelled.store, work.store, offset: offset, end: end) {
                    return (start, index)
                }
            }
        }
        return nil
    }
}
