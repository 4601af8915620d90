/// A pattern of names: `*` is any text, `?` one character, letters of ASCII in either case; it covers the whole name.
struct NamePattern {
    static let longest = 200
    private let pattern: [UInt8]

    init(_ text: String) { pattern = Self.folded(text) }

    /// Linear but for the number of stars: of them only the last is ever taken back.
    func matches(_ name: String) -> Bool {
        let name = Self.folded(name)
        var (at, place) = (0, 0)
        var star: (pattern: Int, name: Int)?
        while place < name.count {
            if at < pattern.count, pattern[at] == Self.star {
                star = (at, place)
                at += 1
            } else if at < pattern.count, pattern[at] == Self.one {
                at += 1
                place = Self.next(place, in: name)
            } else if at < pattern.count, pattern[at] == name[place] {
                at += 1
                place += 1
            } else if let last = star {
                star = (last.pattern, last.name + 1)
                at = last.pattern + 1
                place = last.name + 1
            } else {
                return false
            }
        }
        return pattern[at...].allSatisfy { $0 == Self.star }
    }

    private static let star = UInt8(ascii: "*")
    private static let one = UInt8(ascii: "?")

    private static func folded(_ text: String) -> [UInt8] {
        text.utf8.map { (0x41...0x5A).contains($0) ? $0 + 32 : $0 }
    }

    /// Behind the character at a place.
    private static func next(_ place: Int, in name: [UInt8]) -> Int {
        var next = place + 1
        while next < name.count, name[next] & 0xC0 == 0x80 { next += 1 }
        return next
    }
}
