/// Eight characters in a row near the start of a hexadecimal form, without what the digits are: the same for every value.
///
/// Dumps break lines behind any number of bytes, and the text has neither the break nor the blanks behind it. So what stands
/// between two bytes may be whole or without its blanks at each place; this also covers words of two and four bytes. As few
/// characters are looked at, few patterns are different.
struct HexPattern: Hashable {
    /// From the form's start to the first of the eight.
    let distance: Int
    /// The number of a digit of the form where it is below `firstCharacter`, else the character itself.
    let characters: [UInt8]

    static let firstCharacter: UInt8 = 0x20

    /// What stands between two bytes. `\x41` and `%41` are read by their lanes.
    private static let separators: [StaticString] = [" ", ":", "-", ",", ", ", ",0x", ", 0x", " 0x", "."]

    /// Every way in which a value may be written that is looked for in all styles.
    static let all = separators.reduce(into: Patterns()) { $0.add(between: Array("\($1)".utf8)) }.list
    /// Digits alone.
    static let tight = [[]].reduce(into: Patterns()) { $0.add(between: $1) }.list

    private struct Patterns {
        private(set) var list: [HexPattern] = []
        private var seen: Set<HexPattern> = []

        mutating func add(between: [UInt8]) {
            let broken = between.filter { $0 != UInt8(ascii: " ") }
            add(behind: [], digits: 0, between: broken == between ? [between] : [between, broken])
        }

        /// All that may follow `text`, which has so many digits.
        private mutating func add(behind text: [UInt8], digits: UInt8, between: [[UInt8]]) {
            guard text.count < GramTable.largestStride + 7 else {
                for distance in 0..<GramTable.largestStride {
                    let pattern = HexPattern(distance: distance, characters: Array(text[distance..<distance + 8]))
                    if seen.insert(pattern).inserted { list.append(pattern) }
                }
                return
            }
            for separator in between { add(behind: text + [digits, digits + 1] + separator, digits: digits + 2, between: between) }
        }
    }
}
