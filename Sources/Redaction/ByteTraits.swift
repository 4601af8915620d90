/// What the bytes of a value are, gathered in one pass: which sets hold all of them, and which hold any.
struct ByteTraits {
    /// A set of bytes that judgements ask for.
    struct Kind {
        fileprivate let bit: UInt32

        static let digits = Kind(bit: 1 << 0)
        static let letters = Kind(bit: 1 << 1)
        /// Letters, `_` and `-`.
        static let words = Kind(bit: 1 << 2)
        /// Those and `.` and `/`.
        static let constants = Kind(bit: 1 << 3)
        /// Digits and what stands between them.
        static let numbers = Kind(bit: 1 << 4)
        static let bearer = Kind(bit: 1 << 5)
        static let identifierJoints = Kind(bit: 1 << 6)
        static let calls = Kind(bit: 1 << 7)
        static let signs = Kind(bit: 1 << 8)
        /// Capitals and `_`.
        static let capitals = Kind(bit: 1 << 9)
        /// What an identifier, or several joined, is made of.
        static let references = Kind(bit: 1 << 10)
        /// Letters, `_` and `.`.
        static let paths = Kind(bit: 1 << 11)
        static let dots = Kind(bit: 1 << 12)
        /// `:` and `>`, the second bytes of `::` and `->`.
        static let accessEnds = Kind(bit: 1 << 13)
    }

    private var every = UInt32.max
    private var some: UInt32 = 0

    init(_ value: borrowing Span<UInt8>) {
        let table = Self.table.span
        for index in 0..<value.count {
            let bits = table[Int(value[index])]
            every &= bits
            some |= bits
        }
    }

    /// Whether all bytes are of that kind.
    func isAll(_ kind: Kind) -> Bool { every & kind.bit != 0 }
    /// Whether a byte is of that kind.
    func has(_ kind: Kind) -> Bool { some & kind.bit != 0 }

    private static let table: [UInt32] = {
        let word = ByteSet.letters.union(ByteSet("_-"))
        let sets: [(Kind, ByteSet)] = [
            (.digits, .digits), (.letters, .letters), (.words, word), (.constants, word.union(ByteSet("./"))),
            (.numbers, ByteSet.digits.union(ByteSet(".,_:+-"))), (.bearer, .bearer), (.identifierJoints, ByteSet("._")),
            (.calls, ByteSet("([")), (.signs, ByteSet("!@#$%^")), (.capitals, ByteSet.upper.union(ByteSet("_"))),
            (.references, ByteSet.identifier.union(ByteSet(".-"))), (.paths, ByteSet.letters.union(ByteSet("_."))),
            (.dots, ByteSet(".")), (.accessEnds, ByteSet(":>")),
        ]
        return (UInt8.min...UInt8.max).map { byte in
            sets.reduce(0) { $1.1.contains(byte) ? $0 | $1.0.bit : $0 }
        }
    }()
}
