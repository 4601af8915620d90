/// The first stage: tells where the first four bytes of a rule's anchor may stand.
///
/// Rules are spread over buckets. For each of the four bytes a table gives the buckets it may belong to; a place where
/// a bucket remains is compared exactly with the four bytes of its rules. The search itself is `CByteScan`'s, which
/// first looks at up to 64 places at once by tables of half bytes.
struct AnchorFilter: Sendable {
    /// The first four bytes of an anchor under a mask, read as a little-endian number.
    struct Pattern: Sendable, Hashable {
        var mask: UInt32
        var value: UInt32
    }

    /// How many bytes a place must have to be looked at. No match is shorter.
    static let reach = 4

    /// The tables, laid out as `CByteScan.h` says.
    let tables: [UInt32]
    /// How the processor can search at best.
    let bestLevel: Int32
    /// The rules of each bucket as bits, in words of 64.
    private let members: [UInt64]
    private let wordsPerBucket: Int
    /// By rule.
    private let patterns: [Pattern]

    init(_ rules: [Rule]) {
        let forms = rules.map { rule in (0..<Self.reach).map { Self.forms(of: rule, at: $0) } }
        let buckets = AnchorBuckets.assign(forms.map { AnchorBuckets.Halves($0) })
        var members = [[Int]](repeating: [], count: AnchorBuckets.count)
        for (rule, bucket) in buckets.enumerated() { members[bucket].append(rule) }
        let patterns = rules.map { Self.pattern(of: $0) }
        var tables = ScanTables()
        for (bucket, rules) in members.enumerated() {
            for rule in rules { for place in 0..<Self.reach { tables.allow(forms[rule][place], at: place, bucket: bucket) } }
        }
        self.tables = tables.words + ScanTables.patterns(members.map { set in Set(set.map { patterns[$0] }) })
        let wordsPerBucket = (rules.count + 63) / 64
        self.wordsPerBucket = wordsPerBucket
        self.members = members.flatMap { set in
            (0..<wordsPerBucket).map { word in
                set.reduce(0) { $1 / 64 == word ? $0 | 1 << UInt64($1 % 64) : $0 }
            }
        }
        self.patterns = patterns
        bestLevel = Self.bestLevel()
    }

    /// The first rule of `buckets` from `start` on that agrees with `four`, the bytes at a place read as a little-endian
    /// number.
    @inline(__always)
    func rule(of buckets: UInt32, with four: UInt32, from start: Int) -> Int? {
        var word = start / 64
        var skipped = UInt64.max << UInt64(start % 64)
        while word < wordsPerBucket {
            var open: UInt64 = 0
            var left = buckets
            while left != 0 {
                open |= members[left.trailingZeroBitCount * wordsPerBucket + word]
                left &= left &- 1
            }
            open &= skipped
            while open != 0 {
                let rule = 64 * word + open.trailingZeroBitCount
                if four & patterns[rule].mask == patterns[rule].value { return rule }
                open &= open &- 1
            }
            skipped = .max
            word += 1
        }
        return nil
    }

    /// The first of the last places, too short to be looked at, where an anchor may start; else the end.
    func firstOpen(in text: [UInt8], from start: Int) -> Int {
        let count = text.count
        for position in max(0, start, count - Self.reach + 1)..<max(0, start, count) {
            var open = UInt16.max
            for index in position..<count { open &= ScanTables.buckets(of: text[index], at: index - position, in: tables) }
            if open != 0 { return position }
        }
        return count
    }

    private static func forms(of rule: Rule, at place: Int) -> ByteSet {
        guard place < rule.anchor.count else { return rule.next }
        var set = ByteSet()
        let byte = rule.anchor[place]
        set.insert(byte)
        if rule.isFolded, ByteSet.lower.contains(byte) { set.insert(byte & 0xDF) }
        return set
    }

    private static func pattern(of rule: Rule) -> Pattern {
        var pattern = Pattern(mask: 0, value: 0)
        for (place, byte) in rule.anchor.prefix(reach).enumerated() {
            let significant: UInt8 = rule.isFolded && ByteSet.lower.contains(byte) ? 0xDF : 0xFF
            pattern.mask |= UInt32(significant) << UInt32(8 * place)
            pattern.value |= UInt32(byte & significant) << UInt32(8 * place)
        }
        return pattern
    }
}
