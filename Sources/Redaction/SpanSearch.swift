// Comparisons of pieces of text where they stand, without a copy.
extension Span<UInt8> {
    /// Whether it is `other`; with `folded`, ASCII case does not count and `other` is lower case.
    @inline(__always)
    func isEqual(to other: [UInt8], folded: Bool = false) -> Bool {
        count == other.count && holds(other, at: 0, folded: folded)
    }

    @inline(__always)
    func starts(with start: [UInt8], folded: Bool = false) -> Bool {
        count >= start.count && holds(start, at: 0, folded: folded)
    }

    @inline(__always)
    func ends(with end: [UInt8], folded: Bool = false) -> Bool {
        count >= end.count && holds(end, at: count - end.count, folded: folded)
    }

    /// Whether `part` occurs in it.
    func holds(_ part: [UInt8]) -> Bool {
        guard let first = part.first else { return true }
        var place = 0
        while place <= count - part.count {
            if self[place] == first, holds(part, at: place, folded: false) { return true }
            place += 1
        }
        return false
    }

    /// Whether `part` stands at `place`, which has room for it.
    @inline(__always)
    private func holds(_ part: [UInt8], at place: Int, folded: Bool) -> Bool {
        for offset in 0..<part.count {
            let byte = self[place + offset]
            guard (folded ? byte.lowercased : byte) == part[offset] else { return false }
        }
        return true
    }

    /// The first place of a byte of `set` from `start` on.
    @inline(__always)
    func first(of set: ByteSet, from start: Int = 0) -> Int? {
        var place = start
        while place < count {
            if set.contains(self[place]) { return place }
            place += 1
        }
        return nil
    }

    @inline(__always)
    func first(of byte: UInt8) -> Int? {
        var place = 0
        while place < count {
            if self[place] == byte { return place }
            place += 1
        }
        return nil
    }
}
