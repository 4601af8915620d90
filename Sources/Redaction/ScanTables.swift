/// Builds the tables of `CByteScan`, whose header describes their layout.
struct ScanTables {
    /// Everything before the patterns but for their starts.
    private(set) var words = [UInt32](repeating: 0, count: 576)

    /// The byte at `place` of a pattern in `bucket` may be any of `set`.
    mutating func allow(_ set: ByteSet, at place: Int, bucket: Int) {
        let bit = UInt8(1) << UInt8(bucket % 8)
        let low = 64 * place + 16 * (bucket / 8)
        for byte in set.members {
            setBits(bit, ofByte: low + Int(byte & 15))
            setBits(bit, ofByte: low + 32 + Int(byte >> 4))
            let half = 2 * 256 * place + 2 * Int(byte) + bucket / 8
            setBits(bit, ofByte: 4 * 64 + half)
        }
    }

    /// The buckets that `byte` at `place` may belong to, in finished tables.
    static func buckets(of byte: UInt8, at place: Int, in tables: [UInt32]) -> UInt16 {
        let index = 256 * place + Int(byte)
        return UInt16(truncatingIfNeeded: tables[64 + index / 2] >> UInt32(16 * (index % 2)))
    }

    /// The starts of each bucket's patterns, then the patterns.
    static func patterns(_ buckets: [Set<AnchorFilter.Pattern>]) -> [UInt32] {
        var starts: [UInt32] = [0]
        for set in buckets { starts.append(starts[starts.count - 1] + UInt32(set.count)) }
        return starts + buckets.flatMap { $0.flatMap { [$0.mask, $0.value] } }
    }

    private mutating func setBits(_ bits: UInt8, ofByte index: Int) {
        words[index / 4] |= UInt32(bits) << UInt32(8 * (index % 4))
    }
}
