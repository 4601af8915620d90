/// The words of an identifier: `dbPassword`, `DB_PASSWORD` and `db-password` are the same two. A word is a piece of the
/// name, so that words are found without taking the name apart; case does not count.
enum NameWords {
    private static let joint = UInt8(ascii: "_")

    /// The last word of what stands before `end`.
    static func last(of name: borrowing Span<UInt8>, before end: Int) -> Range<Int>? {
        var stop = end
        while stop > 0, !isWordByte(name[stop - 1]) { stop -= 1 }
        guard stop > 0 else { return nil }
        var start = stop - 1
        while start > 0, isWordByte(name[start - 1]), !isHump(start, in: name) { start -= 1 }
        return start..<stop
    }

    /// Whether two names are made of the same words.
    static func areSame(_ one: borrowing Span<UInt8>, _ other: borrowing Span<UInt8>) -> Bool {
        // Most names differ in their last byte.
        if one.count > 0, other.count > 0 {
            let (left, right) = (one[one.count - 1], other[other.count - 1])
            if left.lowercased != right.lowercased, isWordByte(left), isWordByte(right) { return false }
        }
        var ends = (one.count, other.count)
        while let left = last(of: one, before: ends.0) {
            guard let right = last(of: other, before: ends.1), left.count == right.count else { return false }
            for offset in 0..<left.count
            where one[left.lowerBound + offset].lowercased != other[right.lowerBound + offset].lowercased { return false }
            ends = (left.lowerBound, right.lowerBound)
        }
        return last(of: other, before: ends.1) == nil
    }

    /// Whether a name has several words.
    static func areSeveral(_ name: borrowing Span<UInt8>) -> Bool {
        guard let end = last(of: name, before: name.count) else { return false }
        return last(of: name, before: end.lowerBound) != nil
    }

    /// The words of a name, lower case, behind those in `joined`, with `_` between them, which no word holds.
    static func append(_ name: borrowing Span<UInt8>, to joined: inout [UInt8]) {
        var isOpen = false
        for index in 0..<name.count {
            guard isWordByte(name[index]) else {
                isOpen = false
                continue
            }
            if !isOpen || isHump(index, in: name), !joined.isEmpty { joined.append(joint) }
            isOpen = true
            joined.append(name[index].lowercased)
        }
    }

    /// A capital that starts a word within letters: the `P` of `dbPassword`, the `K` of `APIKey`.
    @inline(__always)
    private static func isHump(_ index: Int, in name: borrowing Span<UInt8>) -> Bool {
        guard index > 0, isCapital(name[index]) else { return false }
        return !isCapital(name[index - 1]) || (index + 1 < name.count && isSmall(name[index + 1]))
    }

    private static func isWordByte(_ byte: UInt8) -> Bool { isCapital(byte) || isSmall(byte) || byte &- 0x30 < 10 }
    private static func isCapital(_ byte: UInt8) -> Bool { byte &- 0x41 < 26 }
    private static func isSmall(_ byte: UInt8) -> Bool { byte &- 0x61 < 26 }
}
