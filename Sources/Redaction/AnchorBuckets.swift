/// Spreads patterns of four bytes over buckets, so that few places of ordinary text seem to fit one.
///
/// A bucket allows, for each of the four bytes, every low half with every high half that one of its patterns has.
/// Patterns that add little to what their bucket allows belong together, which a greedy merge of the cheapest pair
/// finds well enough.
enum AnchorBuckets {
    static let count = 16

    /// The halves of each of the four bytes, one bit for each of their 16 values.
    struct Halves: Hashable {
        var low = SIMD4<UInt16>()
        var high = SIMD4<UInt16>()

        init(_ sets: [ByteSet]) {
            for (place, set) in sets.enumerated() {
                for byte in set.members {
                    low[place] |= 1 << UInt16(byte & 15)
                    high[place] |= 1 << UInt16(byte >> 4)
                }
            }
        }

        func merged(with other: Halves) -> Halves {
            var result = self
            result.low |= other.low
            result.high |= other.high
            return result
        }

        /// How much text these halves let through, in no unit.
        var weight: Int {
            var product = 1
            for place in 0..<4 {
                var sum = 0
                var left = high[place]
                while left != 0 {
                    let half = left.trailingZeroBitCount
                    left &= left &- 1
                    sum += Halves.frequencies[half] * low[place].nonzeroBitCount
                        + Halves.extra[half] * (low[place] & Halves.frequent[half]).nonzeroBitCount
                }
                product *= sum
            }
            return product
        }

        /// How often a byte occurs in logs and source code, roughly: by high half, then what is added for the low halves
        /// in `frequent`: the blank, `aeino` and `rst`.
        private static let frequencies = [1, 1, 10, 10, 10, 10, 30, 30, 1, 1, 1, 1, 1, 1, 1, 1]
        private static let extra = [0, 0, 90, 0, 0, 0, 30, 30, 0, 0, 0, 0, 0, 0, 0, 0]
        private static let frequent: [UInt16] = [0, 0, 0x0001, 0, 0, 0, 0xC222, 0x001C, 0, 0, 0, 0, 0, 0, 0, 0]
    }

    private struct Group {
        var halves: Halves
        var weight: Int
    }

    /// The bucket of each pattern.
    static func assign(_ patterns: [Halves]) -> [Int] {
        var groups: [Group] = []
        var groupOf: [Halves: Int] = [:]
        for halves in patterns where groupOf[halves] == nil {
            groupOf[halves] = groups.count
            groups.append(Group(halves: halves, weight: halves.weight))
        }
        var target = Array(groups.indices)
        var cheapest = groups.indices.map { partner(of: $0, in: groups, target) }
        for _ in 0..<max(0, groups.count - count) {
            guard let into = cheapest.indices.filter({ target[$0] == $0 }).min(by: { cheapest[$0].cost < cheapest[$1].cost })
            else { break }
            let gone = cheapest[into].group
            groups[into].halves = groups[into].halves.merged(with: groups[gone].halves)
            groups[into].weight = groups[into].halves.weight
            for index in target.indices where target[index] == gone { target[index] = into }
            for index in groups.indices where target[index] == index
                && (index == into || cheapest[index].group == gone || cheapest[index].group == into) {
                cheapest[index] = partner(of: index, in: groups, target)
            }
        }
        let numbers = Dictionary(uniqueKeysWithValues: Set(target).sorted().enumerated().map { ($1, $0) })
        return patterns.map { groupOf[$0].flatMap { numbers[target[$0]] } ?? 0 }
    }

    /// The group that costs least to merge with.
    private static func partner(of index: Int, in groups: [Group], _ target: [Int]) -> (group: Int, cost: Int) {
        var best = (group: index, cost: Int.max)
        for other in groups.indices where other != index && target[other] == other {
            let merged = groups[index].halves.merged(with: groups[other].halves).weight
            let cost = merged - groups[index].weight - groups[other].weight
            if cost < best.cost { best = (other, cost) }
        }
        return best
    }
}
