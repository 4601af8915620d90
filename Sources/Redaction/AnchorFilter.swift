/// The first stage: tells, in one table look-up a byte, where the first four bytes of a rule's anchor may stand.
///
/// Only every second place is looked at, so an anchor counts twice: in phase 0 it starts at that place, in phase 1 one
/// byte before. Rules are spread over four buckets, bits 0 to 3 in phase 0, bits 4 to 7 in phase 1. `leads` gives, for
/// two bytes, the buckets of rules whose first (phase 1: second) two they may be, `follows` the same for the two bytes
/// after those; a bucket in both makes a hit, whose four bytes are then compared exactly.
struct AnchorFilter: Sendable {
    /// The first four bytes of an anchor, or all of a shorter one.
    struct Probe: Sendable {
        var mask: UInt32
        var value: UInt32
    }

    /// How many bytes a place must have to be looked at. No match is shorter.
    static let reach = 4
    static let bucketCount = 4
    /// The bits of phase 0, which are true of any place.
    static let anywhere: UInt8 = 0x0F

    /// By pair of bytes (the first in the low half): a bit for each bucket.
    let leads: [UInt8]
    let follows: [UInt8]
    /// By bucket: its rules in their order.
    let members: [[Int]]
    /// The probes of all buckets, those of bucket `b` from `probeStarts[b]` to `probeStarts[b + 1]`.
    let probes: [Probe]
    let probeStarts: [Int]
    /// By rule.
    private let ruleProbes: [Probe]
    /// Bytes that start an anchor; by third byte, the buckets it can belong to.
    private let starters: ByteSet
    private let thirds: [UInt8]

    init(_ rules: [Rule]) {
        var leads = [UInt8](repeating: 0, count: 65_536)
        var follows = [UInt8](repeating: 0, count: 65_536)
        var thirds = [UInt8](repeating: 0, count: 256)
        var members = [[Int]](repeating: [], count: Self.bucketCount)
        var starters = ByteSet()
        for (index, rule) in rules.enumerated() {
            let bucket = Self.bucket(of: rule)
            members[bucket].append(index)
            let late = UInt8(1) << UInt8(bucket + Self.bucketCount)
            let forms = (0...Self.reach).map { Self.forms(of: rule, at: $0) }
            for first in forms[0] {
                starters.insert(first)
                for second in forms[1] { leads[Int(first) | Int(second) << 8] |= 1 << UInt8(bucket) }
            }
            for third in forms[2] {
                thirds[Int(third)] |= 1 << UInt8(bucket)
                for fourth in forms[3] { follows[Int(third) | Int(fourth) << 8] |= 1 << UInt8(bucket) }
                for second in forms[1] { leads[Int(second) | Int(third) << 8] |= late }
            }
            for fourth in forms[3] { for fifth in forms[4] { follows[Int(fourth) | Int(fifth) << 8] |= late } }
        }
        var probes: [Probe] = []
        var starts = [0]
        for set in members {
            probes += set.map { Self.probe(of: rules[$0]) }
            starts.append(probes.count)
        }
        self.leads = leads
        self.follows = follows
        self.members = members
        self.probes = probes
        self.starters = starters
        self.thirds = thirds
        probeStarts = starts
        ruleProbes = rules.map { Self.probe(of: $0) }
    }

    /// The buckets whose four bytes may stand at `position`, which has `reach` bytes.
    func buckets(in text: [UInt8], at position: Int) -> UInt8 {
        leads[Int(text[position]) | Int(text[position + 1]) << 8]
            & follows[Int(text[position + 2]) | Int(text[position + 3]) << 8] & Self.anywhere
    }

    /// The rules of buckets, in their order.
    func rules(of buckets: UInt8) -> [Int] {
        if buckets & (buckets &- 1) == 0 { return buckets == 0 ? [] : members[buckets.trailingZeroBitCount] }
        return members.indices.filter { buckets & (1 << UInt8($0)) != 0 }.flatMap { members[$0] }.sorted()
    }

    /// Whether the four bytes at `position` are those of a rule.
    func agrees(_ rule: Int, in text: [UInt8], at position: Int) -> Bool {
        let probe = ruleProbes[rule]
        let four = UInt32(text[position]) | UInt32(text[position + 1]) << 8 | UInt32(text[position + 2]) << 16
            | UInt32(text[position + 3]) << 24
        return four & probe.mask == probe.value
    }

    /// The first of the last places, too short to be looked at, where an anchor may start; else the end.
    func firstOpen(in text: [UInt8], from start: Int) -> Int {
        let count = text.count
        for position in max(0, start, count - Self.reach + 1)..<max(0, start, count) {
            let first = text[position]
            guard position + 1 < count else { return starters.contains(first) ? position : count }
            let lead = leads[Int(first) | Int(text[position + 1]) << 8]
            let third = position + 2 < count ? thirds[Int(text[position + 2])] : 0xFF
            if lead & third & Self.anywhere != 0 { return position }
        }
        return count
    }

    /// Anchors that leave open what follows them, those of names, those that ask for an alphabet, and the long ones
    /// would each spoil the tables of another.
    private static func bucket(of rule: Rule) -> Int {
        guard rule.anchor.count >= reach else { return rule.next == ByteSet(0...255) ? 0 : 2 }
        if case .named = rule.verifier { return 1 }
        return 3
    }

    private static func forms(of rule: Rule, at place: Int) -> [UInt8] {
        guard place < rule.anchor.count else { return (place < reach ? rule.next : ByteSet(0...255)).members }
        let byte = rule.anchor[place]
        return rule.isFolded && ByteSet.lower.contains(byte) ? [byte, byte & 0xDF] : [byte]
    }

    private static func probe(of rule: Rule) -> Probe {
        var mask: UInt32 = 0
        var value: UInt32 = 0
        for (place, byte) in rule.anchor.prefix(reach).enumerated() {
            let significant: UInt8 = rule.isFolded && ByteSet.lower.contains(byte) ? 0xDF : 0xFF
            mask |= UInt32(significant) << UInt32(8 * place)
            value |= UInt32(byte & significant) << UInt32(8 * place)
        }
        return Probe(mask: mask, value: value)
    }
}
