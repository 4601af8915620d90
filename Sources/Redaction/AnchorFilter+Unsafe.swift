import CByteScan

extension AnchorFilter {
    /// How this processor can search at best.
    static func bestLevel() -> Int32 { ek_scan_best_level() }

    /// The next place from `start` on where the first four bytes of an anchor stand, among the places that have
    /// `reach` bytes, with the buckets of the rules they may belong to and the four bytes as a little-endian number.
    func next(in text: [UInt8], from start: Int, level: Int32) -> (place: Int, buckets: UInt32, four: UInt32)? {
        let end = text.count - Self.reach + 1
        guard start >= 0, start < end else { return nil }
        // SAFETY: `tables` has the layout that the header asks for. Places before `end` have `end` + 3 bytes in `text`,
        // and `start` is before `end`. The level is not above the processor's. The buffers live as long as the closure,
        // and a place that was found is read within them.
        return unsafe text.withUnsafeBufferPointer { bytes in
            unsafe tables.withUnsafeBufferPointer { tables in
                var buckets: UInt32 = 0
                let place = unsafe ek_scan_next(
                    tables.baseAddress, bytes.baseAddress, start, end, min(level, bestLevel), &buckets)
                guard place < end else { return nil }
                let four = unsafe UnsafeRawPointer(bytes.baseAddress.unsafelyUnwrapped)
                    .loadUnaligned(fromByteOffset: place, as: UInt32.self)
                return (place, buckets, UInt32(littleEndian: four))
            }
        }
    }
}
