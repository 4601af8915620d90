internal import SecretMemory

/// Where four bytes at a place tell which forms may stand there.
///
/// Each form gives as many grams, from its start on, as a stride has places, so that one of them falls on a place that is
/// looked at. A bitmap in front keeps nearly every place of ordinary text away from the list. All of it spells the values
/// and is in locked memory.
final class GramTable {
    let spellings: LockedStore
    let forms: [Form]
    /// Every how many places the text is looked at.
    let stride: Int
    let bitmap: LockedStore
    let bitmapShift: UInt32
    /// For each hash where its entries start.
    private let starts: LockedStore
    /// Four words each: the gram, the four bytes behind it, the form, and the distance from the form's start, with
    /// `isAlone` when the bytes behind are not known.
    private let entries: LockedStore
    private let hashShift: UInt32

    private static let isAlone: UInt32 = 1 << 31

    /// The most places between two looks. Longer makes tables larger and the text is read from memory anyway.
    static let longestStride = 8

    init(spellings: consuming LockedStore, forms: [Form]) throws(SecretMemoryError) {
        stride = forms.reduce(Self.longestStride) { min($0, $1.known - 3) }
        var count = 0
        for form in forms { Self.grams(of: form, in: spellings, stride: stride) { _, _, _ in count += 1 } }
        let bits = UInt32(UInt.bitWidth - max(count, 1).leadingZeroBitCount)
        hashShift = 32 - bits
        bitmapShift = 32 - min(max(bits + 5, 14), 21)
        bitmap = try LockedStore(count: 1 << (29 - Int(bitmapShift)))
        starts = try LockedStore(count: 4 * ((1 << Int(bits)) + 1))
        entries = try LockedStore(count: 16 * count)
        self.spellings = spellings
        self.forms = forms
        fill()
    }

    /// Counts the entries of each hash, sums the counts up to ends, and puts each entry in front of its end.
    private func fill() {
        let hashes = 1 << (32 - Int(hashShift))
        for form in forms {
            Self.grams(of: form, in: spellings, stride: stride) { gram, _, _ in
                starts[word: LockedStore.bit(of: gram, shift: hashShift)] += 1
                let bit = LockedStore.bit(of: gram, shift: bitmapShift)
                bitmap[bit >> 3] |= 1 << UInt8(bit & 7)
            }
        }
        var sum: UInt32 = 0
        for hash in 0...hashes {
            sum += hash < hashes ? starts[word: hash] : 0
            starts[word: hash] = sum
        }
        for (index, form) in forms.enumerated() {
            Self.grams(of: form, in: spellings, stride: stride) { gram, behind, distance in
                let hash = LockedStore.bit(of: gram, shift: hashShift)
                starts[word: hash] -= 1
                let entry = 4 * Int(starts[word: hash])
                entries[word: entry] = gram
                entries[word: entry + 1] = behind ?? 0
                entries[word: entry + 2] = UInt32(index)
                entries[word: entry + 3] = UInt32(distance) | (behind == nil ? Self.isAlone : 0)
            }
        }
    }

    /// The forms of which `gram` may be a part, with its distance from their start. `behind`: the four bytes after it, where
    /// they have come. One form may come up twice.
    @inline(__always)
    func each(of gram: UInt32, behind: UInt32?, _ body: (_ form: Int, _ distance: Int) -> Void) {
        let hash = LockedStore.bit(of: gram, shift: hashShift)
        var entry = 4 * Int(starts[word: hash])
        let end = 4 * Int(starts[word: hash + 1])
        while entry < end {
            defer { entry += 4 }
            guard entries[word: entry] == gram else { continue }
            let place = entries[word: entry + 3]
            if let behind, place & Self.isAlone == 0, entries[word: entry + 1] != behind { continue }
            body(Int(entries[word: entry + 2]), Int(place & ~Self.isAlone))
        }
    }

    /// What stands between how many bytes of a hexadecimal form, and how many bytes of a group come before it. `\x41` and
    /// `%41` are read by their lanes.
    private static let styles: [(between: [UInt8], group: Int, phase: Int)] = {
        let single: [StaticString] = ["", ":", "-", " ", ",", ", ", ",0x", ", 0x", " 0x", "."]
        return single.map { (Array("\($0)".utf8), 1, 0) }
            + [(2, 0), (2, 1), (4, 0), (4, 1), (4, 2), (4, 3)].map { ([0x20], $0.0, $0.1) }
    }()

    private static func grams(
        of form: Form, in store: borrowing LockedStore, stride: Int, _ body: (_ gram: UInt32, _ behind: UInt32?, _ distance: Int) -> Void
    ) {
        switch form.kind {
        case .direct:
            window(stride, 0, form.known, body) { form.byte($0, in: store) }
        case .base64(let lead):
            for forURL in [false, true] {
                window(stride, form.firstKnown, form.known, body) {
                    Digits.base64(form.sextet($0, lead: lead, in: store).bits, forURL: forURL)
                }
            }
        case .hex:
            for upper in [false, true] {
                for style in form.isPlain ? styles[...] : styles[..<1] {
                    let period = 2 * style.group + style.between.count
                    window(stride, 0, form.known, body) { index in
                        let place = index + 2 * style.phase
                        let inside = place % period
                        guard inside < 2 * style.group else { return style.between[inside - 2 * style.group] }
                        let nibble = place / period * 2 * style.group + inside - 2 * style.phase
                        return Digits.hex(form.nibble(nibble, in: store), upper: upper)
                    }
                }
            }
        }
    }

    private static func window(
        _ stride: Int, _ first: Int, _ known: Int, _ body: (UInt32, UInt32?, Int) -> Void, _ character: (Int) -> UInt8
    ) {
        var eight: UInt64 = 0
        let end = first + known
        for index in first..<first + stride + 7 {
            // The eight bytes up to here, as far as they are known.
            eight = eight >> 8 | (index < end ? UInt64(character(index)) << 56 : 0)
            let start = index - 7
            guard start >= first else { continue }
            body(UInt32(truncatingIfNeeded: eight), start + 8 <= end ? UInt32(truncatingIfNeeded: eight >> 32) : nil, start)
        }
    }
}
