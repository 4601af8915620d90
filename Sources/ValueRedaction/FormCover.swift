internal import SecretMemory

/// Which characters the forms have next to each other, at any place of theirs: what tells an escape that a value may cover from
/// all others, so that lanes need not be woken for these.
final class FormCover {
    /// All four characters in a row of forms other than the hexadecimal ones.
    let bitmap: LockedStore
    let shift: UInt32
    /// For each byte in which kinds of forms it stands.
    let classes: LockedStore
    private var shortest = Int.max
    private var fewestDigits = Int.max

    /// What is looked at around an escape; less than what a lane keeps from block to block.
    static let reach = 24
    /// A form of so many characters has four in a row beside or around any character of its own.
    private static let shortestTold = 7

    init(shift: UInt32) throws(SecretMemoryError) {
        self.shift = shift
        bitmap = try LockedStore(count: 1 << (29 - Int(shift)))
        classes = try LockedStore(count: 256)
        for byte in UInt8.min...UInt8.max {
            if Digits.hex(byte) != nil {
                classes[Int(byte)] = CharacterClass.hex | CharacterClass.digit
            } else if byte | 0x20 == UInt8(ascii: "x") || Candidate.isSeparator(byte) {
                classes[Int(byte)] = CharacterClass.hex
            }
        }
    }

    /// The fewest characters of a form, as far as they are looked at; 0 where one is too short to be told from other text.
    var least: Int { shortest < Self.shortestTold ? 0 : min(shortest, Self.reach) }
    /// The fewest digits of a hexadecimal form, as far as they are looked at.
    var digits: Int { min(fewestDigits, Self.reach) }

    func add(_ form: Form, in store: borrowing LockedStore) {
        switch form.kind {
        case .hex:
            fewestDigits = min(fewestDigits, form.steps)
            return
        case .direct, .base64: shortest = min(shortest, form.steps)
        }
        for start in 0...form.steps - 4 { add(form, from: start, 0, characters: 0, in: store) }
    }

    /// Adds the characters that the form may have from `start` on, of which `count` have been chosen. In base64 there are two
    /// for some bits, and more where the value decides only some of the bits.
    private func add(_ form: Form, from start: Int, _ gram: UInt32, characters count: Int, in store: borrowing LockedStore) {
        guard count < 4 else {
            let bit = LockedStore.bit(of: gram, shift: shift)
            bitmap[bit >> 3] |= 1 << UInt8(bit & 7)
            return
        }
        guard case .base64(let lead) = form.kind else {
            return choose(form.byte(start + count, in: store), form, from: start, gram, characters: count, in: store)
        }
        let (bits, mask) = form.sextet(start + count, lead: lead, in: store)
        for sextet in bits...bits | ~mask & 63 where sextet & mask == bits {
            choose(Digits.base64(sextet, forURL: false), form, from: start, gram, characters: count, in: store)
            guard sextet >= 62 else { continue }
            choose(Digits.base64(sextet, forURL: true), form, from: start, gram, characters: count, in: store)
        }
    }

    private func choose(
        _ character: UInt8, _ form: Form, from start: Int, _ gram: UInt32, characters count: Int, in store: borrowing LockedStore
    ) {
        classes[Int(character)] |= CharacterClass.form
        add(form, from: start, gram | UInt32(character) << UInt32(8 * count), characters: count + 1, in: store)
    }
}
