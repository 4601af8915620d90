/// A decided match: from `start` on the text is replaced by the marker of `label`, up to where `tail` ends.
struct Match {
    /// The first byte replaced.
    var start: Int
    /// Where `tail` takes over; everything from `start` to here belongs to the match.
    var tailStart: Int
    var tail: Tail
    var label: String
    /// The match is a marker that stands in the text already, which stays as it is.
    var isMarker = false
}

/// How a match goes on once it is decided: a byte-wise automaton, so that a match of any length needs no memory.
enum Tail: Equatable {
    /// Until the first byte of the set.
    case until(ByteSet)
    /// An unquoted value: until the first byte of `hard`, or one of `soft` that no letter or digit follows.
    case value(hard: ByteSet, soft: ByteSet)
    /// Until the closing quote or the end of the line. `escaped` is the `\"` of text inside a string.
    case quoted(UInt8, escaped: Bool)
    /// The body of a private key, of which `seen` bytes have gone by.
    case privateKey(seen: Int)

    /// No tail.
    static let none = Tail.until(ByteSet(0...255))

    /// While bytes are of the set.
    static func run(_ set: ByteSet) -> Tail { .until(set.inverted) }
}

extension Tail {
    /// Consumes from `index` on. Returns where it stopped and whether it has ended there; it has not when the bytes
    /// that have arrived are used up or too few to decide.
    mutating func consume(_ window: inout Window, from index: Int) -> (index: Int, ended: Bool) {
        let count = window.bytes.count
        var position = index
        defer { window.effort += position - index + 1 }
        switch self {
        case .until(let stop):
            while position < count, !stop.contains(window.bytes[position]) { position += 1 }
            return (position, position < count)
        case .value(let hard, let soft):
            while position < count {
                let byte = window.bytes[position]
                if hard.contains(byte) { return (position, true) }
                if soft.contains(byte) {
                    guard position + 1 < count else { return (position, window.isFinal) }
                    if !ByteSet.alphanumeric.contains(window.bytes[position + 1]) { return (position, true) }
                }
                position += 1
            }
            return (position, false)
        case .quoted(let quote, let escaped):
            while position < count {
                let byte = window.bytes[position]
                if byte == quote || byte == 0x0A || byte == 0x0D { return (position, true) }
                guard byte == UInt8(ascii: "\\") else {
                    position += 1
                    continue
                }
                guard position + 1 < count else { return (window.isFinal ? count : position, window.isFinal) }
                if escaped, window.bytes[position + 1] == quote { return (position, true) }
                let next = window.bytes[position + 1]
                position += next == 0x0A || next == 0x0D ? 1 : 2
            }
            return (position, false)
        case .privateKey(var seen):
            let end = PrivateKeyBlock.consume(&window, from: &position, seen: &seen)
            self = .privateKey(seen: seen)
            return (position, end)
        }
    }
}
