extension PairFilter {
    /// The next place from `start` on where the pair of a rule stands and its four bytes agree, or where the text is
    /// too short to compare them; `nil` if none begins before the last byte of `text`.
    func next(in text: [UInt8], from start: Int) -> Int? {
        let last = text.count - 1
        guard start >= 0, start < last else { return nil }
        // SAFETY: every read of `bytes` is below `text.count`: the eight pairs of a block end at `position + 8 <= last`,
        // and `agrees` checks its four bytes against `text.count`. The buffers live as long as the closures.
        return unsafe text.withUnsafeBytes { bytes in
            unsafe classes.withUnsafeBufferPointer { table in
                unsafe probes.withUnsafeBufferPointer { probes in
                    var position = start
                    while position + 8 <= last {
                        let any = unsafe Self.look(table, bytes, position) | Self.look(table, bytes, position + 1)
                            | Self.look(table, bytes, position + 2) | Self.look(table, bytes, position + 3)
                            | Self.look(table, bytes, position + 4) | Self.look(table, bytes, position + 5)
                            | Self.look(table, bytes, position + 6) | Self.look(table, bytes, position + 7)
                        if any != 0 {
                            for place in position..<(position + 8) {
                                let found = unsafe Self.look(table, bytes, place)
                                if found != 0, unsafe agrees(Int(found), probes, bytes, place) { return place }
                            }
                        }
                        position += 8
                    }
                    while position < last {
                        let found = unsafe Self.look(table, bytes, position)
                        if found != 0, unsafe agrees(Int(found), probes, bytes, position) { return position }
                        position += 1
                    }
                    return nil
                }
            }
        }
    }

    @inline(__always)
    private static func look(_ table: UnsafeBufferPointer<UInt8>, _ bytes: UnsafeRawBufferPointer, _ position: Int) -> UInt8 {
        // SAFETY: the caller keeps `position + 1` within `bytes`; a 16-bit index is within the 65,536 entries.
        let pair = unsafe UInt16(littleEndian: bytes.baseAddress.unsafelyUnwrapped.loadUnaligned(fromByteOffset: position, as: UInt16.self))
        return unsafe table.baseAddress.unsafelyUnwrapped[Int(pair)]
    }

    @inline(__always)
    private func agrees(
        _ found: Int, _ probes: UnsafeBufferPointer<Probe>, _ bytes: UnsafeRawBufferPointer, _ position: Int
    ) -> Bool {
        for index in probeStarts[found]..<probeStarts[found + 1] {
            let probe = unsafe probes[index]
            let start = position + probe.offset
            // SAFETY: the four bytes are read only when they lie within `bytes`.
            guard start >= 0, start + 4 <= bytes.count else { return true }
            let four = unsafe UInt32(littleEndian: bytes.baseAddress.unsafelyUnwrapped.loadUnaligned(fromByteOffset: start, as: UInt32.self))
            if four & probe.mask == probe.value { return true }
        }
        return false
    }
}
