extension GramTable {
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
            for pattern in form.isPlain ? HexPattern.all : HexPattern.tight where pattern.distance < stride {
                write(pattern, of: form, in: store, upper: false, body)
                write(pattern, of: form, in: store, upper: true, body)
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

    /// Gives the gram of a pattern, in capitals only where it then is another one.
    private static func write(
        _ pattern: HexPattern, of form: Form, in store: borrowing LockedStore, upper: Bool, _ body: (UInt32, UInt32?, Int) -> Void
    ) {
        var eight: UInt64 = 0
        var hasLetters = false
        for (index, character) in pattern.characters.enumerated() where pattern.distance + index < form.known {
            var written = character
            if character < HexPattern.firstCharacter {
                let nibble = form.nibble(Int(character), in: store)
                hasLetters = hasLetters || nibble > 9
                written = Digits.hex(nibble, upper: upper)
            }
            eight |= UInt64(written) << UInt64(8 * index)
        }
        guard hasLetters || !upper else { return }
        let isWhole = pattern.distance + 8 <= form.known
        body(UInt32(truncatingIfNeeded: eight), isWhole ? UInt32(truncatingIfNeeded: eight >> 32) : nil, pattern.distance)
    }
}
