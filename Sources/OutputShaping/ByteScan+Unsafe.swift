/// Scans over bytes, eight at a time.
///
/// SAFETY of every unaligned load below: it reads eight bytes at an offset at most eight below the count, so within the
/// span; any bytes are a valid UInt64.
enum ByteScan {
    private static let highBits: UInt64 = 0x8080_8080_8080_8080

    /// One byte in every lane.
    private static func lanes(_ byte: UInt8) -> UInt64 { UInt64(byte) &* 0x0101_0101_0101_0101 }

    /// Printable ASCII, newline and tab: what a terminal shows as it is.
    static func isPlain(_ byte: UInt8) -> Bool { (0x20...0x7E).contains(byte) || byte == 0x0A || byte == 0x09 }

    /// The end of the run of plain bytes that starts at `start`.
    static func plainRunEnd(_ bytes: borrowing Span<UInt8>, from start: Int) -> Int {
        var index = start
        let raw = unsafe bytes.bytes
        while index + 8 <= bytes.count {
            let word = unsafe raw.unsafeLoadUnaligned(fromByteOffset: index, as: UInt64.self)
            // Seven bits a lane, so that adding a threshold's complement to 128 sets the lane's high bit exactly when the
            // lane is at least the threshold, without a carry into the next lane.
            let low = word & ~highBits
            let printable = (low &+ lanes(0x80 - 0x20)) & ~(low &+ lanes(0x80 - 0x7F))
            let newlineOrTab = (low &+ lanes(0x80 - 0x09)) & ~(low &+ lanes(0x80 - 0x0B))
            let other = (~(printable | newlineOrTab) | word) & highBits
            if other != 0 { return index + other.littleEndian.trailingZeroBitCount / 8 }
            index += 8
        }
        while index < bytes.count, isPlain(bytes[index]) { index += 1 }
        return index
    }

    /// How many bytes are not UTF-8 continuation bytes: the number of characters (Unicode scalars) of valid UTF-8.
    static func characterCount(_ bytes: borrowing Span<UInt8>) -> Int {
        var continuations = 0
        var index = 0
        let raw = unsafe bytes.bytes
        while index + 8 <= bytes.count {
            let word = unsafe raw.unsafeLoadUnaligned(fromByteOffset: index, as: UInt64.self)
            continuations += (word & ~(word << 1) & highBits).nonzeroBitCount
            index += 8
        }
        while index < bytes.count {
            if bytes[index] & 0xC0 == 0x80 { continuations += 1 }
            index += 1
        }
        return bytes.count - continuations
    }

    /// The first newline at `start` or later, or the count.
    static func newline(_ bytes: borrowing Span<UInt8>, from start: Int) -> Int {
        var index = start
        let raw = unsafe bytes.bytes
        while index + 8 <= bytes.count {
            let word = unsafe raw.unsafeLoadUnaligned(fromByteOffset: index, as: UInt64.self)
            // A lane is zero exactly when neither its own high bit nor the one from adding 127 to its low bits is set.
            let difference = word ^ lanes(0x0A)
            let found = ~(((difference & ~highBits) &+ lanes(0x7F)) | difference) & highBits
            if found != 0 { return index + found.littleEndian.trailingZeroBitCount / 8 }
            index += 8
        }
        while index < bytes.count, bytes[index] != 0x0A { index += 1 }
        return index
    }

    /// The end of the run of newlines that starts at `start`; at most `end`.
    static func newlineRunEnd(_ bytes: borrowing Span<UInt8>, from start: Int, to end: Int) -> Int {
        precondition(end <= bytes.count, "the run lies within the bytes")
        var index = start
        let raw = unsafe bytes.bytes
        while index + 8 <= end, unsafe raw.unsafeLoadUnaligned(fromByteOffset: index, as: UInt64.self) == lanes(0x0A) {
            index += 8
        }
        while index < end, bytes[index] == 0x0A { index += 1 }
        return index
    }

    /// Appends a part of `bytes`.
    static func append(_ bytes: borrowing Span<UInt8>, _ range: Range<Int>, to output: inout [UInt8]) {
        precondition(range.lowerBound >= 0 && range.upperBound <= bytes.count, "the range lies within the bytes")
        // SAFETY: the buffer is used only within the closure, and the range has just been checked.
        unsafe bytes.withUnsafeBufferPointer { buffer in
            unsafe output.append(contentsOf: UnsafeBufferPointer(rebasing: buffer[range]))
        }
    }
}
