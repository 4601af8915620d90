/// What stands at a trigger.
enum Reading {
    case plain
    /// The text ends before it is clear.
    case open
    case token(Token)
}

/// An escape that has been read: what it stands for, up to four bytes, and how many characters it took.
struct Token {
    var bytes: UInt32 = 0
    var count = 0
    let width: Int

    init(byte: UInt8, width: Int) {
        bytes = UInt32(byte)
        count = 1
        self.width = width
    }

    /// A code point, as UTF-8. What is none stands for nothing.
    init(scalar: UInt32, width: Int) {
        self.width = width
        guard let scalar = Unicode.Scalar(scalar), let encoded = UTF8.encode(scalar) else { return }
        for byte in encoded {
            bytes |= UInt32(byte) << UInt32(8 * count)
            count += 1
        }
    }
}

/// The characters of a lane from a trigger on.
struct Characters {
    let work: WorkSpace
    let place: Int
    let limit: Int
    /// Nothing comes behind the limit.
    let isLast: Bool

    /// No escape is longer.
    static let longest = 16

    subscript(index: Int) -> UInt8? { place + index < limit ? work.store[place + index] : nil }

    enum Number {
        case none
        case open
        case read(UInt32, end: Int)
    }

    /// A number of `digits` digits in base 8, 10 or 16 from `start` on. With fewer than the least it is none.
    func number(base: UInt32, digits: ClosedRange<Int>, at start: Int) -> Number {
        var value: UInt32 = 0
        var index = start
        while index < start + digits.upperBound {
            guard let character = self[index] else {
                if isLast { break }
                return .open
            }
            guard let digit = Digits.hex(character), digit < base else { break }
            value = value &* base &+ UInt32(digit)
            index += 1
        }
        return index - start < digits.lowerBound ? .none : .read(value, end: index)
    }

    func read(_ kind: LaneKind) -> Reading {
        switch (kind, self[0]) {
        case (.escapes, _), (.escapesTwice, _), (.mixed, 0x5C): escape()
        case (.backslashes, _): self[1].map { .token(Token(byte: $0, width: 2)) } ?? .open
        case (.quotes, _): quote()
        case (.percent, _), (.percentTwice, _), (.mixed, 0x25): percent()
        case (.entities, _), (.mixed, 0x26): entity()
        default: .plain
        }
    }

    /// `\x41`, `\u0041`, `\101`, `\n`, and a backslash in front of anything else.
    private func escape() -> Reading {
        guard let kind = self[1] else { return .open }
        switch kind {
        case UInt8(ascii: "x"), UInt8(ascii: "u"), UInt8(ascii: "U"): return coded(kind)
        case 0x30...0x37: return octal()
        case UInt8(ascii: "n"): return .token(Token(byte: 0x0A, width: 2))
        case UInt8(ascii: "r"): return .token(Token(byte: 0x0D, width: 2))
        case UInt8(ascii: "t"): return .token(Token(byte: 0x09, width: 2))
        case UInt8(ascii: "a"), UInt8(ascii: "b"), UInt8(ascii: "e"), UInt8(ascii: "E"), UInt8(ascii: "f"), UInt8(ascii: "v"):
            return .token(Token(byte: 0x07, width: 2))
        default: return .token(Token(byte: kind, width: 2))
        }
    }

    private func coded(_ kind: UInt8) -> Reading {
        guard let next = self[2] else { return .open }
        let quoted = Reading.token(Token(byte: kind, width: 2))
        if next == UInt8(ascii: "{") {
            switch number(base: 16, digits: 1...8, at: 3) {
            case .none: return quoted
            case .open: return .open
            case .read(let value, let end):
                guard let close = self[end] else { return .open }
                return close == UInt8(ascii: "}") ? .token(Token(scalar: value, width: end + 1)) : quoted
            }
        }
        let digits = kind == UInt8(ascii: "x") ? 1...2 : kind == UInt8(ascii: "u") ? 4...4 : 8...8
        switch number(base: 16, digits: digits, at: 2) {
        case .none: return quoted
        case .open: return .open
        case .read(let value, let end):
            if kind == UInt8(ascii: "x") { return .token(Token(byte: UInt8(value), width: end)) }
            guard (0xD800..<0xDC00).contains(value) else { return .token(Token(scalar: value, width: end)) }
            guard let slash = self[end], let letter = self[end + 1] else { return .open }
            guard slash == 0x5C, letter == kind else { return .token(Token(scalar: value, width: end)) }
            switch number(base: 16, digits: 4...4, at: end + 2) {
            case .open: return .open
            case .read(let low, let end) where (0xDC00..<0xE000).contains(low):
                return .token(Token(scalar: 0x10000 + (value - 0xD800) << 10 + (low - 0xDC00), width: end))
            default: return .token(Token(scalar: value, width: end))
            }
        }
    }

    /// Up to three digits, or a zero and three: `echo` of some shells.
    private func octal() -> Reading {
        if self[1] == 0x30, case .read(let value, let end) = number(base: 8, digits: 4...4, at: 1), value < 256 {
            return .token(Token(byte: UInt8(value), width: end))
        }
        switch number(base: 8, digits: 1...3, at: 1) {
        case .read(let value, let end):
            if self[1] == 0x30, end == 4, self[end] == nil, !isLast { return .open }
            return .token(Token(byte: UInt8(truncatingIfNeeded: value), width: end))
        default: return .open
        }
    }

    /// A single quote within single quotes: `'\''`, `'"'"'`.
    private func quote() -> Reading {
        guard let next = self[1] else { return .open }
        let close: [UInt8] = next == 0x5C ? [0x5C, 0x27, 0x27] : [0x22, 0x27, 0x22, 0x27]
        for (index, expected) in close.enumerated() {
            guard let character = self[index + 1] else { return .open }
            guard character == expected else { return .plain }
        }
        return .token(Token(byte: 0x27, width: close.count + 1))
    }

    /// `%41` and the older `%u0041`.
    private func percent() -> Reading {
        guard let next = self[1] else { return .open }
        let isUnicode = next | 0x20 == UInt8(ascii: "u")
        switch number(base: 16, digits: isUnicode ? 4...4 : 2...2, at: isUnicode ? 2 : 1) {
        case .none: return .plain
        case .open: return .open
        case .read(let value, let end):
            return .token(isUnicode ? Token(scalar: value, width: end) : Token(byte: UInt8(value), width: end))
        }
    }

    private static let names: [(name: [UInt8], byte: UInt8)] = ([
        ("amp;", 0x26), ("lt;", 0x3C), ("gt;", 0x3E), ("quot;", 0x22), ("apos;", 0x27), ("sol;", 0x2F), ("plus;", 0x2B),
        ("equals;", 0x3D), ("num;", 0x23), ("dollar;", 0x24), ("percnt;", 0x25), ("lowbar;", 0x5F), ("colon;", 0x3A),
        ("commat;", 0x40), ("excl;", 0x21), ("ast;", 0x2A), ("semi;", 0x3B), ("quest;", 0x3F), ("bsol;", 0x5C),
        ("lpar;", 0x28), ("rpar;", 0x29), ("comma;", 0x2C), ("period;", 0x2E), ("lsqb;", 0x5B), ("rsqb;", 0x5D),
        ("Hat;", 0x5E), ("grave;", 0x60), ("lcub;", 0x7B), ("rcub;", 0x7D), ("verbar;", 0x7C),
    ] as [(StaticString, UInt8)]).map { (Array("\($0.0)".utf8), $0.1) }

    /// `&#65;`, `&#x41;` and the names of what may not stand in HTML as it is.
    private func entity() -> Reading {
        guard let next = self[1] else { return .open }
        guard next == UInt8(ascii: "#") else { return named() }
        guard let kind = self[2] else { return .open }
        let isHex = kind | 0x20 == UInt8(ascii: "x")
        switch number(base: isHex ? 16 : 10, digits: 1...8, at: isHex ? 3 : 2) {
        case .none: return .plain
        case .open: return .open
        case .read(let value, let end):
            if self[end] == nil, !isLast { return .open }
            return .token(Token(scalar: value, width: self[end] == UInt8(ascii: ";") ? end + 1 : end))
        }
    }

    private func named() -> Reading {
        var isOpen = false
        for (name, byte) in Self.names where name[0] == self[1] || self[1] == nil {
            guard let different = name.indices.first(where: { self[$0 + 1] != name[$0] }) else {
                return .token(Token(byte: byte, width: name.count + 1))
            }
            if self[different + 1] == nil { isOpen = true }
        }
        return isOpen ? .open : .plain
    }
}
