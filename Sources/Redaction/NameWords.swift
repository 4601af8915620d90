/// The words of an identifier, lower case: `dbPassword`, `DB_PASSWORD` and `db-password` are the same two.
struct NameWords: Equatable {
    /// The words, joined by `_`, which no word holds.
    private(set) var joined: [UInt8] = []

    private static let joint = UInt8(ascii: "_")

    init(of name: [UInt8]) {
        joined.reserveCapacity(name.count + name.count / 2)
        var isOpen = false
        for (index, byte) in name.enumerated() {
            let isCapital = Self.isCapital(byte)
            let splits = !isCapital && !Self.isSmall(byte) && !(0x30...0x39).contains(byte)
            let humps = index > 0 && isCapital
                && (!Self.isCapital(name[index - 1]) || (index + 1 < name.count && Self.isSmall(name[index + 1])))
            if splits || humps { isOpen = false }
            guard !splits else { continue }
            if !isOpen, !joined.isEmpty { joined.append(Self.joint) }
            isOpen = true
            joined.append(byte.lowercased)
        }
    }

    private static func isCapital(_ byte: UInt8) -> Bool { byte &- 0x41 < 26 }
    private static func isSmall(_ byte: UInt8) -> Bool { byte &- 0x61 < 26 }

    /// These words behind those of `other`.
    func following(_ other: NameWords) -> NameWords {
        var result = other
        if !result.joined.isEmpty, !joined.isEmpty { result.joined.append(Self.joint) }
        result.joined += joined
        return result
    }

    /// Whether there are several.
    var areSeveral: Bool { joined.contains(Self.joint) }

    /// All but the last word, and that one; `nil` for no words.
    static func split(_ joined: ArraySlice<UInt8>) -> (rest: ArraySlice<UInt8>, last: ArraySlice<UInt8>)? {
        guard !joined.isEmpty else { return nil }
        guard let joint = joined.lastIndex(of: Self.joint) else { return (joined.prefix(0), joined) }
        return (joined[..<joint], joined[(joint + 1)...])
    }
}

extension ArraySlice<UInt8> {
    func ends(with end: [UInt8]) -> Bool { suffix(end.count).elementsEqual(end) }
}
