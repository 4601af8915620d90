/// The part of the text the redactor holds, with honest borders.
///
/// A verification reads through `byte(at:)` only. Reading past what has arrived sets `reachedEnd`, and the caller
/// then waits: a verdict never rests on where a chunk happened to end. Reading past the fixed reach of a
/// verification gives `nil` without that mark, on every chunking alike.
struct Window {
    /// How far behind a candidate a verification may look, in bytes.
    static let lookback = 160
    /// How far ahead of a candidate a verification may look, in bytes.
    static let lookahead = 2304

    var bytes: [UInt8] = []
    /// No further byte will arrive.
    var isFinal = false
    /// The running verification asked for a byte that has not arrived.
    private(set) var reachedEnd = false
    /// Bytes looked at by scanner and verifications, the measure of work.
    var effort = 0

    private var lower = 0
    private var upper = 0

    /// Starts a verification of a candidate at `position`.
    mutating func begin(at position: Int) {
        lower = position - Self.lookback
        upper = position + Self.lookahead
        reachedEnd = false
    }

    /// The byte at `index`, or `nil` outside the text or outside the reach of this verification.
    @inline(__always)
    mutating func byte(at index: Int) -> UInt8? {
        effort &+= 1
        guard index >= 0, index >= lower, index < upper else { return nil }
        guard index < bytes.count else {
            if !isFinal { reachedEnd = true }
            return nil
        }
        return bytes[index]
    }

    /// Whether the byte at `index` is there and in `set`.
    @inline(__always)
    mutating func has(_ set: ByteSet, at index: Int) -> Bool {
        guard let byte = byte(at: index) else { return false }
        return set.contains(byte)
    }

    @inline(__always)
    mutating func has(_ expected: UInt8, at index: Int) -> Bool {
        byte(at: index) == expected
    }

    /// Whether `literal` stands at `index`. With `folded`, ASCII case does not count and `literal` is lower case.
    mutating func has(_ literal: [UInt8], at index: Int, folded: Bool = false) -> Bool {
        for offset in literal.indices {
            guard let byte = byte(at: index + offset) else { return false }
            guard (folded ? byte.lowercased : byte) == literal[offset] else { return false }
        }
        return true
    }

    /// The end of the run of `set` that starts at `index`, at most `limit` bytes long.
    mutating func end(of set: ByteSet, from index: Int, limit: Int) -> Int {
        var position = index
        if index >= 0, index >= lower {
            let stop = min(index + limit, upper, bytes.count)
            while position < stop, set.contains(bytes[position]) { position += 1 }
        }
        effort &+= position - index + 1
        if position >= bytes.count, position < min(index + limit, upper), !isFinal { reachedEnd = true }
        return position
    }

    /// The start of the run of `set` that ends before `index`, at most `limit` bytes long.
    mutating func start(of set: ByteSet, before index: Int, limit: Int) -> Int {
        // Everything up to a candidate has arrived, and no name or word is looked at from further on.
        guard index <= bytes.count, index <= upper else { return index }
        let stop = max(index - limit, lower, 0)
        var position = index
        while position > stop, set.contains(bytes[position - 1]) { position -= 1 }
        effort &+= index - position + 1
        return position
    }

    /// Whether a word can start at `index`: no letter or digit before it, except one that belongs to an escape
    /// such as `\n` or `%3D` of an encoding around the text.
    mutating func isWordStart(at index: Int, after blocking: ByteSet = .alphanumeric) -> Bool {
        guard let before = byte(at: index - 1), blocking.contains(before) else { return true }
        if ByteSet.escapeLetters.contains(before), has(UInt8(ascii: "\\"), at: index - 2) { return true }
        guard ByteSet.hexadecimal.contains(before), has(.hexadecimal, at: index - 2) else { return false }
        if has(UInt8(ascii: "%"), at: index - 3) { return true }
        return has(.hexadecimal, at: index - 3) && has(.hexadecimal, at: index - 4)
            && has(UInt8(ascii: "u"), at: index - 5) && has(UInt8(ascii: "\\"), at: index - 6)
    }

    /// Drops `count` bytes at the front.
    mutating func drop(_ count: Int) {
        bytes.removeSubrange(0..<count)
    }
}

extension UInt8 {
    /// The lower-case ASCII letter of an upper-case one, else itself.
    @inline(__always)
    var lowercased: UInt8 { self >= 0x41 && self <= 0x5A ? self | 0x20 : self }
}
