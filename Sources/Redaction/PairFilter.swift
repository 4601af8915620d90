/// The first stage: tells in one table look-up a byte whether a rule's pair of bytes starts there, and compares the
/// four bytes around a hit before anything slower looks at it.
struct PairFilter: Sendable {
    /// Four bytes (or the whole of a shorter anchor) that a candidate of a rule must hold, near the pair.
    struct Probe: Sendable {
        /// From the pair to the four bytes.
        var offset: Int
        var mask: UInt32
        var value: UInt32
    }

    /// By pair (first byte in the low half): 0, or the class of rules that look for it.
    let classes: [UInt8]
    /// By class: the rules, in their order.
    let members: [[Int]]
    /// The probes of all classes, those of class `c` from `probeStarts[c]` to `probeStarts[c + 1]`.
    let probes: [Probe]
    let probeStarts: [Int]

    init(_ rules: [Rule]) {
        var byPair: [Int: [Int]] = [:]
        for (index, rule) in rules.enumerated() {
            let first = Self.forms(of: rule.anchor[rule.pairOffset], folded: rule.isFolded)
            let second = Self.forms(of: rule.anchor[rule.pairOffset + 1], folded: rule.isFolded)
            for low in first { for high in second { byPair[Int(low) | Int(high) << 8, default: []].append(index) } }
        }
        var classes = [UInt8](repeating: 0, count: 65_536)
        var members: [[Int]] = [[]]
        for pair in byPair.keys.sorted() {
            let set = byPair[pair, default: []]
            if let known = members.firstIndex(of: set) {
                classes[pair] = UInt8(known)
            } else {
                precondition(members.count < 256, "more than 255 classes of pairs")
                classes[pair] = UInt8(members.count)
                members.append(set)
            }
        }
        var probes: [Probe] = []
        var starts = [0]
        for set in members {
            probes += set.map { Self.probe(of: rules[$0]) }
            starts.append(probes.count)
        }
        self.classes = classes
        self.members = members
        self.probes = probes
        probeStarts = starts
    }

    private static func forms(of byte: UInt8, folded: Bool) -> [UInt8] {
        folded && ByteSet.lower.contains(byte) ? [byte, byte & 0xDF] : [byte]
    }

    private static func probe(of rule: Rule) -> Probe {
        let length = min(4, rule.anchor.count)
        let start = min(rule.pairOffset, rule.anchor.count - length)
        var mask: UInt32 = 0
        var value: UInt32 = 0
        for place in 0..<length {
            let byte = rule.anchor[start + place]
            let significant: UInt8 = rule.isFolded && ByteSet.lower.contains(byte) ? 0xDF : 0xFF
            mask |= UInt32(significant) << UInt32(8 * place)
            value |= UInt32(byte & significant) << UInt32(8 * place)
        }
        return Probe(offset: start - rule.pairOffset, mask: mask, value: value)
    }
}
