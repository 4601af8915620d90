/// One way in which a value may stand in a text: how its characters follow from spelled bytes. It holds places, no bytes.
struct Form {
    enum Kind {
        /// The bytes themselves.
        case direct
        /// Base64 or base64url. `lead` bits of the first character belong to what stands before the value.
        case base64(lead: Int)
        /// Two digits a byte, with up to six separators between bytes.
        case hex
    }

    /// How the spelled bytes are read.
    enum Reading {
        case forwards
        case backwards
        /// Each two bytes exchanged: UTF-16, the larger byte first.
        case pairsSwapped
    }

    let value: Int
    let kind: Kind
    let reading: Reading
    /// Where the bytes lie in the store of spellings.
    let spelled: Range<Int>

    /// Whether it spells the value itself, which is looked for in more styles than what is made of it.
    let isPlain: Bool

    /// The bytes that the characters stand for.
    func byte(_ index: Int, in store: borrowing LockedStore) -> UInt8 {
        switch reading {
        case .forwards: store[spelled.lowerBound + index]
        case .backwards: store[spelled.upperBound - 1 - index]
        case .pairsSwapped: store[spelled.lowerBound + (index ^ 1)]
        }
    }

    /// How many steps a match has: characters, or digits without separators.
    var steps: Int {
        switch kind {
        case .direct: spelled.count
        case .base64(let lead): (lead + 8 * spelled.count + 5) / 6
        case .hex: 2 * spelled.count
        }
    }

    /// The first character that the value alone decides.
    var firstKnown: Int {
        if case .base64(let lead) = kind, lead > 0 { 1 } else { 0 }
    }

    /// How many characters in a row the value alone decides.
    var known: Int {
        if case .base64(let lead) = kind { (lead + 8 * spelled.count) / 6 - firstKnown } else { steps }
    }

    /// The six bits of a character of base64, and which of them the value decides.
    func sextet(_ index: Int, lead: Int, in store: borrowing LockedStore) -> (bits: UInt8, mask: UInt8) {
        var bits: UInt8 = 0
        var mask: UInt8 = 0
        for place in 0..<6 {
            let bit = 6 * index + place - lead
            bits <<= 1
            mask <<= 1
            guard bit >= 0, bit < 8 * spelled.count else { continue }
            bits |= byte(bit >> 3, in: store) >> UInt8(7 - bit & 7) & 1
            mask |= 1
        }
        return (bits, mask)
    }

    func nibble(_ index: Int, in store: borrowing LockedStore) -> UInt8 {
        let byte = byte(index >> 1, in: store)
        return index & 1 == 0 ? byte >> 4 : byte & 15
    }
}

/// The alphabets.
enum Digits {
    static func hex(_ character: UInt8) -> UInt8? {
        switch character {
        case 0x30...0x39: character - 0x30
        case 0x41...0x46: character - 0x41 + 10
        case 0x61...0x66: character - 0x61 + 10
        default: nil
        }
    }

    static func hex(_ value: UInt8, upper: Bool) -> UInt8 {
        value < 10 ? 0x30 + value : (upper ? 0x41 : 0x61) + value - 10
    }

    /// Of either alphabet.
    static func base64(_ character: UInt8) -> UInt8? {
        switch character {
        case 0x41...0x5A: character - 0x41
        case 0x61...0x7A: character - 0x61 + 26
        case 0x30...0x39: character - 0x30 + 52
        case 0x2B, 0x2D: 62
        case 0x2F, 0x5F: 63
        default: nil
        }
    }

    static func base64(_ bits: UInt8, forURL: Bool) -> UInt8 {
        switch bits {
        case 0..<26: 0x41 + bits
        case 26..<52: 0x61 + bits - 26
        case 52..<62: 0x30 + bits - 52
        case 62: forURL ? 0x2D : 0x2B
        default: forURL ? 0x5F : 0x2F
        }
    }
}
