extension AnchorFilter {
    /// The next place from `start` on where the first four bytes of an anchor stand, among the places that have
    /// `reach` bytes.
    func next(in text: [UInt8], from start: Int) -> Int? {
        let end = text.count - Self.reach + 1
        guard start >= 0, start < end else { return nil }
        // SAFETY: a place below `end` has four bytes in `text`, and a block of eight places is read only if its last one
        // is below `end`, so that none of its reads ends behind `text`. Indices into the tables are 16 bits wide and the tables have 65,536 entries. The buffers
        // live as long as the closures.
        return unsafe text.withUnsafeBytes { bytes in
            unsafe leads.withUnsafeBufferPointer { leads in
                unsafe follows.withUnsafeBufferPointer { follows in
                    unsafe probes.withUnsafeBufferPointer { probes in
                        unsafe search(
                            bytes.baseAddress.unsafelyUnwrapped, start, end, leads.baseAddress.unsafelyUnwrapped,
                            follows.baseAddress.unsafelyUnwrapped, probes)
                    }
                }
            }
        }
    }

    @inline(__always)
    private func search(
        _ bytes: UnsafeRawPointer, _ start: Int, _ end: Int, _ leads: UnsafePointer<UInt8>,
        _ follows: UnsafePointer<UInt8>, _ probes: UnsafeBufferPointer<Probe>
    ) -> Int? {
        var position = start
        // The last place looked at in a block is `position + 6`, whose second pair ends below `position + 10`; phase 1
        // and the next block's first place need no more.
        while position + 8 <= end {
            let any = unsafe Self.look(bytes, position, leads, follows)
                | Self.look(bytes, position + 2, leads, follows)
                | Self.look(bytes, position + 4, leads, follows)
                | Self.look(bytes, position + 6, leads, follows)
            if any != 0, let place = unsafe find(bytes, position, start, leads, follows, probes) { return place }
            position += 8
        }
        // What is left, and the odd place before it, go one by one.
        position = max(start, position - 1)
        while position < end {
            let found = unsafe Self.look(bytes, position, leads, follows) & Self.anywhere
            if found != 0, unsafe agrees(found, bytes, position, probes) { return position }
            position += 1
        }
        return nil
    }

    /// The first true hit of a block of eight.
    private func find(
        _ bytes: UnsafeRawPointer, _ block: Int, _ start: Int, _ leads: UnsafePointer<UInt8>,
        _ follows: UnsafePointer<UInt8>, _ probes: UnsafeBufferPointer<Probe>
    ) -> Int? {
        for place in stride(from: block, to: block + 8, by: 2) {
            // SAFETY: as argued in `next`; the place before is read only if it is not before `start`.
            let found = unsafe Self.look(bytes, place, leads, follows)
            let late = found >> UInt8(Self.bucketCount)
            if late != 0, place > start, unsafe agrees(late, bytes, place - 1, probes) { return place - 1 }
            let now = found & Self.anywhere
            if now != 0, unsafe agrees(now, bytes, place, probes) { return place }
        }
        return nil
    }

    @inline(__always)
    private static func look(
        _ bytes: UnsafeRawPointer, _ position: Int, _ leads: UnsafePointer<UInt8>, _ follows: UnsafePointer<UInt8>
    ) -> UInt8 {
        // SAFETY: as argued in `next`.
        let first = unsafe UInt16(littleEndian: bytes.loadUnaligned(fromByteOffset: position, as: UInt16.self))
        let second = unsafe UInt16(littleEndian: bytes.loadUnaligned(fromByteOffset: position + 2, as: UInt16.self))
        return unsafe leads[Int(first)] & follows[Int(second)]
    }

    private func agrees(
        _ found: UInt8, _ bytes: UnsafeRawPointer, _ position: Int, _ probes: UnsafeBufferPointer<Probe>
    ) -> Bool {
        // SAFETY: as argued in `next`; `probeStarts` was made with `probes` and stays within it.
        let four = unsafe UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: position, as: UInt32.self))
        var left = found
        while left != 0 {
            let bucket = left.trailingZeroBitCount
            left &= left &- 1
            for index in probeStarts[bucket]..<probeStarts[bucket + 1] {
                let probe = unsafe probes[index]
                if four & probe.mask == probe.value { return true }
            }
        }
        return false
    }
}
