extension GramTable {
    /// What stands between how many bytes of a hexadecimal form, and how many bytes of a group come before it. `\x41` and
    /// `%41` are read by their lanes.
    private static let styles: [(between: [UInt8], group: Int, phase: Int)] = {
        let single: [StaticString] = ["", ":", "-", " ", ",", ", ", ",0x", ", 0x", " 0x", "."]
        return single.map { (Array("\($0)".utf8), 1, 0) }
            + [(2, 0), (2, 1), (4, 0), (4, 1), (4, 2), (4, 3)].map { ([0x20], $0.0, $0.1) }
    }()

    /// The grams of the places from which a form may be found, in every style.
    static func grams(
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
