internal import JSON

/// Where the members of one object stand. Works on a text the strict parser has accepted.
struct JSONPlaces {
    struct Member {
        let key: String
        let keyStart: Int
        let value: Range<Int>
    }

    let members: [Member]
    /// The offset of `{` and of `}`.
    let open: Int
    let close: Int

    /// - Parameter start: the offset of `{`.
    init(_ bytes: [UInt8], at start: Int) throws(JSONError) {
        var members: [Member] = []
        var at = Self.skip(bytes, start + 1)
        while bytes[at] != 0x7D {
            if bytes[at] == 0x2C { at = Self.skip(bytes, at + 1) }
            let keyStart = at
            let keyEnd = PlainJSON.stringEnd(bytes, at)
            let key = try JSONParser.parse(bytes[keyStart..<keyEnd]).string ?? ""
            at = Self.skip(bytes, Self.skip(bytes, keyEnd) + 1)
            let end = Self.valueEnd(bytes, at)
            members.append(Member(key: key, keyStart: keyStart, value: at..<end))
            at = Self.skip(bytes, end)
        }
        self.members = members
        open = start
        close = at
    }

    /// The next offset that holds no white space.
    static func skip(_ bytes: [UInt8], _ start: Int) -> Int {
        var at = start
        while at < bytes.count, [0x20, 0x09, 0x0A, 0x0D].contains(bytes[at]) { at += 1 }
        return at
    }

    private static func valueEnd(_ bytes: [UInt8], _ start: Int) -> Int {
        if bytes[start] == 0x22 { return PlainJSON.stringEnd(bytes, start) }
        guard bytes[start] == 0x7B || bytes[start] == 0x5B else {
            return bytes[start...].firstIndex { [0x20, 0x09, 0x0A, 0x0D, 0x2C, 0x7D, 0x5D].contains($0) } ?? bytes.count
        }
        var depth = 0
        var at = start
        while at < bytes.count {
            switch bytes[at] {
            case 0x22:
                at = PlainJSON.stringEnd(bytes, at)
                continue
            case 0x7B, 0x5B: depth += 1
            case 0x7D, 0x5D: depth -= 1
            default: break
            }
            at += 1
            if depth == 0 { return at }
        }
        return bytes.count
    }
}
